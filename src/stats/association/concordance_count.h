// Concordant and discordant pairs, and what ties take away.
#pragma once

#include <span>

namespace kensho::stats {

/// What Kendall's tau is made of.
struct ConcordanceCount {
  double score;     // concordant minus discordant pairs
  double pairs;     // n (n - 1) / 2
  double tied_x;    // pairs tied in x
  double tied_y;    // pairs tied in y
  double variance;  // of the score, if there is no association, given the ties
};

/// Counts over all pairs; the values are finite, at least 3. Exact below 9e15 pairs.
/// Cost O(n log n).
ConcordanceCount count_concordance(std::span<const double> x, std::span<const double> y);

/// P(score <= given) without ties or association: the number of inversions of n things.
/// Cost O(n^3).
double kendall_score_cdf(double score, int n);

}  // namespace kensho::stats
