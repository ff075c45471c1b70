#include "stats/regression/class_data.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/regression/column_name.h"

namespace kensho::stats {
namespace {

// As in glm_maximum: a last step that still moves a predictor this far climbs an endless ridge.
constexpr double endless_step = 1e-3;

}  // namespace

double class_weight(const ClassData& data, std::size_t row) {
  return data.weight.empty() ? 1 : data.weight[row];
}

Result<std::vector<double>> class_weights(const ClassData& data) {
  ENSURE(data.outcome.size() == data.x.rows() &&
         (data.weight.empty() || data.weight.size() == data.x.rows()));
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::ranges::all_of(data.x.values(), finite) ||
      !std::ranges::all_of(data.weight, [](double w) { return std::isfinite(w) && w >= 0; })) {
    return Error{Errc::invalid_argument,
                 "class regression: values and weights must be finite, weights not negative"};
  }
  std::vector<double> weights;
  for (std::size_t i = 0; i < data.outcome.size(); ++i) {
    if (data.outcome[i] < 0 || data.outcome[i] > 1000) {
      return Error{Errc::invalid_argument,
                   fmt::format("class regression: row {} is in class {}; classes are 0 to 1000",
                               i + 1, data.outcome[i])};
    }
    const auto k = static_cast<std::size_t>(data.outcome[i]);
    if (k >= weights.size()) weights.resize(k + 1);
    weights[k] += class_weight(data, i);
  }
  for (std::size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] > 0) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("class regression: nobody is in class {} of {}", k, weights.size())};
  }
  if (weights.size() < 2) {
    return Error{Errc::invalid_argument, "class regression: all subjects are in one class"};
  }
  return weights;
}

Status check_not_endless(const ClassData& data, const Maximum& end, std::size_t first,
                         std::size_t blocks) {
  const std::size_t p = data.x.columns();
  std::vector<double> step(end.parameters.size());
  for (std::size_t a = 0; a < step.size(); ++a) {
    for (std::size_t b = 0; b < step.size(); ++b) step[a] += end.covariance(a, b) * end.at.score[b];
  }
  double most = endless_step;
  std::size_t column = p;
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t j = 0; j < p; ++j) {
      const auto [low, high] = std::ranges::minmax(data.x.column(j));
      const double reach = std::abs(step[first + block * p + j]) * (high - low);
      if (reach <= most) continue;
      most = reach;
      column = j;
    }
  }
  if (column == p) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("class regression: column '{}' separates the classes: its coefficient "
                           "grows without bound; leave it out or merge levels",
                           column_name(data.names, column))};
}

}  // namespace kensho::stats
