#include "simulation/participant.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace kensho::simulation {
namespace {

/// The number as a clinic would write it: inside its range, with its decimals.
template <class Number>
std::string written(const Number& number, double value) {
  if (number.min) value = std::max(value, *number.min);
  if (number.max) value = std::min(value, *number.max);
  return fmt::format("{:.{}f}", value + 0.0, number.decimals);  // no -0
}

/// Two standard normal numbers mixed into one that has this correlation with the first.
double mixed(double correlation, double first, double second) {
  return correlation * first + std::sqrt(1 - correlation * correlation) * second;
}

/// A standard normal that shares the variance `share` with every other one of the same `common`.
double sharing(double share, double common, double own) {
  return std::sqrt(share) * common + std::sqrt(1 - share) * own;
}

Date later(Date day, int days) {
  return day.plus_days(days).value_or(day);
}

/// The participant's fate, drawn first so that it does not depend on what is measured.
struct Course {
  Date treated;
  bool late = false;
  Date reported;  // registration reaches the registry no earlier
  int lost_after_days;
};

class Simulated {
 public:
  Simulated(const Spec& spec, const Clinic& clinic, const Person& person, Rng& rng)
      : spec_(spec), clinic_(clinic), person_(person), rng_(rng) {}

  std::vector<DatedReport> reports() {
    course_ = draw_course();
    // Even a late registration comes first: nothing can be reported on somebody unknown.
    std::vector<DatedReport> reports = {{course_.reported, registration()}};
    if (!course_.late) add_treatment();
    add_visits();
    add_adverse_events();
    for (auto& [day, report] : later_) reports.push_back({day, std::move(report)});
    return reports;
  }

 private:
  Course draw_course() {
    Course course;
    const DaySpan& wait = clinic_.days_to_treatment;
    course.treated = later(person_.registered, rng_.between(wait.min, wait.max));
    course.late = rng_.bernoulli(clinic_.late_share);
    const int late_days = rng_.between(clinic_.late_days.min, clinic_.late_days.max);
    course.reported = course.late ? later(course.treated, late_days) : person_.registered;
    const bool lost = rng_.bernoulli(clinic_.lost_share);
    const int lost_after_days = rng_.between(0, std::max(0, last_visit_day() - 1));
    course.lost_after_days = lost ? lost_after_days : last_visit_day() + days_after_last_visit;
    return course;
  }

  /// The earliest day the last visit can fall on; 0 without visits.
  int last_visit_day() const {
    int last = 0;
    for (const Visit& visit : spec_.visits) last = std::max(last, visit.day - visit.jitter_days);
    return last;
  }

  CaseReport registration() {
    CaseReport report = blank();
    report.registers = true;
    for (const Characteristic& one : spec_.characteristics) report.baseline[one.id] = draw(one);
    const double person_level = rng_.normal();
    for (const Measure& measure : spec_.measures) {
      const double z = sharing(spec_.measure_correlation, person_level, rng_.normal());
      before_.push_back({z, measure.mean + measure.sd * z});
      add_assessment(report, measure, before_.back().value, person_.registered);
    }
    report.treatment = treatment(!course_.late);
    if (course_.late) report.last_contact = When{.date = course_.treated};
    return report;
  }

  std::string draw(const Characteristic& one) {
    if (one.codes.empty()) return written(one, one.mean + one.sd * rng_.normal());
    const double u = rng_.uniform();
    double sum = 0;
    for (std::size_t i = 0; i + 1 < one.codes.size(); ++i) {
      sum += one.probabilities[i];
      if (u < sum) return one.codes[i];
    }
    return one.codes.back();
  }

  void add_treatment() {
    CaseReport report = blank();
    report.treatment = treatment(false);
    report.last_contact = When{.date = course_.treated};
    later_.emplace(course_.treated, std::move(report));
  }

  void add_visits() {
    std::vector<double> person_level(spec_.measures.size());
    for (double& level : person_level) level = rng_.normal();
    for (std::size_t v = 0; v < spec_.visits.size(); ++v) {
      const Visit& visit = spec_.visits[v];
      const int day = visit.day + rng_.between(-visit.jitter_days, visit.jitter_days);
      CaseReport report = followed_up(day);
      for (std::size_t m = 0; m < spec_.measures.size(); ++m) {
        const double z = sharing(spec_.visit_correlation, person_level[m], rng_.normal());
        add_assessment(report, spec_.measures[m], value_at(m, v, z), later(course_.treated, day));
      }
      keep(day, std::move(report));
    }
  }

  double value_at(std::size_t measure, std::size_t visit, double z) const {
    const Measure& one = spec_.measures[measure];
    const Before& before = before_[measure];
    const double change = clinic_.effect * one.mean_change[visit] +
                          one.change_sd * mixed(one.baseline_correlation, before.z, z);
    return before.value + change;
  }

  void add_adverse_events() {
    for (const AdverseEvent& one : clinic_.adverse_events) {
      const bool happens = rng_.bernoulli(one.share);
      const int day = rng_.between(one.days.min, one.days.max);
      if (!happens) continue;
      CaseReport report = followed_up(day);
      report.events.push_back({.kind = one.kind,
                               .when = {.date = later(course_.treated, day)},
                               .adverse = true,
                               .serious = one.serious});
      keep(day, std::move(report));
    }
  }

  CaseReport blank() const {
    CaseReport report;
    report.therapy = clinic_.therapy;
    report.institution = clinic_.institution;
    report.participant = person_.id;
    return report;
  }

  CaseReport followed_up(int day) const {
    CaseReport report = blank();
    report.last_contact = When{.date = later(course_.treated, day)};
    return report;
  }

  Treatment treatment(bool planned) const {
    return {.number = "1", .date = course_.treated, .planned = planned};
  }

  void add_assessment(CaseReport& report, const Measure& measure, double value, Date day) const {
    const auto& taken = clinic_.measures;
    if (!taken.empty() && std::ranges::find(taken, measure.id) == taken.end()) return;
    report.assessments.push_back({measure.id, written(measure, value), {.date = day}});
  }

  /// What happens to a participant who is lost is not heard of.
  void keep(int day, CaseReport report) {
    if (day > course_.lost_after_days) return;
    later_.emplace(later(course_.treated, day), std::move(report));
  }

  /// A value before treatment and the standard normal it was made from.
  struct Before {
    double z = 0;
    double value = 0;
  };

  // Adverse events of those who are not lost are heard of for so long after the last visit.
  static constexpr int days_after_last_visit = 366;

  const Spec& spec_;
  const Clinic& clinic_;
  const Person& person_;
  Rng& rng_;
  Course course_{};
  std::vector<Before> before_;
  std::multimap<Date, CaseReport> later_;  // than the registration, by the day they tell of
};

}  // namespace

std::vector<DatedReport> simulate_participant(const Spec& spec, const Clinic& clinic,
                                              const Person& person, Rng& rng) {
  return Simulated(spec, clinic, person, rng).reports();
}

}  // namespace kensho::simulation
