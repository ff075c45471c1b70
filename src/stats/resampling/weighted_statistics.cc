#include "stats/resampling/weighted_statistics.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>

#include "base/check.h"

namespace kensho::stats {
namespace {

// Values of some rows, ascending, with the rows they came from.
struct SortedRows {
  std::vector<double> values;
  std::vector<std::size_t> rows;
};

SortedRows sorted_rows(std::span<const double> values, std::vector<std::size_t> rows) {
  std::ranges::sort(rows, {}, [&](std::size_t row) { return std::pair(values[row], row); });
  SortedRows sorted{{}, std::move(rows)};
  for (const std::size_t row : sorted.rows) sorted.values.push_back(values[row]);
  return sorted;
}

std::optional<double> mean_of(const SortedRows& sample, std::span<const double> weights) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < sample.rows.size(); ++i) {
    const double weight = weights[sample.rows[i]];
    sum += weight * sample.values[i];
    total += weight;
  }
  if (!(total > 0)) return std::nullopt;
  return sum / total;
}

std::optional<double> median_of(const SortedRows& sample, std::span<const double> weights) {
  double total = 0;
  for (const std::size_t row : sample.rows) total += weights[row];
  if (!(total > 0)) return std::nullopt;
  double below = 0;
  std::optional<double> half;  // the value up to which exactly half of the weight lies
  for (std::size_t i = 0; i < sample.rows.size(); ++i) {
    const double weight = weights[sample.rows[i]];
    if (weight == 0) continue;  // exactly: a row that was not drawn
    if (half) return (*half + sample.values[i]) / 2;
    below += weight;
    if (2 * below > total) return sample.values[i];
    if (2 * below == total) half = sample.values[i];
  }
  return half;
}

std::optional<double> centre_of(const SortedRows& sample, std::span<const double> weights,
                                CentreKind kind) {
  return kind == CentreKind::mean ? mean_of(sample, weights) : median_of(sample, weights);
}

}  // namespace

WeightedStatistic centre_statistic(std::vector<double> values, CentreKind kind) {
  std::vector<std::size_t> rows(values.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return [sample = sorted_rows(values, std::move(rows)), kind](std::span<const double> weights) {
    return centre_of(sample, weights, kind);
  };
}

WeightedStatistic centre_difference_statistic(const std::vector<double>& values,
                                              const std::vector<int>& group, CentreKind kind) {
  ENSURE(values.size() == group.size());
  std::vector<std::size_t> first;
  std::vector<std::size_t> second;
  for (std::size_t i = 0; i < values.size(); ++i) (group[i] == 0 ? first : second).push_back(i);
  return [one = sorted_rows(values, std::move(first)), two = sorted_rows(values, std::move(second)),
          kind](std::span<const double> weights) -> std::optional<double> {
    const auto left = centre_of(one, weights, kind);
    const auto right = centre_of(two, weights, kind);
    if (!left || !right) return std::nullopt;
    return *left - *right;
  };
}

}  // namespace kensho::stats
