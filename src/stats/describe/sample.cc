#include "stats/describe/sample.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"

namespace kensho::stats {

Status check_sample(std::span<const double> values, std::string_view what, std::size_t size_min) {
  if (values.size() < size_min) {
    return Error{Errc::invalid_argument, fmt::format("{}: needs at least {} values, there are {}",
                                                     what, size_min, values.size())};
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return Error{Errc::invalid_argument,
                   fmt::format("{}: value {} of {} is {}, not a finite number", what, i + 1,
                               values.size(), values[i])};
    }
  }
  return ok();
}

Status check_grouped_sample(std::span<const double> values, std::span<const int> group,
                            std::string_view what) {
  if (values.size() != group.size()) {
    return Error{Errc::invalid_argument,
                 fmt::format("{}: {} values but {} groups", what, values.size(), group.size())};
  }
  return check_sample(values, what);
}

SampleMoments sample_moments(std::span<const double> values) {
  std::vector<double> ascending(values.begin(), values.end());
  std::ranges::sort(ascending);
  const auto n = static_cast<double>(ascending.size());
  CompensatedSum sum;
  for (const double value : ascending) sum.add(value);
  const double mean = sum.value() / n;
  CompensatedSum squares;
  for (const double value : ascending) squares.add((value - mean) * (value - mean));
  return {n, mean, squares.value()};
}

GroupedSample split_by_group(std::span<const double> values, std::span<const int> group) {
  std::map<int, std::vector<double>> members;
  for (std::size_t i = 0; i < values.size(); ++i) members[group[i]].push_back(values[i]);
  GroupedSample grouped;
  for (auto& [code, of_group] : members) {
    grouped.codes.push_back(code);
    grouped.values.push_back(std::move(of_group));
  }
  return grouped;
}

}  // namespace kensho::stats
