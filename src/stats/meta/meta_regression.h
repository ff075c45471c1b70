// Meta-regression: the effects of studies explained by what differs between them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/linear/matrix.h"
#include "stats/meta/random_effects.h"

namespace kensho::stats {

/// The test that all moderators (all columns but a column of ones; that one if alone) are 0.
struct OmnibusTest {
  double statistic;  // chi-square, or F with the Knapp-Hartung test
  double numerator_df;
  std::optional<double> denominator_df;  // none: chi-square
  double p_value;
};

/// A weighted regression of effects on moderators.
struct MetaRegression {
  std::vector<double> coefficients;
  Matrix covariance;
  std::optional<double> degrees_of_freedom;  // of the tests; none: the normal distribution
  Heterogeneity heterogeneity;               // left after the moderators
  OmnibusTest omnibus;
  double log_likelihood;  // restricted for restricted_likelihood
};

/// Effects = X b + between-study + sampling error, with weights 1 / (variance + tau^2).
/// Shapes  x[k, p] with its column of ones where an intercept is wanted; names[p] or none.
/// Errors  invalid_argument as pooled_effect, k <= p, or a column that others determine (named);
///         not_converged as estimate_tau_squared.
/// Cost    O(k p^2) a step. The design is made orthonormal first, so that calendar years and the
///         like lose no digits.
/// Source  Berkey et al. 1995, Stat. Med. 14:395-411; Knapp & Hartung 2003, Stat. Med.
///         22:2693-2710.
/// Checked against R metafor rma with mods, tests/reference/r/10_meta.json.
Result<MetaRegression> meta_regression(std::span<const StudyEffect> studies, const Matrix& x,
                                       const PoolingChoice& choice,
                                       std::span<const std::string> names = {});

/// The mean effect of studies with these moderators, and the effect to expect in a new one.
struct EffectPrediction {
  double estimate;
  double std_error;
  Interval interval;
  Interval prediction;
};

/// One prediction per row of x.
/// Errors  invalid_argument: columns differ from the model's, level outside (0, 1).
Result<std::vector<EffectPrediction>> predict(const MetaRegression& model, const Matrix& x,
                                              double confidence_level);

}  // namespace kensho::stats
