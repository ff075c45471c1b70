// Correlation of two variables: Pearson's, Spearman's, Kendall's.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/result.h"
#include "stats/describe/alternative.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// Which correlation.
enum class CorrelationKind : unsigned char { pearson, spearman, kendall };

/// How a p-value of ranks was found.
enum class CorrelationNull : unsigned char { exact, approximate };

/// A correlation with its test of zero.
struct Correlation {
  double estimate;                           // r, rho or tau-b
  double statistic;                          // t of Pearson and Spearman; z of Kendall
  std::optional<double> degrees_of_freedom;  // of t
  double p_value;
  CorrelationNull null;
  std::optional<Interval> interval;  // Pearson and Spearman from 4 pairs on
  std::size_t n;
};

/// What is asked of a correlation.
struct CorrelationQuestion {
  CorrelationKind kind = CorrelationKind::pearson;
  Alternative alternative = Alternative::two_sided;
  double confidence_level = 0.95;
};

/// A correlation of pairs.
///
/// Pearson: t test, interval by Fisher's z. Spearman: Pearson of midranks; exact by all
/// permutations below 10 untied pairs, else t; interval by Fisher's z with the variance of Bonett &
/// Wright. Kendall: tau-b; exact below 50 untied pairs, else normal with the variance for ties.
///
/// Errors  invalid_argument: fewer than 3 pairs, lengths that differ, a value that is not finite, a
///         constant variable, level outside (0, 1).
/// Cost    O(n log n) all three. The order of the pairs changes no bit.
/// Source  Fisher 1921, Metron 1:3-32; Bonett & Wright 2000, Psychometrika 65:23-28; Kendall 1970,
///         Rank correlation methods; Knight 1966, JASA 61:436-439 (algorithm).
/// Checked against R cor.test, tests/reference/r/12_exact.json and
/// tests/reference/association/correlation.json.
Result<Correlation> correlation(std::span<const double> x, std::span<const double> y,
                                const CorrelationQuestion& question);

}  // namespace kensho::stats
