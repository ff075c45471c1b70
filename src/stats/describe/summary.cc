#include "stats/describe/summary.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "stats/describe/compensated_sum.h"

namespace kensho::stats {
namespace {

Result<std::vector<double>> sorted_finite(std::span<const double> values) {
  if (values.empty()) return Error{Errc::invalid_argument, "summary: there is no value"};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return Error{Errc::invalid_argument,
                   fmt::format("summary: value {} of {} is {}, not a finite number", i + 1,
                               values.size(), values[i])};
    }
  }
  std::vector<double> ascending(values.begin(), values.end());
  std::ranges::sort(ascending);
  return ascending;
}

std::optional<double> standard_deviation_of(std::span<const double> values, double mean) {
  if (values.size() < 2) return std::nullopt;
  CompensatedSum squares;
  for (const double value : values) squares.add((value - mean) * (value - mean));
  return std::sqrt(squares.value() / static_cast<double>(values.size() - 1));
}

}  // namespace

double sorted_quantile(std::span<const double> ascending, double probability) {
  ENSURE(!ascending.empty() && probability >= 0 && probability <= 1);
  const double position = static_cast<double>(ascending.size() - 1) * probability;
  const auto below = static_cast<std::size_t>(position);
  const double fraction = position - static_cast<double>(below);
  if (fraction == 0) return ascending[below];
  return (1 - fraction) * ascending[below] + fraction * ascending[below + 1];
}

Result<Summary> summarize(std::span<const double> values) {
  const std::vector<double> ascending = TRY(sorted_finite(values));
  const double mean = compensated_mean(ascending);
  return Summary{.n = ascending.size(),
                 .mean = mean,
                 .standard_deviation = standard_deviation_of(ascending, mean),
                 .minimum = ascending.front(),
                 .first_quartile = sorted_quantile(ascending, 0.25),
                 .median = sorted_quantile(ascending, 0.5),
                 .third_quartile = sorted_quantile(ascending, 0.75),
                 .maximum = ascending.back()};
}

}  // namespace kensho::stats
