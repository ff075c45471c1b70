// The difference of two means in standard deviations.
#pragma once

#include <span>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// The standardised mean difference, first minus second.
struct StandardisedDifference {
  double cohen_d;   // by the pooled standard deviation
  double hedges_g;  // d times the small-sample factor
  double hedges_factor;
  Interval interval;   // of d: exact for normal samples of equal variance
  double balance_smd;  // by the root of the mean of the two variances: for tables of balance
};

/// Cohen's d, Hedges' g and the exact interval by the noncentral t distribution.
///
/// Errors  invalid_argument: fewer than 2 values in a group, one that is not finite, both groups
///         constant, level outside (0, 1); not_converged.
/// Source  Hedges & Olkin 1985, chapter 5; Steiger & Fouladi 1997 (interval).
/// Checked against R pt(ncp), tests/reference/r/12_exact.json.
Result<StandardisedDifference> standardised_difference(std::span<const double> first,
                                                       std::span<const double> second,
                                                       double confidence_level);

}  // namespace kensho::stats
