// The data of a study: the participants a protocol counts, as of one checkpoint.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/registry.h"
#include "study/protocol.h"

namespace kensho::study {

/// A value of an instrument, in days after treatment (negative: before).
struct Measurement {
  std::string variable;
  int day = 0;
  double value = 0;
};

struct Occurrence {
  std::string kind;
  int day = 0;
  bool adverse = false;
  bool serious = false;
};

/// One treated participant.
struct Case {
  std::string institution;
  std::string participant;
  std::map<std::string, std::string> baseline;
  std::optional<Date> treated_on;
  std::optional<int> last_contact_day;  // empty: nothing was heard after treatment
  std::vector<Measurement> measurements;
  std::vector<Occurrence> events;
};

/// One treated participant whose consent ended: counted, and nothing else is used.
struct WithdrawnCase {
  std::string institution;
  std::optional<Date> treated_on;
};

/// Ordered by institution and participant, so that the order of reporting leaves no trace.
struct Dataset {
  std::vector<Case> cases;
  std::vector<WithdrawnCase> withdrawn;  // would be cases, had they not withdrawn
  int registered = 0;                    // participants of the therapy, treated or not
  int erased = 0;                // participants of the therapy who are in none of these numbers
  int without_known_day = 0;     // assessments and events whose day cannot be known
  std::uint64_t checkpoint = 0;  // entries it is made of
  std::string sha256;            // of its canonical text: the same data, the same hash
};

/// The participants that `protocol` counts: of its therapy and institutions, treated (not only
/// planned), from its first day on, meeting its conditions. Who withdrew is no case.
/// Errors: corrupted where a stored number cannot be read.
Result<Dataset> make_dataset(const Registry& registry, const Protocol& protocol);

/// The same for one institution only.
Dataset at_institution(const Dataset& dataset, std::string_view institution);

/// The first day on which one of `kinds` occurred, with that kind; empty if none did.
std::optional<Occurrence> first_occurrence(const Case& participant,
                                           const std::vector<std::string>& kinds);

/// The measurement of a variable nearest to the middle of the window (the earlier one on a tie);
/// empty if there is none inside it.
std::optional<Measurement> measurement_in(const Case& participant, std::string_view variable,
                                          const Window& window);

/// The last measurement of a variable not after the day of treatment.
std::optional<Measurement> baseline_measurement(const Case& participant, std::string_view variable);

}  // namespace kensho::study
