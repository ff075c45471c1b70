// Small functions of vectors; sums in their plain order.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace kensho::stats {

/// The sum of a[i] b[i]. Shapes  both as long.
inline double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// The largest absolute value; 0 of none.
inline double largest(std::span<const double> values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

/// The weight of a row, where an empty vector says that each counts once.
inline double weight_at(std::span<const double> weight, std::size_t row) {
  return weight.empty() ? 1 : weight[row];
}

}  // namespace kensho::stats
