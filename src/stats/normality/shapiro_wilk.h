// The Shapiro-Wilk test of normality.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"

namespace kensho::stats {

/// How straight the normal quantile plot of a sample is.
struct ShapiroWilkTest {
  std::size_t n;
  double w;  // 1: straight
  double p_value;
};

/// The test by Royston's approximation.
///
/// Errors  invalid_argument: fewer than 3 or more than 5000 values, one that is not finite, all
///         values equal.
/// Cost    O(n log n); the order of the values changes no bit.
/// Source  Shapiro & Wilk 1965, Biometrika 52:591-611; Royston 1995, Applied Statistics 44:547-551
///         (algorithm AS R94, whose polynomials are used).
/// Checked against R shapiro.test, tests/reference/normality/shapiro_wilk.json.
Result<ShapiroWilkTest> shapiro_wilk_test(std::span<const double> values);

}  // namespace kensho::stats
