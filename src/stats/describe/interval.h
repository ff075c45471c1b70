// A confidence interval and its level, shared by every method that gives one.
#pragma once

#include "base/result.h"

namespace kensho::stats {

/// The two ends of a confidence interval, in the unit of its estimate.
struct Interval {
  double lower;
  double upper;
};

/// The normal quantile z of a two-sided interval: level 0.95 gives 1.96.
/// Errors  invalid_argument: the level is not above 0 and below 1.
Result<double> normal_multiplier(double confidence_level);

}  // namespace kensho::stats
