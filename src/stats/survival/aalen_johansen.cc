#include "stats/survival/aalen_johansen.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/survival/incidence_variance.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

constexpr int most_causes = 100;  // a step stores every cause; more are codes taken by mistake

// The estimate while it moves over the distinct times.
class Estimate {
 public:
  explicit Estimate(std::size_t causes)
      : events_(causes), incidence_(causes), aalen_(causes), jackknife_(causes) {}

  void move(std::span<const FollowUp> tied, std::size_t at_risk, CumulativeIncidence& curves);

 private:
  std::size_t count_events(std::span<const FollowUp> tied);
  void jump(double at_risk, double all_events, double censored);

  double survival_ = 1;
  std::vector<double> events_;  // of each cause, at the present time
  std::vector<double> incidence_;
  AalenVariance aalen_;
  JackknifeVariance jackknife_;
};

std::size_t Estimate::count_events(std::span<const FollowUp> tied) {
  std::ranges::fill(events_, 0.0);
  std::size_t all_events = 0;
  for (const FollowUp& subject : tied) {
    if (subject.code == 0) continue;
    ++events_[subject.code - 1];
    ++all_events;
  }
  return all_events;
}

void Estimate::jump(double at_risk, double all_events, double censored) {
  const double before = survival_;
  survival_ *= (at_risk - all_events) / at_risk;
  for (std::size_t cause = 0; cause < incidence_.size(); ++cause) {
    // Rounding may carry a last sum past 1.
    incidence_[cause] = std::min(incidence_[cause] + before * events_[cause] / at_risk, 1.0);
  }
  const IncidenceJump jump{at_risk, before, survival_, events_};
  aalen_.jump(jump);
  jackknife_.jump(jump, censored);
}

void Estimate::move(std::span<const FollowUp> tied, std::size_t at_risk,
                    CumulativeIncidence& curves) {
  const std::size_t all_events = count_events(tied);
  const std::size_t censored = tied.size() - all_events;
  if (all_events > 0) {
    jump(static_cast<double>(at_risk), static_cast<double>(all_events),
         static_cast<double>(censored));
  } else {
    jackknife_.censor(static_cast<double>(censored), survival_);
  }
  const auto staying = static_cast<double>(at_risk - tied.size());
  curves.steps.push_back({tied.front().time, at_risk, censored, survival_});
  for (std::size_t cause = 0; cause < incidence_.size(); ++cause) {
    // Rounding can leave a variance of 0 slightly below it.
    const double aalen = std::max(aalen_.of(cause), 0.0);
    const double jackknife = std::max(jackknife_.of(cause, staying), 0.0);
    curves.causes.push_back({static_cast<std::size_t>(events_[cause]), incidence_[cause],
                             std::sqrt(aalen), std::sqrt(jackknife)});
  }
}

Status check_cause_count(int cause_count) {
  if (cause_count >= 1 && cause_count <= most_causes) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("competing risks: {} causes, from 1 to {} are allowed", cause_count,
                           most_causes)};
}

// Symmetric in log(-log F); the derivative of that scale is 1 / (F log F).
std::optional<Interval> interval_at(double incidence, double std_error, double z) {
  if (incidence <= 0 || incidence >= 1) return std::nullopt;
  const double log_incidence = std::log(incidence);
  const double stretch = std::exp(-z * std_error / (incidence * log_incidence));
  return Interval{std::exp(log_incidence * stretch), std::exp(log_incidence / stretch)};
}

IncidenceReading read_at(const CumulativeIncidence& curves, double time, double z,
                         IncidenceVariance variance) {
  const auto after = std::ranges::upper_bound(curves.steps, time, {}, &IncidenceStep::time);
  const auto from = std::ranges::lower_bound(curves.steps, time, {}, &IncidenceStep::time);
  const std::size_t at_risk = from == curves.steps.end() ? 0 : from->at_risk;
  IncidenceReading reading{time, at_risk, 1, {}};
  if (after == curves.steps.begin()) {
    reading.causes.resize(curves.cause_count, CauseReading{0, 0, Interval{0, 0}});
    return reading;
  }
  const auto step = static_cast<std::size_t>(after - curves.steps.begin()) - 1;
  reading.survival = curves.steps[step].survival;
  for (std::size_t cause = 0; cause < curves.cause_count; ++cause) {
    const CauseStep& value = curves.causes[step * curves.cause_count + cause];
    const double std_error =
        variance == IncidenceVariance::aalen ? value.aalen_std_error : value.jackknife_std_error;
    reading.causes.push_back(
        {value.incidence, std_error, interval_at(value.incidence, std_error, z)});
  }
  return reading;
}

}  // namespace

Result<CumulativeIncidence> aalen_johansen(std::span<const double> time, std::span<const int> cause,
                                           int cause_count) {
  TRY(check_cause_count(cause_count));
  const std::vector<FollowUp> sorted = TRY(sorted_follow_up(time, cause, cause_count));
  const std::span<const FollowUp> subjects = sorted;

  CumulativeIncidence curves{static_cast<std::size_t>(cause_count), {}, {}};
  const std::size_t steps = count_distinct_times(subjects);
  curves.steps.reserve(steps);
  curves.causes.reserve(steps * curves.cause_count);
  Estimate estimate(curves.cause_count);
  for (std::size_t first = 0; first < subjects.size();) {
    const std::size_t end = end_of_tie(subjects, first);
    estimate.move(subjects.subspan(first, end - first), subjects.size() - first, curves);
    first = end;
  }
  return curves;
}

Result<std::vector<IncidenceReading>> read_incidence(const CumulativeIncidence& incidence,
                                                     std::span<const double> times,
                                                     const IncidenceIntervalChoice& choice) {
  TRY(check_reading_times(times));
  const double z = TRY(normal_multiplier(choice.confidence_level));
  std::vector<IncidenceReading> readings;
  readings.reserve(times.size());
  for (const double time : times) readings.push_back(read_at(incidence, time, z, choice.variance));
  return readings;
}

}  // namespace kensho::stats
