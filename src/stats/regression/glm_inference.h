// What is asked of a fitted generalised linear model: robust errors, profile limits, predictions.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/regression/glm.h"
#include "stats/regression/glm_pass.h"
#include "stats/regression/robust_covariance.h"

namespace kensho::stats {

/// The rows' parts in the score (x_i u_i) and in the expected information (w_i x_i x_i').
std::vector<RowTerms> glm_row_terms(const GlmData& data, const Glm& fit);

/// w_i x_i' (X' W X)^-1 x_i: the diagonal of the hat matrix at the fit.
std::vector<double> glm_leverages(const GlmData& data, const Glm& fit);

/// The sandwich of the fit. Errors as robust_covariance.h.
/// Checked against R sandwich vcovHC and vcovCL, tests/reference/r/05_regression.json.
Result<Matrix> robust_covariance(const GlmData& data, const Glm& fit, RobustKind kind);
Result<Matrix> clustered_covariance(const GlmData& data, const Glm& fit,
                                    std::span<const int> cluster, ClusterFactor factor);

/// An interval whose end is absent where the likelihood never falls far enough on that side.
struct ProfileInterval {
  std::optional<double> lower;
  std::optional<double> upper;
};

/// The values of one coefficient at which the deviance, maximised over the others, lies the
/// chi-square quantile (1 degree of freedom) above its minimum, times the dispersion.
/// Errors  as fit_glm; invalid_argument: level outside (0, 1).
/// Cost    about 20 fits. Source  Venzon & Moolgavkar 1988, Applied Statistics 37:87-94.
/// Checked against R MASS confint.glm (which interpolates), 05_regression.json, and its definition.
Result<ProfileInterval> profile_interval(const GlmData& data, const GlmChoice& choice,
                                         const Glm& fit, std::size_t column,
                                         double confidence_level);

/// A mean with its interval, which is made on the scale of the link.
struct GlmPrediction {
  double linear_predictor;
  double std_error;  // of the linear predictor
  double mean;
  Interval interval;  // of the mean
};

/// One a row of `x`; `offset` as long, or empty. `covariance` is that of the coefficients, model's
/// or robust. Errors  invalid_argument: level outside (0, 1).
Result<std::vector<GlmPrediction>> predict(const Glm& fit, const Matrix& covariance,
                                           const Matrix& x, std::span<const double> offset,
                                           double confidence_level);

/// x_i' V x_i for every row.
std::vector<double> row_variances(const Matrix& x, const Matrix& covariance);

}  // namespace kensho::stats
