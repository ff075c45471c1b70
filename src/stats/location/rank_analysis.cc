#include "stats/location/rank_analysis.h"

#include <cstddef>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "stats/describe/sample.h"
#include "stats/dist/distributions.h"
#include "stats/location/ranks.h"

namespace kensho::stats {

Result<RankAnalysis> kruskal_wallis_test(std::span<const double> values,
                                         std::span<const int> group) {
  TRY(check_grouped_sample(values, group, "Kruskal-Wallis test"));
  const Ranks ranks = midranks(values);
  struct Total {
    double size = 0;
    double ranks = 0;  // multiples of 1/2: their sum is exact in any order
  };
  std::map<int, Total> totals;
  for (std::size_t i = 0; i < values.size(); ++i) {
    totals[group[i]].size += 1;
    totals[group[i]].ranks += ranks.rank[i];
  }
  if (totals.size() < 2) {
    return Error{Errc::invalid_argument,
                 fmt::format("Kruskal-Wallis test: needs 2 groups, there are {}", totals.size())};
  }
  const auto n = static_cast<double>(values.size());
  const double ties = 1 - ranks.tie_sum / (n * n * n - n);
  if (!(ties > 0)) {
    return Error{Errc::invalid_argument, "Kruskal-Wallis test: all values are equal"};
  }
  RankAnalysis analysis{0, static_cast<double>(totals.size() - 1), 1, {}, {}};
  for (const auto& [code, total] : totals) {
    const double mean = total.ranks / total.size;
    const double apart = mean - (n + 1) / 2;
    analysis.chi_square += 12 / (n * (n + 1)) * total.size * apart * apart / ties;
    analysis.groups.push_back(code);
    analysis.mean_ranks.push_back(mean);
  }
  analysis.p_value = chi_square_upper_tail(analysis.chi_square, analysis.degrees_of_freedom);
  return analysis;
}

Result<RankAnalysis> friedman_test(const Matrix& values) {
  const std::size_t subjects = values.rows();
  const std::size_t conditions = values.columns();
  if (subjects < 2 || conditions < 2) {
    return Error{
        Errc::invalid_argument,
        fmt::format("Friedman test: needs 2 subjects and 2 conditions, there are {} and {}",
                    subjects, conditions)};
  }
  TRY(check_sample(values.values(), "Friedman test"));
  std::vector<double> rank_sum(conditions);
  double tie_sum = 0;
  std::vector<double> row(conditions);
  for (std::size_t i = 0; i < subjects; ++i) {
    for (std::size_t j = 0; j < conditions; ++j) row[j] = values(i, j);
    const Ranks ranks = midranks(row);
    for (std::size_t j = 0; j < conditions; ++j) rank_sum[j] += ranks.rank[j];
    tie_sum += ranks.tie_sum;
  }
  const auto n = static_cast<double>(subjects);
  const auto k = static_cast<double>(conditions);
  const double scale = n * k * (k + 1) - tie_sum / (k - 1);
  if (!(scale > 0)) {
    return Error{Errc::invalid_argument, "Friedman test: no subject has different values"};
  }
  RankAnalysis analysis{0, k - 1, 1, std::vector<int>(conditions), {}};
  std::iota(analysis.groups.begin(), analysis.groups.end(), 0);
  for (const double sum : rank_sum) {
    const double apart = sum - n * (k + 1) / 2;
    analysis.chi_square += 12 * apart * apart / scale;
    analysis.mean_ranks.push_back(sum / n);
  }
  analysis.p_value = chi_square_upper_tail(analysis.chi_square, analysis.degrees_of_freedom);
  return analysis;
}

}  // namespace kensho::stats
