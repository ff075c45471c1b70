#include "stats/survival/restricted_mean.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/dist/distributions.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

Status check_horizon(const SurvivalCurve& curve, double horizon) {
  if (!(horizon > 0) || !std::isfinite(horizon)) {
    return Error{
        Errc::invalid_argument,
        fmt::format("restricted mean: the horizon is {}; it must be finite and above 0", horizon)};
  }
  const SurvivalStep& last = curve.steps.back();
  if (horizon <= last.time || last.survival == 0) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("restricted mean: the horizon {} lies after the last follow-up {}; take "
                           "one up to there",
                           horizon, last.time)};
}

// Greenwood's sum at a step, carried on where survival is 0 and it has no value.
double relative_variance(const SurvivalStep& step, double before) {
  if (!step.std_error) return before;
  const double relative = *step.std_error / step.survival;
  return relative * relative;
}

MeanContrast contrast(double estimate, double std_error, double z) {
  return {estimate,
          std_error,
          {estimate - z * std_error, estimate + z * std_error},
          normal_two_sided(estimate / std_error)};
}

}  // namespace

Result<RestrictedMean> restricted_mean(const SurvivalCurve& curve, double horizon) {
  TRY(check_horizon(curve, horizon));
  // Areas between steps, from which each step's remaining area follows backwards.
  const auto end = std::ranges::lower_bound(curve.steps, horizon, {}, &SurvivalStep::time);
  const auto count = static_cast<std::size_t>(end - curve.steps.begin());
  CompensatedSum area;
  CompensatedSum variance;
  for (std::size_t i = count; i-- > 0;) {
    const SurvivalStep& step = curve.steps[i];
    const double until = i + 1 < count ? curve.steps[i + 1].time : horizon;
    area.add(step.survival * (until - step.time));
    if (step.events == 0) continue;
    const double before = i == 0 ? 0 : relative_variance(curve.steps[i - 1], 0);
    variance.add(area.value() * area.value() * (relative_variance(step, before) - before));
  }
  area.add(count == 0 ? horizon : curve.steps.front().time);
  return RestrictedMean{horizon, area.value(), std::sqrt(std::max(variance.value(), 0.0))};
}

Result<RestrictedMeanContrast> compare_restricted_means(const RestrictedMean& first,
                                                        const RestrictedMean& second,
                                                        double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  if (first.horizon != second.horizon) {
    return Error{Errc::invalid_argument,
                 fmt::format("restricted means: the horizons {} and {} differ", first.horizon,
                             second.horizon)};
  }
  const double std_error = std::hypot(first.std_error, second.std_error);
  if (std_error == 0) {
    return Error{Errc::invalid_argument,
                 "restricted means: neither group had an event before the horizon"};
  }
  RestrictedMeanContrast result{contrast(first.mean - second.mean, std_error, z), std::nullopt};
  if (first.mean > 0 && second.mean > 0) {
    MeanContrast ratio =
        contrast(std::log(first.mean / second.mean),
                 std::hypot(first.std_error / first.mean, second.std_error / second.mean), z);
    ratio.estimate = std::exp(ratio.estimate);
    ratio.interval = {std::exp(ratio.interval.lower), std::exp(ratio.interval.upper)};
    result.ratio = ratio;
  }
  return result;
}

Result<LandmarkSample> landmark_sample(std::span<const double> time, double landmark) {
  TRY(check_reading_times(time));
  TRY(check_reading_times(std::span(&landmark, 1)));
  LandmarkSample sample;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (!(time[i] > landmark)) continue;
    sample.rows.push_back(i);
    sample.time.push_back(time[i] - landmark);
  }
  return sample;
}

}  // namespace kensho::stats
