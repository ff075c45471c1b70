// Tests by ranks of several groups: Kruskal-Wallis and Friedman.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// A test by ranks that several groups have one location.
struct RankAnalysis {
  double chi_square;  // corrected for ties
  double degrees_of_freedom;
  double p_value;                  // by the chi-square distribution
  std::vector<int> groups;         // ascending code; Friedman: 0, 1, ... of the columns
  std::vector<double> mean_ranks;  // of each group
};

/// Kruskal-Wallis test of independent groups.
///
/// Errors  invalid_argument: fewer than 2 groups, lengths that differ, a value that is not finite,
///         all values equal.
/// Cost    O(n log n); the order of the values changes no bit.
/// Source  Kruskal & Wallis 1952, JASA 47:583-621.
/// Checked against R kruskal.test, tests/reference/r/12_exact.json.
Result<RankAnalysis> kruskal_wallis_test(std::span<const double> values,
                                         std::span<const int> group);

/// Friedman's test of repeated measures: a row a subject, a column a condition, nothing missing.
/// On 0/1 data it is Cochran's Q.
///
/// Errors  invalid_argument: fewer than 2 rows or columns, a value that is not finite, every row
///         constant.
/// Source  Friedman 1937, JASA 32:675-701.
/// Checked against R friedman.test, tests/reference/r/12_exact.json.
Result<RankAnalysis> friedman_test(const Matrix& values);

}  // namespace kensho::stats
