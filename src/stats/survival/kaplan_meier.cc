#include "stats/survival/kaplan_meier.h"

#include <algorithm>
#include <cmath>

#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

std::size_t count_events(std::span<const FollowUp> tied) {
  std::size_t events = 0;
  for (const FollowUp& subject : tied) events += subject.code;
  return events;
}

// An interval symmetric on the chosen scale; `relative_error` is that of log S.
std::optional<Interval> interval_at(double survival, double relative_error, double z,
                                    SurvivalTransform transform) {
  const double half_width = z * relative_error;
  switch (transform) {
    case SurvivalTransform::plain:
      return Interval{std::max(survival * (1 - half_width), 0.0),
                      std::min(survival * (1 + half_width), 1.0)};
    case SurvivalTransform::log:
      return Interval{survival * std::exp(-half_width),
                      std::min(survival * std::exp(half_width), 1.0)};
    case SurvivalTransform::log_log:
      break;
  }
  if (survival == 1) return std::nullopt;  // log(-log 1) does not exist
  const double log_survival = std::log(survival);
  const double stretch = std::exp(-half_width / log_survival);
  return Interval{std::exp(log_survival * stretch), std::exp(log_survival / stretch)};
}

std::optional<Interval> step_interval(const SurvivalStep& step, double z,
                                      SurvivalTransform transform) {
  if (!step.std_error) return std::nullopt;
  return interval_at(step.survival, *step.std_error / step.survival, z, transform);
}

SurvivalReading read_at(const SurvivalCurve& curve, double time, double z,
                        SurvivalTransform transform) {
  const auto after = std::ranges::upper_bound(curve.steps, time, {}, &SurvivalStep::time);
  const auto from = std::ranges::lower_bound(curve.steps, time, {}, &SurvivalStep::time);
  const std::size_t at_risk = from == curve.steps.end() ? 0 : from->at_risk;
  if (after == curve.steps.begin()) return {time, at_risk, 1, 0, Interval{1, 1}};
  const SurvivalStep& step = *std::prev(after);
  return {time, at_risk, step.survival, step.std_error, step_interval(step, z, transform)};
}

}  // namespace

Result<SurvivalCurve> kaplan_meier(std::span<const double> time, std::span<const int> event) {
  const std::vector<FollowUp> subjects = TRY(sorted_follow_up(time, event, 1));

  SurvivalCurve curve;
  curve.steps.reserve(count_distinct_times(subjects));
  double survival = 1;
  double greenwood = 0;  // sum of d / (n (n - d))
  for (std::size_t first = 0; first < subjects.size();) {
    const std::size_t end = end_of_tie(subjects, first);
    const std::size_t at_risk = subjects.size() - first;
    const std::size_t events = count_events(std::span(subjects).subspan(first, end - first));
    if (events > 0) {
      const auto n = static_cast<double>(at_risk);
      const auto d = static_cast<double>(events);
      survival *= (n - d) / n;
      if (events < at_risk) greenwood += d / (n * (n - d));
    }
    const auto std_error =
        survival > 0 ? std::optional(survival * std::sqrt(greenwood)) : std::nullopt;
    curve.steps.push_back(
        {subjects[first].time, at_risk, events, end - first - events, survival, std_error});
    first = end;
  }
  return curve;
}

Result<std::vector<std::optional<Interval>>> pointwise_intervals(const SurvivalCurve& curve,
                                                                 const IntervalChoice& choice) {
  const double z = TRY(normal_multiplier(choice.confidence_level));
  std::vector<std::optional<Interval>> intervals;
  intervals.reserve(curve.steps.size());
  for (const SurvivalStep& step : curve.steps) {
    intervals.push_back(step_interval(step, z, choice.transform));
  }
  return intervals;
}

Result<std::vector<SurvivalReading>> read_curve(const SurvivalCurve& curve,
                                                std::span<const double> times,
                                                const IntervalChoice& choice) {
  TRY(check_reading_times(times));
  const double z = TRY(normal_multiplier(choice.confidence_level));
  std::vector<SurvivalReading> readings;
  readings.reserve(times.size());
  for (const double time : times) readings.push_back(read_at(curve, time, z, choice.transform));
  return readings;
}

}  // namespace kensho::stats
