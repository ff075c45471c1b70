// Invented case reports of realistic size, any number of them in bounded memory.
#pragma once

#include <cstdint>
#include <deque>

#include "base/json.h"
#include "domain/case_report.h"

namespace kensho::bench {

/// The configuration of the registry that the reports belong to: one therapy at twelve
/// institutions.
Json registry_document();

/// An endless stream of case reports, the same on every machine. A participant is registered with a
/// baseline and a treatment and comes back four times with assessments, sometimes an event; many
/// participants are on their way at once, so that the ids of neighbouring entries are far apart, as
/// they are where many clinics report. Ids are random: the hardest order for an index.
class CaseReports {
 public:
  explicit CaseReports(std::uint64_t first_participant) : round_(first_participant) {}

  CaseReport next();

 private:
  void fill_round();

  std::uint64_t round_;
  std::deque<CaseReport> due_;
};

}  // namespace kensho::bench
