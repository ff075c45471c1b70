#include "simulation/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "simulation/participant.h"

namespace kensho::simulation {
namespace {

constexpr int opening_minute = 7 * 60;

/// The minute of the local day on which acts of a kind take place.
int minute_of_day(ActKind kind) {
  switch (kind) {
    case ActKind::masters:
      return 8 * 60;
    case ActKind::seal:
      return 9 * 60;
    case ActKind::report:
      return 12 * 60;
    case ActKind::study:
      return 18 * 60;
    case ActKind::publish:
      return 20 * 60;
  }
  return 0;
}

TimeUtc moment(const Spec& spec, Date day, int minute) {
  constexpr std::int64_t us_per_minute = 60'000'000;
  const std::int64_t minutes =
      std::int64_t{day.days_since_1970()} * 24 * 60 + minute - spec.utc_offset_minutes;
  return {minutes * us_per_minute};
}

/// A report with the day it is sent.
struct Sent {
  Date day;
  CaseReport report;
};

/// One clinic's part of the plan.
class ClinicPlan {
 public:
  ClinicPlan(const Spec& spec, std::size_t index)
      : spec_(spec), clinic_(spec.clinics[index]), index_(index) {}

  /// One act a reporting day.
  std::vector<PlannedAct> acts() {
    draw_enrolment();
    for (std::size_t i = 0; i < enrolled_.size(); ++i) add_reports(i);
    std::ranges::stable_sort(sent_, {}, &Sent::day);
    std::vector<PlannedAct> acts;
    // Clinics report one after the other: no two acts share a moment.
    const int minute = minute_of_day(ActKind::report) + static_cast<int>(index_ % (4 * 60));
    for (Sent& one : sent_) {
      const TimeUtc time = moment(spec_, one.day, minute);
      if (acts.empty() || acts.back().time != time) {
        acts.push_back({.time = time, .institution = clinic_.institution});
      }
      acts.back().reports.push_back(std::move(one.report));
    }
    return acts;
  }

 private:
  struct Enrolled {
    Date day;
    Rng rng;
  };

  void draw_enrolment() {
    const int days = days_between(clinic_.enrol_from, clinic_.enrol_to);
    for (int i = 0; i < clinic_.participants; ++i) {
      const auto stream = (std::uint64_t{index_} << 32) | static_cast<std::uint32_t>(i);
      Rng rng(spec_.seed, stream);
      const int day = rng.between(0, days);
      enrolled_.push_back({clinic_.enrol_from.plus_days(day).value_or(clinic_.enrol_to), rng});
    }
    std::ranges::stable_sort(enrolled_, {}, &Enrolled::day);
  }

  void add_reports(std::size_t position) {
    Enrolled& enrolled = enrolled_[position];
    const Person person{.id = fmt::format("{}-{:04}", clinic_.prefix, position + 1),
                        .registered = enrolled.day};
    Date sent = spec_.start;
    for (DatedReport& one : simulate_participant(spec_, clinic_, person, enrolled.rng)) {
      // Never before the registration, and that never after the treatment it announces.
      sent = std::max(sent, reporting_day(one.day));
      if (is_announcement(one.report)) sent = std::min(sent, *one.report.treatment->date);
      if (sent <= spec_.end) sent_.push_back({sent, std::move(one.report)});
    }
  }

  static bool is_announcement(const CaseReport& report) {
    return report.registers && report.treatment && report.treatment->planned;
  }

  /// The first reporting day on or after `day`. Clinics report on different days.
  Date reporting_day(Date day) const {
    const int every = clinic_.report_every_days;
    const int phase = (days_between(spec_.start, day) + static_cast<int>(index_) * 3) % every;
    return day.plus_days(phase == 0 ? 0 : every - phase).value_or(day);
  }

  const Spec& spec_;
  const Clinic& clinic_;
  std::size_t index_;
  std::vector<Enrolled> enrolled_;
  std::vector<Sent> sent_;
};

}  // namespace

Plan make_plan(const Spec& spec) {
  Plan plan{.opens = moment(spec, spec.start, opening_minute),
            .utc_offset_minutes = spec.utc_offset_minutes};
  for (const ScriptedAct& act : spec.script) {
    plan.acts.push_back({.time = moment(spec, act.date, minute_of_day(act.kind)),
                         .kind = act.kind,
                         .name = act.name});
  }
  for (std::size_t i = 0; i < spec.clinics.size(); ++i) {
    std::ranges::move(ClinicPlan(spec, i).acts(), std::back_inserter(plan.acts));
  }
  std::ranges::stable_sort(plan.acts, {}, &PlannedAct::time);
  return plan;
}

}  // namespace kensho::simulation
