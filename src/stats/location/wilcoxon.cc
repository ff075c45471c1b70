#include "stats/location/wilcoxon.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "stats/describe/sample.h"
#include "stats/location/pairwise_order.h"
#include "stats/location/rank_distribution.h"
#include "stats/location/ranks.h"

namespace kensho::stats {
namespace {

constexpr std::size_t EXACT_BELOW = 50;  // values a sample, as R decides

// Two-sided: all sums as far from the mean, on either side. Ties make the distribution asymmetric.
double exact_p_value(const ScoreSumDistribution& null, double sum, double mean,
                     Alternative alternative) {
  switch (alternative) {
    case Alternative::less:
      return null.at_most(sum);
    case Alternative::greater:
      return null.at_least(sum);
    case Alternative::two_sided:
      break;
  }
  const double distance = std::abs(sum - mean);  // exact: both are multiples of 1/2
  if (distance == 0) return 1;
  return std::min(1.0, null.at_most(mean - distance) + null.at_least(mean + distance));
}

// The p-value of a statistic that is above its mean by `excess`.
double normal_rank_p_value(double excess, double std_error, RankNull null,
                           Alternative alternative) {
  double correction = 0;
  if (null == RankNull::normal_corrected) {
    const double sign = excess > 0 ? 1 : (excess < 0 ? -1 : 0);
    correction = alternative == Alternative::two_sided ? sign / 2
                 : alternative == Alternative::greater ? 0.5
                                                       : -0.5;
  }
  return normal_p_value((excess - correction) / std_error, alternative);
}

// Which of `pairs` ascending pairwise values is the lower limit: the first at which the statistic,
// shifted there, is no longer rejected. The upper limit is as far from the other end.
std::optional<std::uint64_t> limit_rank(double pairs, double std_error, RankNull null, double z) {
  const double correction = null == RankNull::normal_corrected ? 0.5 : 0;
  const double rank = std::ceil(pairs / 2 - correction - z * std_error);
  if (!(rank >= 1)) return std::nullopt;
  return static_cast<std::uint64_t>(rank);
}

std::optional<std::uint64_t> exact_limit_rank(const ScoreSumDistribution& untied, double least,
                                              double level) {
  const double rank = untied.quantile((1 - level) / 2) - least;
  if (rank < 1) return std::nullopt;
  return static_cast<std::uint64_t>(rank);
}

std::vector<double> whole_ranks(std::size_t count) {
  std::vector<double> ranks(count);
  std::iota(ranks.begin(), ranks.end(), 1.0);
  return ranks;
}

std::vector<double> ascending(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  return sorted;
}

RankNull chosen(RankNull null, std::size_t larger_sample) {
  if (null != RankNull::automatic) return null;
  return larger_sample < EXACT_BELOW ? RankNull::exact : RankNull::normal_corrected;
}

Error too_large(std::size_t n) {
  return {Errc::invalid_argument,
          fmt::format("rank test: {} values are too many for the exact distribution; ask for the "
                      "normal one",
                      n)};
}

// What the two-sample test is about, by the sorted samples.
struct TwoSamples {
  std::vector<double> first;
  std::vector<double> second;
  Ranks ranks;  // of the first (moved by the null value), then the second

  double m() const { return static_cast<double>(first.size()); }
  double n() const { return static_cast<double>(second.size()); }
  double rank_sum() const {
    return std::accumulate(ranks.rank.begin(),
                           ranks.rank.begin() + static_cast<std::ptrdiff_t>(first.size()), 0.0);
  }
  double std_error(double tie_sum) const {
    const double total = m() + n();
    return std::sqrt(m() * n() / 12 * (total + 1 - tie_sum / (total * (total - 1))));
  }
};

TwoSamples two_samples(std::span<const double> first, std::span<const double> second,
                       double null_value) {
  TwoSamples samples{ascending(first), ascending(second), {}};
  std::vector<double> pooled;
  for (const double value : samples.first) pooled.push_back(value - null_value);
  pooled.insert(pooled.end(), samples.second.begin(), samples.second.end());
  samples.ranks = midranks(pooled);
  return samples;
}

std::optional<std::uint64_t> rank_sum_limit(const TwoSamples& samples, RankNull null, double level,
                                            double z) {
  const std::size_t size = samples.first.size();
  if (null == RankNull::exact) {
    const auto untied = subset_sum_distribution(whole_ranks(size + samples.second.size()), size);
    return exact_limit_rank(untied, samples.m() * (samples.m() + 1) / 2, level);
  }
  // A shift between two differences leaves only the ties inside each sample.
  const double tie_sum = midranks(samples.first).tie_sum + midranks(samples.second).tie_sum;
  return limit_rank(samples.m() * samples.n(), samples.std_error(tie_sum), null, z);
}

double rank_sum_p_value(const TwoSamples& samples, RankNull null, Alternative alternative) {
  const double sum = samples.rank_sum();
  const double mean = samples.m() * (samples.m() + samples.n() + 1) / 2;
  if (null == RankNull::exact) {
    return exact_p_value(subset_sum_distribution(samples.ranks.rank, samples.first.size()), sum,
                         mean, alternative);
  }
  return normal_rank_p_value(sum - mean, samples.std_error(samples.ranks.tie_sum), null,
                             alternative);
}

double sum_of_positive(std::span<const double> differences, std::span<const double> ranks) {
  double sum = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) sum += differences[i] > 0 ? ranks[i] : 0;
  return sum;
}

// Of the signed-rank statistic of n differences.
double signed_std_error(double n, double tie_sum) {
  return std::sqrt(n * (n + 1) * (2 * n + 1) / 24 - tie_sum / 48);
}

double signed_rank_p_value(double sum, const Ranks& ranks, RankNull null, Alternative alternative) {
  const auto n = static_cast<double>(ranks.rank.size());
  const double mean = n * (n + 1) / 4;
  if (null == RankNull::exact) {
    return exact_p_value(sign_sum_distribution(ranks.rank), sum, mean, alternative);
  }
  return normal_rank_p_value(sum - mean, signed_std_error(n, ranks.tie_sum), null, alternative);
}

}  // namespace

Result<RankTest> rank_sum_test(std::span<const double> first, std::span<const double> second,
                               const LocationQuestion& question, RankNull null) {
  TRY(check_sample(first, "rank-sum test, first group"));
  TRY(check_sample(second, "rank-sum test, second group"));
  const double z = TRY(normal_multiplier(question.confidence_level));
  const TwoSamples samples = two_samples(first, second, question.null_value);
  const std::size_t total = samples.ranks.rank.size();
  const std::size_t size = first.size();
  null = chosen(null, std::max(size, second.size()));
  const double steps = samples.m() * double(total) * samples.m() * double(total);
  if (null == RankNull::exact && (total > 1000 || steps > 2e9)) return too_large(total);
  if (!(samples.std_error(samples.ranks.tie_sum) > 0)) {
    return Error{Errc::invalid_argument, "rank-sum test: all values are equal"};
  }

  RankTest test{.statistic = samples.rank_sum() - samples.m() * (samples.m() + 1) / 2,
                .null = null,
                .p_value = rank_sum_p_value(samples, null, question.alternative),
                .estimate = median_difference(samples.first, samples.second),
                .interval = std::nullopt,
                .zeros = 0};
  if (const auto rank = rank_sum_limit(samples, null, question.confidence_level, z)) {
    const std::uint64_t pairs = std::uint64_t{size} * second.size();
    test.interval = {difference_of_rank(samples.first, samples.second, *rank),
                     difference_of_rank(samples.first, samples.second, pairs + 1 - *rank)};
  }
  return test;
}

Result<RankTest> signed_rank_test(std::span<const double> differences,
                                  const LocationQuestion& question, RankNull null) {
  TRY(check_sample(differences, "signed-rank test"));
  const double z = TRY(normal_multiplier(question.confidence_level));
  std::vector<double> moved;  // by the null value, without zeros
  for (const double value : ascending(differences)) {
    if (value != question.null_value) moved.push_back(value - question.null_value);  // exactly
  }
  const std::size_t n = moved.size();
  if (n == 0) return Error{Errc::invalid_argument, "signed-rank test: all differences are zero"};
  null = chosen(null, n);
  if (null == RankNull::exact && n > 1000) return too_large(n);
  std::vector<double> sizes(n);
  std::ranges::transform(moved, sizes.begin(), [](double value) { return std::abs(value); });
  const Ranks ranks = midranks(sizes);
  const double sum = sum_of_positive(moved, ranks.rank);

  RankTest test{.statistic = sum,
                .null = null,
                .p_value = signed_rank_p_value(sum, ranks, null, question.alternative),
                .estimate = question.null_value + median_walsh_average(moved),
                .interval = std::nullopt,
                .zeros = differences.size() - n};
  const auto count = static_cast<double>(n);
  const auto rank =
      null == RankNull::exact
          ? exact_limit_rank(sign_sum_distribution(whole_ranks(n)), 0, question.confidence_level)
          : limit_rank(count * (count + 1) / 2, signed_std_error(count, midranks(moved).tie_sum),
                       null, z);
  if (rank) {
    const std::uint64_t pairs = std::uint64_t{n} * (n + 1) / 2;
    test.interval = {question.null_value + walsh_average_of_rank(moved, *rank),
                     question.null_value + walsh_average_of_rank(moved, pairs + 1 - *rank)};
  }
  return test;
}

}  // namespace kensho::stats
