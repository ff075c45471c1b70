#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "stats/describe/sample.h"
#include "stats/dist/distributions.h"
#include "stats/resampling/bootstrap.h"

namespace kensho::stats {
namespace {

// The quantile of ascending replicates, interpolated on the normal scale between the order
// statistics of (R + 1) p; the ends stand for what lies beyond them.
double replicate_quantile(const std::vector<double>& ascending, double probability) {
  const auto count = static_cast<double>(ascending.size());
  const double rank = (count + 1) * probability;
  const double below = std::floor(rank);
  if (!(below >= 1)) return ascending.front();
  if (below >= count) return ascending.back();
  const auto index = static_cast<std::size_t>(below);
  const double low = ascending[index - 1];
  if (rank == below) return low;  // exactly an order statistic
  const double from = normal_quantile(below / (count + 1));
  const double to = normal_quantile((below + 1) / (count + 1));
  return low + (normal_quantile(probability) - from) / (to - from) * (ascending[index] - low);
}

std::optional<Interval> bca_interval(const std::vector<double>& ascending, double estimate,
                                     double acceleration, double z) {
  const auto below = std::ranges::lower_bound(ascending, estimate) - ascending.begin();
  const double share = static_cast<double>(below) / static_cast<double>(ascending.size());
  if (!(share > 0 && share < 1)) return std::nullopt;
  const double correction = normal_quantile(share);
  const auto limit = [&](double at) -> std::optional<double> {
    const double moved = correction + at;
    const double stretch = 1 - acceleration * moved;
    if (!(stretch > 0)) return std::nullopt;  // so skewed that the correction has no meaning
    const double probability = normal_cdf(correction + moved / stretch);
    if (!(probability > 0 && probability < 1)) return std::nullopt;
    return replicate_quantile(ascending, probability);
  };
  const auto lower = limit(-z);
  const auto upper = limit(z);
  if (!lower || !upper) return std::nullopt;
  return Interval{*lower, *upper};
}

}  // namespace

Result<BootstrapIntervals> bootstrap_intervals(const Bootstrap& bootstrap,
                                               std::optional<double> acceleration,
                                               double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  TRY(check_sample(bootstrap.replicates, "bootstrap intervals", 2));
  std::vector<double> ascending = bootstrap.replicates;
  std::ranges::sort(ascending);
  const SampleMoments moments = sample_moments(ascending);
  const double tail = (1 - confidence_level) / 2;
  const double low = replicate_quantile(ascending, tail);
  const double high = replicate_quantile(ascending, 1 - tail);
  const double bias = moments.mean - bootstrap.estimate;
  const double std_error = std::sqrt(moments.variance());
  const double centre = bootstrap.estimate - bias;
  return BootstrapIntervals{
      .bias = bias,
      .std_error = std_error,
      .normal = {centre - z * std_error, centre + z * std_error},
      .basic = {2 * bootstrap.estimate - high, 2 * bootstrap.estimate - low},
      .percentile = {low, high},
      .bca = acceleration ? bca_interval(ascending, bootstrap.estimate, *acceleration, z)
                          : std::nullopt};
}

}  // namespace kensho::stats
