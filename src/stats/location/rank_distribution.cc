#include "stats/location/rank_distribution.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace kensho::stats {
namespace {

std::vector<std::size_t> halves(std::span<const double> scores) {
  std::vector<std::size_t> doubled;
  doubled.reserve(scores.size());
  for (const double score : scores) {
    ENSURE(score > 0 && score <= 1e6);
    doubled.push_back(static_cast<std::size_t>(std::lround(2 * score)));
  }
  std::ranges::sort(doubled);  // the order of summation, so that of the rows does not matter
  return doubled;
}

}  // namespace

ScoreSumDistribution::ScoreSumDistribution(std::vector<double> probabilities)
    : below_(probabilities), above_(std::move(probabilities)) {
  for (std::size_t i = 1; i < below_.size(); ++i) below_[i] += below_[i - 1];
  for (std::size_t i = above_.size() - 1; i > 0; --i) above_[i - 1] += above_[i];
}

double ScoreSumDistribution::at_most(double sum) const {
  const double index = std::floor(2 * sum);
  if (index < 0) return 0;
  return std::min(1.0, below_[std::min(below_.size() - 1, static_cast<std::size_t>(index))]);
}

double ScoreSumDistribution::at_least(double sum) const {
  const double index = std::ceil(2 * sum);
  if (index >= static_cast<double>(above_.size())) return 0;
  return std::min(1.0, above_[static_cast<std::size_t>(std::max(0.0, index))]);
}

double ScoreSumDistribution::quantile(double probability) const {
  // What is equal but for rounding counts as reached: a probability of 0.025 that is a fraction.
  const auto found = std::ranges::lower_bound(below_, probability * (1 - 1e-12));
  return static_cast<double>(found - below_.begin()) / 2;
}

ScoreSumDistribution subset_sum_distribution(std::span<const double> scores, std::size_t size) {
  ENSURE(size <= scores.size() && scores.size() <= 1000);
  const std::vector<std::size_t> doubled = halves(scores);
  std::size_t sum_max = 0;
  for (std::size_t i = 0; i < size; ++i) sum_max += doubled[doubled.size() - 1 - i];
  // ways[k] holds how often k scores have each sum, as shares of all subsets seen so far.
  std::vector<std::vector<double>> ways(size + 1, std::vector<double>(sum_max + 1));
  ways[0][0] = 1;
  for (std::size_t seen = 0; seen < doubled.size(); ++seen) {
    const std::size_t score = doubled[seen];
    for (std::size_t k = std::min(seen + 1, size); k > 0; --k) {
      for (std::size_t sum = sum_max; sum + 1 > score; --sum) {
        ways[k][sum] += ways[k - 1][sum - score];
      }
    }
  }
  std::vector<double> probabilities = std::move(ways[size]);
  double total = 0;
  for (const double count : probabilities) total += count;
  for (double& count : probabilities) count /= total;
  return ScoreSumDistribution(std::move(probabilities));
}

ScoreSumDistribution sign_sum_distribution(std::span<const double> scores) {
  ENSURE(scores.size() <= 1000);
  const std::vector<std::size_t> doubled = halves(scores);
  std::size_t sum_max = 0;
  for (const std::size_t score : doubled) sum_max += score;
  std::vector<double> probabilities(sum_max + 1);
  probabilities[0] = 1;
  for (const std::size_t score : doubled) {
    for (std::size_t sum = sum_max + 1; sum-- > 0;) {
      const double moved = sum >= score ? probabilities[sum - score] : 0;
      probabilities[sum] = (probabilities[sum] + moved) / 2;
    }
  }
  return ScoreSumDistribution(std::move(probabilities));
}

}  // namespace kensho::stats
