#include "stats/describe/quantile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "stats/describe/compensated_sum.h"
#include "stats/describe/sample.h"

namespace kensho::stats {
namespace {

constexpr double FUZZ = 4 * std::numeric_limits<double>::epsilon();  // as R: 0.3 * 10 is 3

// Between the values of ranks `rank` and `rank` + 1 (from 1), the ends standing for what lies
// beyond.
double between(std::span<const double> ascending, double rank, double share) {
  const auto last = static_cast<double>(ascending.size());
  const auto value = [&](double at) {
    return ascending[static_cast<std::size_t>(std::clamp(at, 1.0, last)) - 1];
  };
  const double low = value(rank);
  const double high = value(rank + 1);
  if (share == 0 || low == high) return low;  // exactly: no rounding where nothing is mixed
  if (share == 1) return high;
  return (1 - share) * low + share * high;
}

double discontinuous(std::span<const double> ascending, double probability,
                     QuantileDefinition definition) {
  const bool nearest = definition == QuantileDefinition::nearest_even;
  const double position =
      static_cast<double>(ascending.size()) * probability - (nearest ? 0.5 : 0.0);
  const double rank = std::floor(position + FUZZ);
  const bool above = position > rank + FUZZ;
  if (nearest) {
    const bool odd = std::fmod(rank, 2) != 0;
    return between(ascending, rank, above || odd ? 1 : 0);
  }
  const double tie = definition == QuantileDefinition::averaged_inverse_cdf ? 0.5 : 0.0;
  return between(ascending, rank, above ? 1 : tie);
}

// The plotting position of the k-th of n values is (k - a) / (n + 1 - a - b).
std::pair<double, double> plotting_constants(QuantileDefinition definition) {
  switch (definition) {
    case QuantileDefinition::linear_cdf:
      return {0, 1};
    case QuantileDefinition::midpoint:
      return {0.5, 0.5};
    case QuantileDefinition::weibull:
      return {0, 0};
    case QuantileDefinition::median_unbiased:
      return {1.0 / 3, 1.0 / 3};
    case QuantileDefinition::normal_unbiased:
      return {3.0 / 8, 3.0 / 8};
    case QuantileDefinition::linear:
    case QuantileDefinition::inverse_cdf:
    case QuantileDefinition::averaged_inverse_cdf:
    case QuantileDefinition::nearest_even:
      break;
  }
  return {1, 1};
}

using Weighted = std::vector<std::pair<double, double>>;

// Value and weight, ascending, without weights of zero.
Result<Weighted> weighted_sample(std::span<const double> values, std::span<const double> weights) {
  if (values.size() != weights.size()) {
    return Error{Errc::invalid_argument, fmt::format("weighted sample: {} values but {} weights",
                                                     values.size(), weights.size())};
  }
  TRY(check_sample(values, "weighted sample, values"));
  TRY(check_sample(weights, "weighted sample, weights"));
  Weighted sample;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] < 0) {
      return Error{Errc::invalid_argument,
                   fmt::format("weighted sample: weight {} is {}", i + 1, weights[i])};
    }
    if (weights[i] > 0) sample.emplace_back(values[i], weights[i]);
  }
  if (sample.empty()) return Error{Errc::invalid_argument, "weighted sample: all weights are 0"};
  std::ranges::sort(sample);
  return sample;
}

double total_of(const Weighted& sample) {
  CompensatedSum total;
  for (const auto& [value, weight] : sample) total.add(weight);
  return total.value();
}

}  // namespace

double quantile_of(std::span<const double> ascending, double probability,
                   QuantileDefinition definition) {
  ENSURE(!ascending.empty() && probability >= 0 && probability <= 1);
  if (definition == QuantileDefinition::inverse_cdf ||
      definition == QuantileDefinition::averaged_inverse_cdf ||
      definition == QuantileDefinition::nearest_even) {
    return discontinuous(ascending, probability, definition);
  }
  const auto [a, b] = plotting_constants(definition);
  const double position = a + probability * (static_cast<double>(ascending.size()) + 1 - a - b);
  const double rank = std::floor(position + FUZZ);
  const double share = position - rank;
  return between(ascending, rank, std::abs(share) < FUZZ ? 0 : share);
}

Result<double> weighted_mean(std::span<const double> values, std::span<const double> weights) {
  const Weighted sample = TRY(weighted_sample(values, weights));
  CompensatedSum sum;
  for (const auto& [value, weight] : sample) sum.add(weight * value);
  return sum.value() / total_of(sample);
}

Result<double> weighted_median(std::span<const double> values, std::span<const double> weights) {
  const Weighted sample = TRY(weighted_sample(values, weights));
  const double half = total_of(sample) / 2;
  CompensatedSum below;
  for (std::size_t i = 0; i + 1 < sample.size(); ++i) {
    below.add(sample[i].second);
    if (below.value() > half) return sample[i].first;
    if (below.value() == half) return (sample[i].first + sample[i + 1].first) / 2;  // exactly half
  }
  return sample.back().first;
}

}  // namespace kensho::stats
