// Subjects in one of several classes: what regressions of such outcomes are fitted on.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/optimize/newton.h"

namespace kensho::stats {

/// What is known of each subject; all borrowed.
struct ClassData {
  const Matrix& x;
  std::span<const int> outcome;         // 0 .. classes - 1, each class seen
  std::span<const double> weight = {};  // empty: ones
  std::span<const std::string> names = {};
};

/// The weight of one subject.
double class_weight(const ClassData& data, std::size_t row);

/// The sum of weights in each class.
/// Errors  invalid_argument: values not finite, negative weights, a class nobody is in, fewer than
///         two classes.
Result<std::vector<double>> class_weights(const ClassData& data);

/// Whether the climb ended at a maximum, not far out on a ridge that rises for ever. `blocks` sets
/// of coefficients, one a column each, begin at parameter `first`.
/// Errors  invalid_argument: a column separates the classes, by name.
Status check_not_endless(const ClassData& data, const Maximum& end, std::size_t first,
                         std::size_t blocks);

}  // namespace kensho::stats
