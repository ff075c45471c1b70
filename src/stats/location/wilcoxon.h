// Wilcoxon's rank-sum and signed-rank tests, with the shift of Hodges and Lehmann.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/location/mean_comparison.h"

namespace kensho::stats {

/// How the p-value and the interval are found.
enum class RankNull : unsigned char {
  automatic,         // exact below 50 values a sample, else normal_corrected
  exact,             // the permutation distribution, ties and all
  normal,            // the normal distribution, corrected for ties
  normal_corrected,  // the same with continuity correction
};

/// A test by ranks with its estimate.
struct RankTest {
  double statistic;  // rank sum: pairs with first > second; signed rank: sum of positive ranks
  RankNull null;     // what was used; never automatic
  double p_value;    // exact two-sided: all sums as far from the mean
  double estimate;   // median of the pairwise differences, or of the Walsh averages
  std::optional<Interval> interval;  // of it; none where so few values cannot reach the level
  std::size_t zeros;                 // signed rank: differences equal to the null value, left out
};

/// Wilcoxon's rank-sum (Mann-Whitney) test of first - second. Where the shapes are equal the
/// estimate is the shift between them.
///
/// Errors  invalid_argument: an empty sample, a value that is not finite, all values equal, level
///         outside (0, 1), exact with more than 1000 values or 2e9 steps.
/// Cost    O(n log n); exact O(n m s) for the smaller m and rank sums up to s.
/// Source  Wilcoxon 1945, Biometrics Bull. 1:80-83; Hollander & Wolfe 1999, chapters 3 and 4.
/// Checked against R wilcox.test and exactRankTests, tests/reference/r/12_exact.json.
Result<RankTest> rank_sum_test(std::span<const double> first, std::span<const double> second,
                               const LocationQuestion& question,
                               RankNull null = RankNull::automatic);

/// Wilcoxon's signed-rank test of differences: symmetric about the null value. Zeros are left out
/// of test and estimate, as R does.
/// Errors  as rank_sum_test; all differences zero.
Result<RankTest> signed_rank_test(std::span<const double> differences,
                                  const LocationQuestion& question,
                                  RankNull null = RankNull::automatic);

}  // namespace kensho::stats
