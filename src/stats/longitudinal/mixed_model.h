// The linear mixed model with a random intercept, or a random intercept and slope, a subject.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/longitudinal/marginal_contrast.h"
#include "stats/longitudinal/marginal_fit.h"

namespace kensho::stats {

/// Rows of subjects, each measured at times of its own.
struct ClusteredData {
  const Matrix& x;  // the caller's; rows by coefficients
  std::span<const double> y;
  std::span<const int> subject;   // any whole numbers
  std::span<const double> slope;  // what has a slope of its own in each subject: time; or empty
  std::span<const std::string> names;  // of the coefficients, for messages
};

/// What a subject departs by from the mean of all: the best linear unbiased predictor.
struct RandomEffect {
  int subject;
  double intercept;
  double slope;  // 0 where the model has none
};

/// How subjects differ.
struct RandomCovariance {
  double intercept_variance;
  double covariance;  // 0 without a slope, as the next
  double slope_variance;
  double residual_variance;
};

/// A fitted mixed model. The parameters of `fit` are the intercept variance, the covariance and the
/// slope variance (where there is a slope), and the residual variance.
struct MixedModel {
  MarginalFit fit;
  RandomCovariance random;
  std::vector<RandomEffect> effects;             // ascending by subject
  std::optional<double> intraclass_correlation;  // without a slope
  double log_likelihood_without;                 // of least squares, by the same criterion
  std::size_t observations;
  std::size_t subjects;
  double deviance;
  double aic;  // covariance parameters counted; under ML the coefficients too
  double bic;  // with log(observations)
};

/// Fits y = x b + u0 + u1 t + e, (u0, u1) normal a subject, e independent with one variance. Each
/// subject is rotated so that one or two of its rows hold all that u touches; the others are
/// pooled.
///
/// Shapes  x[n, p]; y, subject n; slope n or 0.
/// Errors  invalid_argument: as fit_mmrm; no subject with more rows than random effects; an optimum
///         where the random effects' covariance is not positive definite (a variance of 0 or less,
///         or a correlation of 1): a model with fewer random effects fits as well.
///         not_converged with iterations and gradient.
/// Cost    O(n p^2) once, then O(distinct sets of times p^2) an iteration.
/// Source  Laird & Ware 1982, Biometrics 38:963-974.
/// Checked against REML and ML to machine precision, R lme4 1.1, tests/reference/r/06_longitudinal.
Result<MixedModel> fit_mixed_model(const ClusteredData& data, const MarginalOptions& options = {});

}  // namespace kensho::stats
