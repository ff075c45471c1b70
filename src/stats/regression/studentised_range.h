// The distribution of the studentised range, of Tukey's comparisons of all pairs of means.
#pragma once

#include "base/result.h"

namespace kensho::stats {

/// The range of `groups` standard normal numbers over an independent estimate of their deviation.
struct RangeShape {
  double groups;              // at least 2
  double degrees_of_freedom;  // above 0, of the estimate
};

/// P(range > q); q >= 0.
/// Cost    about 20,000 normal distribution functions (a millisecond): the trapezoidal rule, which
/// is
///         exact to rounding for integrands that fade like these.
/// Source  Tukey 1953; Lund & Lund 1983, Applied Statistics 32:204-210.
/// Checked against adaptive quadrature in R (1e-10), tests/reference/regression/one_way.json; R's
/// ptukey
///         itself is off by 1e-4 at 2 degrees of freedom.
double studentised_range_upper_tail(double q, const RangeShape& shape);

/// The q with P(range <= q) = probability.
/// Errors  invalid_argument: probability outside (0, 1).
/// Cost    about 15 tails.
Result<double> studentised_range_quantile(double probability, const RangeShape& shape);

}  // namespace kensho::stats
