// Several groups of measurements: do their means, their spreads, their ranks differ?
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/chi_square_statistic.h"
#include "stats/describe/interval.h"
#include "stats/regression/linear_model.h"

namespace kensho::stats {

/// Measurements with the group of each; borrowed.
struct GroupedValues {
  std::span<const double> values;
  std::span<const int> group;  // 0 .. groups - 1, each with at least one value
};

/// The one-way analysis of variance.
struct OneWayAnova {
  double between_sum_of_squares;
  double within_sum_of_squares;
  double residual_sd;
  double r_squared;
  FTest f;  // equal variances
  std::vector<double> means;
  std::vector<double> sizes;
};

/// Deviations from means of means, summed with compensation: digits survive a large common part.
/// Errors  invalid_argument: a value not finite, fewer than two groups, an empty group, no degree
/// of
///         freedom left, no spread within groups.
/// Cost    O(n).
/// Checked against NIST StRD (tests/reference/nist/anova) and R aov.
Result<OneWayAnova> one_way_anova(const GroupedValues& data);

/// Welch's test of equal means without equal variances; every group needs two values and spread.
/// Source  Welch 1951, Biometrika 38:330-336.
Result<FTest> welch_test(const GroupedValues& data);

/// Bartlett's test of equal variances. Source  Bartlett 1937, Proc. R. Soc. A 160:268-282.
Result<ChiSquareStatistic> bartlett_test(const GroupedValues& data);

/// Levene's test of equal spread, about medians (Brown & Forsythe 1974, JASA 69:364-367).
Result<FTest> levene_test(const GroupedValues& data);

/// A pair of groups: mean of the second minus mean of the first.
struct TukeyPair {
  std::size_t first;
  std::size_t second;
  double difference;
  Interval interval;  // simultaneous over all pairs
  double p_value;     // adjusted for all pairs
};

/// Tukey's comparisons of all pairs (Tukey & Kramer where sizes differ).
/// Errors  as one_way_anova; level outside (0, 1).
/// Checked against R TukeyHSD (1e-9: ptukey's own accuracy), 05_regression.json.
Result<std::vector<TukeyPair>> tukey_comparisons(const OneWayAnova& anova, double confidence_level);

}  // namespace kensho::stats
