// Do small studies show larger effects? Tests of funnel-plot asymmetry, and trim and fill.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/result.h"
#include "stats/meta/random_effects.h"

namespace kensho::stats {

/// A test of asymmetry. Heterogeneity alone can make a funnel asymmetric.
struct AsymmetryTest {
  double statistic;                          // z, t, or Kendall's tau
  std::optional<double> degrees_of_freedom;  // of a t
  double p_value;                            // two-sided
};

/// Egger's test: the slope of the effects on their standard errors in a meta-regression with the
/// given choice.
/// Errors  as meta_regression with two coefficients.
/// Source  Egger et al. 1997, BMJ 315:629-634; Sterne & Egger 2005.
/// Checked against R metafor regtest, tests/reference/r/10_meta.json.
Result<AsymmetryTest> egger_test(std::span<const StudyEffect> studies, const PoolingChoice& choice);

/// Egger's test as first given: least squares with weights 1 / variance and a residual scale.
Result<AsymmetryTest> egger_test_least_squares(std::span<const StudyEffect> studies);

/// Begg and Mazumdar's rank correlation of standardised deviation and variance. The p-value is
/// exact for fewer than 50 studies without ties, else by the normal distribution.
/// Errors  invalid_argument: fewer than 3 studies, or all variances or all deviations are equal.
/// Cost    O(k^2).
/// Source  Begg & Mazumdar 1994, Biometrics 50:1088-1101; exact distribution Kendall 1938.
/// Checked against R metafor ranktest, tests/reference/r/10_meta.json.
Result<AsymmetryTest> rank_test(std::span<const StudyEffect> studies);

/// The pooled effect after the studies thought missing on one side were filled in as mirror images.
struct TrimAndFill {
  std::size_t filled;   // 0: nothing was missing
  bool is_right;        // the side they were filled in on
  PooledEffect effect;  // with them
};

/// Trim and fill with the estimator L0. Studies are thought missing on the right where the slope of
/// the effects on their standard errors (with the choice's estimator) is below 0, else on the left.
/// Errors  as pooled_effect; invalid_argument: fewer than 3 studies; not_converged.
/// Source  Duval & Tweedie 2000, Biometrics 56:455-463.
/// Checked against R metafor trimfill, tests/reference/r/10_meta.json.
Result<TrimAndFill> trim_and_fill(std::span<const StudyEffect> studies,
                                  const PoolingChoice& choice);

}  // namespace kensho::stats
