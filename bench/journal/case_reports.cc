#include "case_reports.h"

#include <array>

#include <fmt/format.h>

#include "base/rng.h"

namespace kensho::bench {
namespace {

constexpr std::uint64_t seed = 20261122;
constexpr unsigned institutions = 12;
constexpr const char* therapy = "cell-sheet";

// After how many other participants' registrations each visit comes.
constexpr std::array<std::uint64_t, 5> rounds_until_visit{0, 40, 1000, 5000, 20000};
constexpr std::array<int, 5> day_of_visit{0, 30, 90, 180, 365};
constexpr std::array<const char*, 8> measures{"pain_rest",       "pain_walking",  "range_of_motion",
                                              "walk_distance_m", "quality_index", "haemoglobin_g",
                                              "crp_mg_l",        "sleep_score"};

Json words(const std::string& text) {
  return Json::object().set("en", text).set("ja", text);
}

std::string institution_id(unsigned number) {
  return fmt::format("clinic-{:02}", number + 1);
}

Date day_at(std::uint64_t participant, int days) {
  constexpr int first_day = 16436;  // 2015-01-01
  return *Date::from_days_since_1970(first_day + static_cast<int>(participant / 600) + days);
}

void add_baseline(CaseReport& report, Rng& rng, std::uint64_t participant) {
  report.registers = true;
  report.baseline["age_years"] = fmt::to_string(rng.between(18, 89));
  report.baseline["sex"] = rng.bernoulli(0.5) ? "female" : "male";
  report.baseline["disease_stage"] = fmt::to_string(rng.between(1, 4));
  report.baseline["prior_operations"] = fmt::to_string(rng.below(4));
  report.baseline["body_mass_index"] = fmt::format("{:.1f}", 24 + 4 * rng.normal());
  report.baseline["site_of_disease"] = rng.bernoulli(0.5) ? "left" : "right";
  report.treatment = Treatment{.number = "1", .date = day_at(participant, 0)};
}

void add_visit(CaseReport& report, Rng& rng, std::uint64_t participant, std::size_t visit) {
  const int day = day_of_visit[visit];
  for (const char* measure : measures) {
    report.assessments.push_back(
        {measure, fmt::format("{:.1f}", 50 + 15 * rng.normal()), {.study_day = day}});
  }
  if (visit > 0 && rng.bernoulli(0.1)) {
    report.events.push_back({.kind = "fever",
                             .when = {.study_day = day - rng.between(1, 20)},
                             .adverse = true,
                             .grade = fmt::to_string(rng.between(1, 3))});
  }
  report.last_contact = When{.date = day_at(participant, day)};
}

CaseReport report_of(std::uint64_t participant, std::size_t visit) {
  Rng person(seed, participant);
  CaseReport report{.therapy = therapy, .institution = institution_id(person.below(institutions))};
  report.participant = fmt::format("{:08x}{:08x}", person.bits(), person.bits());
  Rng rng(seed + 1 + visit, participant);
  if (visit == 0) add_baseline(report, rng, participant);
  add_visit(report, rng, participant, visit);
  return report;
}

}  // namespace

Json registry_document() {
  Json document = Json::object();
  document.set("registry", Json::object()
                               .set("id", "scale")
                               .set("utc_offset_minutes", 540)
                               .set("name", words("A registry to measure with"))
                               .set("operator", Json::object()
                                                    .set("id", "bench")
                                                    .set("tied_to", Json::array())
                                                    .set("name", words("Nobody"))));
  Json clinics = Json::array();
  Json offers = Json::array();
  for (unsigned i = 0; i < institutions; ++i) {
    clinics.push(Json::object()
                     .set("id", institution_id(i))
                     .set("name", words("Clinic"))
                     .set("place", words("Somewhere")));
    offers.push(Json::object()
                    .set("therapy", therapy)
                    .set("institution", institution_id(i))
                    .set("from", "2015-01-01"));
  }
  Json offered = Json::object().set("id", therapy).set("modality", "other");
  offered.set("name", words("Cell sheet")).set("disease", words("Joint disease"));
  offered.set("description", words("Invented."))
      .set("outside_scope_reason", words("Invented."))
      .set("processors", Json::array());
  document.set("institution", std::move(clinics));
  document.set("therapy", Json::array().push(std::move(offered)));
  document.set("offer", std::move(offers));
  return document;
}

void CaseReports::fill_round() {
  for (std::size_t visit = 0; visit < rounds_until_visit.size(); ++visit) {
    if (round_ >= rounds_until_visit[visit])
      due_.push_back(report_of(round_ - rounds_until_visit[visit], visit));
  }
  ++round_;
}

CaseReport CaseReports::next() {
  if (due_.empty()) fill_round();
  CaseReport report = std::move(due_.front());
  due_.pop_front();
  return report;
}

}  // namespace kensho::bench
