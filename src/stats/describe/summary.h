// The description of one numeric variable.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/result.h"

namespace kensho::stats {

/// Count, centre, spread and quartiles of a sample, in the unit of the values.
struct Summary {
  std::size_t n;
  double mean;
  std::optional<double> standard_deviation;  // with n - 1; none for n = 1
  double minimum;
  double first_quartile;
  double median;
  double third_quartile;
  double maximum;
};

/// Describes a sample without missing values; the caller counts those.
///
/// Errors  invalid_argument: no value, or a value that is not finite.
/// Cost    O(n log n) time, a copy of the values. The order of the values has no effect on a bit.
/// Source  quartiles: Hyndman & Fan 1996, Am. Statistician 50:361-365, definition 7.
/// Checked against R mean, sd, quantile(type = 7), tests/reference/describe/summary.json, 1e-13.
Result<Summary> summarize(std::span<const double> values);

/// The quantile at `probability` of values in ascending order, by definition 7.
/// The values are not empty and 0 <= probability <= 1.
double sorted_quantile(std::span<const double> ascending, double probability);

}  // namespace kensho::stats
