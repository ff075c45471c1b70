// Exact null distributions of sums of ranks, with or without ties.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace kensho::stats {

/// The distribution of a sum of scores that are multiples of one half.
class ScoreSumDistribution {
 public:
  explicit ScoreSumDistribution(std::vector<double> probabilities);

  double at_most(double sum) const;   // P(S <= sum)
  double at_least(double sum) const;  // P(S >= sum)
  /// The smallest sum with P(S <= sum) >= probability.
  double quantile(double probability) const;

 private:
  std::vector<double> below_;  // P(S <= i / 2)
  std::vector<double> above_;  // P(S >= i / 2)
};

/// The sum of `size` scores drawn without replacement: the rank-sum test under its null hypothesis.
/// Scores are positive multiples of 1/2 (midranks), size at most their number, at most 1000 scores.
/// Cost    O(n size s), s the largest sum. Source  Streitberg & Roehmel 1986, Stat. Software
///         Newsletter 12:10-17 (the shift algorithm).
ScoreSumDistribution subset_sum_distribution(std::span<const double> scores, std::size_t size);

/// The sum of scores each kept with probability 1/2: the signed-rank test under its null.
/// Scores as above. Cost O(n s).
ScoreSumDistribution sign_sum_distribution(std::span<const double> scores);

}  // namespace kensho::stats
