#include "simulation/plan.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "simulation/participant.h"

namespace kensho::simulation {
namespace {

constexpr int opening_minute = 7 * 60;
constexpr std::size_t reporting_minutes = 240;  // from noon on

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

/// One clinic's part of the plan.
class ClinicPlan {
 public:
  ClinicPlan(const Spec& spec, std::size_t index)
      : spec_(spec), clinic_(spec.clinics[index]), index_(index) {}

  /// One act a reporting day.
  std::vector<PlannedAct> acts() {
    int number = 0;
    for (auto& [day, rng] : enrolment()) add_reports(++number, day, rng);
    std::vector<PlannedAct> acts;
    // Clinics report one after the other: no two acts share a moment.
    const int minute =
        minute_of_day(ActKind::report) + static_cast<int>(index_ % reporting_minutes);
    for (auto& [day, report] : sent_) {
      const TimeUtc time = moment(spec_, day, minute);
      if (acts.empty() || acts.back().time != time) {
        acts.push_back({.time = time, .institution = clinic_.institution});
      }
      acts.back().reports.push_back(std::move(report));
    }
    return acts;
  }

 private:
  /// The days on which participants come, in order, each with the participant's own numbers.
  std::multimap<Date, Rng> enrolment() const {
    std::multimap<Date, Rng> enrolled;
    const int days = days_between(clinic_.enrol_from, clinic_.enrol_to);
    for (int i = 0; i < clinic_.participants; ++i) {
      const auto stream = (std::uint64_t{index_} << 32) | static_cast<std::uint32_t>(i);
      Rng rng(spec_.seed, stream);
      const int day = rng.between(0, days);
      enrolled.emplace(clinic_.enrol_from.plus_days(day).value_or(clinic_.enrol_to), rng);
    }
    return enrolled;
  }

  void add_reports(int number, Date day, Rng& rng) {
    const Person person{.id = fmt::format("{}-{:04}", clinic_.prefix, number), .registered = day};
    Date sent = spec_.start;
    for (DatedReport& one : simulate_participant(spec_, clinic_, person, rng)) {
      // Never before the registration, and that never after the treatment it announces.
      sent = std::max(sent, reporting_day(one.day));
      if (const auto announced = announced_day(one.report)) sent = std::min(sent, *announced);
      if (sent <= spec_.end) sent_.emplace(sent, std::move(one.report));
    }
  }

  /// The day of the treatment that a registration announces.
  static std::optional<Date> announced_day(const CaseReport& report) {
    if (!report.registers || !report.treatment || !report.treatment->planned) return std::nullopt;
    return report.treatment->date;
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
  std::multimap<Date, CaseReport> sent_;  // by the day they are sent
};

}  // namespace

Plan make_plan(const Spec& spec) {
  std::multimap<TimeUtc, PlannedAct> acts;  // at one moment: in written order
  for (const ScriptedAct& act : spec.script) {
    const TimeUtc time = moment(spec, act.date, minute_of_day(act.kind));
    acts.emplace(time, PlannedAct{.time = time, .kind = act.kind, .name = act.name});
  }
  for (std::size_t i = 0; i < spec.clinics.size(); ++i) {
    for (PlannedAct& act : ClinicPlan(spec, i).acts()) acts.emplace(act.time, std::move(act));
  }
  Plan plan{.opens = moment(spec, spec.start, opening_minute),
            .utc_offset_minutes = spec.utc_offset_minutes};
  for (auto& [time, act] : acts) plan.acts.push_back(std::move(act));
  return plan;
}

}  // namespace kensho::simulation
