#include "stats/resampling/permutation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "stats/describe/sample.h"

namespace kensho::stats {
namespace {

constexpr std::size_t REPLICATES_A_BLOCK = 1024;

// Counts permuted sums as extreme as the observed one; all sums have mean zero.
class ExtremeSums {
 public:
  ExtremeSums(double observed, double slack, Alternative alternative)
      : observed_(observed), slack_(slack), alternative_(alternative) {}

  bool holds(double sum) const {
    switch (alternative_) {
      case Alternative::less:
        return sum <= observed_ + slack_;
      case Alternative::greater:
        return sum >= observed_ - slack_;
      case Alternative::two_sided:
        break;
    }
    return std::abs(sum) >= std::abs(observed_) - slack_;
  }

 private:
  double observed_;
  double slack_;
  Alternative alternative_;
};

// Every sum of `left` of the scores from `from` on, added to `sum`.
std::uint64_t count_subsets(std::span<const double> scores, std::size_t left, double sum,
                            const ExtremeSums& extreme) {
  if (left == 0) return extreme.holds(sum) ? 1 : 0;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i + left <= scores.size(); ++i) {
    count += count_subsets(scores.subspan(i + 1), left - 1, sum + scores[i], extreme);
  }
  return count;
}

std::uint64_t count_signs(std::span<const double> scores, double sum, const ExtremeSums& extreme) {
  if (scores.empty()) return extreme.holds(sum) ? 1 : 0;
  return count_signs(scores.subspan(1), sum + scores[0], extreme) +
         count_signs(scores.subspan(1), sum - scores[0], extreme);
}

// n choose k, or `limit` + 1 where it is above.
std::uint64_t choose_up_to(std::size_t n, std::size_t k, std::uint64_t limit) {
  double count = 1;
  for (std::size_t i = 1; i <= k; ++i) {
    count = std::round(count * static_cast<double>(n - k + i) / static_cast<double>(i));
    if (count > static_cast<double>(limit)) return limit + 1;
  }
  return static_cast<std::uint64_t>(count);
}

Result<PermutationTest> sampled(double statistic, const PermutationQuestion& question,
                                const ExtremeSums& extreme,
                                const std::function<double(Rng&)>& permuted_sum) {
  if (question.replicates < 1) {
    return Error{Errc::invalid_argument,
                 fmt::format("permutation test: {} replicates", question.replicates)};
  }
  const auto replicates = static_cast<std::uint64_t>(question.replicates);
  const auto count = parallel_reduce(
      {replicates, REPLICATES_A_BLOCK, std::max(1U, question.threads)}, std::uint64_t{0},
      [&](const Block& block) {
        std::uint64_t found = 0;
        for (std::size_t replicate = block.begin; replicate < block.end; ++replicate) {
          Rng rng(question.seed, replicate);
          found += extreme.holds(permuted_sum(rng)) ? 1 : 0;
        }
        return found;
      },
      std::plus<>{});
  const double p = static_cast<double>(1 + count) / static_cast<double>(1 + replicates);
  return PermutationTest{statistic, p, false, replicates,
                         std::sqrt(p * (1 - p) / static_cast<double>(replicates))};
}

double sum_of_sizes(std::span<const double> scores) {
  double sum = 0;
  for (const double score : scores) sum += std::abs(score);
  return sum;
}

// The sum of `size` scores drawn without replacement.
double drawn_sum(std::vector<double> scores, std::size_t size, Rng& rng) {
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t j = i + rng.below(static_cast<std::uint32_t>(scores.size() - i));
    std::swap(scores[i], scores[j]);
    sum += scores[i];
  }
  return sum;
}

Error no_spread() {
  return {Errc::invalid_argument, "permutation test: all values are equal"};
}

}  // namespace

Result<PermutationTest> permutation_test(std::span<const double> first,
                                         std::span<const double> second,
                                         const PermutationQuestion& question) {
  TRY(check_sample(first, "permutation test, first group"));
  TRY(check_sample(second, "permutation test, second group"));
  std::vector<double> scores(first.begin(), first.end());
  scores.insert(scores.end(), second.begin(), second.end());
  std::ranges::sort(scores);
  const double mean = sample_moments(scores).mean;
  for (double& score : scores) score -= mean;
  const double size_sum = sum_of_sizes(scores);
  if (!(size_sum > 0)) return no_spread();

  const double difference = sample_moments(first).mean - sample_moments(second).mean;
  const auto m = static_cast<double>(first.size());
  const auto n = static_cast<double>(second.size());
  const double observed = difference * m * n / (m + n);  // sum of the first group's scores
  const ExtremeSums extreme(observed, 1e-10 * size_sum, question.alternative);
  const auto permutations = choose_up_to(scores.size(), first.size(), question.exact_max);
  if (permutations <= question.exact_max) {
    const auto count = count_subsets(scores, first.size(), 0, extreme);
    return PermutationTest{difference, double(count) / double(permutations), true, permutations,
                           std::nullopt};
  }
  return sampled(difference, question, extreme,
                 [&](Rng& rng) { return drawn_sum(scores, first.size(), rng); });
}

Result<PermutationTest> sign_flip_test(std::span<const double> differences,
                                       const PermutationQuestion& question) {
  TRY(check_sample(differences, "sign-flip test"));
  std::vector<double> scores(differences.begin(), differences.end());
  std::ranges::sort(scores);
  const double size_sum = sum_of_sizes(scores);
  if (!(size_sum > 0)) return no_spread();
  const double mean = sample_moments(scores).mean;
  const auto n = static_cast<double>(scores.size());
  const ExtremeSums extreme(mean * n, 1e-10 * size_sum, question.alternative);
  if (scores.size() < 60 && (std::uint64_t{1} << scores.size()) <= question.exact_max) {
    const std::uint64_t permutations = std::uint64_t{1} << scores.size();
    const auto count = count_signs(scores, 0, extreme);
    return PermutationTest{mean, double(count) / double(permutations), true, permutations,
                           std::nullopt};
  }
  return sampled(mean, question, extreme, [&](Rng& rng) {
    double sum = 0;
    for (const double score : scores) sum += rng.bernoulli(0.5) ? score : -score;
    return sum;
  });
}

}  // namespace kensho::stats
