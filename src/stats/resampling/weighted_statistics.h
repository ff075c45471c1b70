// Ready statistics for the bootstrap: mean, median, and the difference of one between two groups.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "stats/resampling/bootstrap.h"

namespace kensho::stats {

/// Which statistic of one variable.
enum class CentreKind : unsigned char { mean, median };

/// The centre of weighted values; none where all weights are 0. The median is that of the values
/// written out as often as their (whole) weights.
/// Cost    O(n) a call; O(n log n) once for the median.
WeightedStatistic centre_statistic(std::vector<double> values, CentreKind kind);

/// The centre of the rows of the first group (code 0) minus that of the second (any other code).
/// As many codes as values.
WeightedStatistic centre_difference_statistic(const std::vector<double>& values,
                                              const std::vector<int>& group, CentreKind kind);

}  // namespace kensho::stats
