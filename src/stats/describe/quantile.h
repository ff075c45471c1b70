// Quantiles of a sample by any of the nine definitions, and of a weighted one.
#pragma once

#include <span>

#include "base/result.h"

namespace kensho::stats {

/// The definitions of Hyndman & Fan by their numbers; 7 is R's default, 2 SAS's, 6 SPSS's.
enum class QuantileDefinition : unsigned char {
  inverse_cdf = 1,
  averaged_inverse_cdf = 2,
  nearest_even = 3,
  linear_cdf = 4,
  midpoint = 5,
  weibull = 6,
  linear = 7,
  median_unbiased = 8,
  normal_unbiased = 9,
};

/// The quantile at `probability` of finite values in ascending order; not empty, 0 to 1.
/// Source  Hyndman & Fan 1996, Am. Statistician 50:361-365.
/// Checked against R quantile, tests/reference/r/12_exact.json.
double quantile_of(std::span<const double> ascending, double probability,
                   QuantileDefinition definition);

/// The mean of values that count as often as their weights.
/// Errors  invalid_argument: lengths that differ, no value, a value or weight that is not finite, a
///         weight below 0, all weights 0.
Result<double> weighted_mean(std::span<const double> values, std::span<const double> weights);

/// The smallest value that at least half of the weight does not exceed; the middle of it and the
/// next where it is exactly half. With whole weights: the median of the values written out.
/// Errors  as weighted_mean. Cost O(n log n).
Result<double> weighted_median(std::span<const double> values, std::span<const double> weights);

}  // namespace kensho::stats
