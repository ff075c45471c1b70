// Marginal standardisation (g-computation): what a model says of everybody treated, and of nobody.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/linear/matrix.h"
#include "stats/regression/glm.h"

namespace kensho::stats {

/// The mean outcome of the same people under each of several scenarios.
struct StandardisedMeans {
  std::vector<double> means;
  Matrix covariance;  // by the delta method; the people's covariates are taken as given
};

/// Averages the predicted means over the rows of each scenario: the design of the fit with the
/// treatment's columns set to one value for everybody.
/// Shapes  every scenario [n, p]; weight[n] (of the people) and offset[n] or empty. `covariance` is
///         that of the coefficients, of the model or robust.
/// Errors  invalid_argument: no scenario, a row or a weight that is not finite, weights that sum to
/// 0. Cost    O(scenarios n p). Source  Lane & Nelder 1982, Biometrics 38:613-621; Steingrimsson et
/// al. 2017, Contemp. Clin.
///         Trials 54:18-24 (delta method).
/// Checked against R, tests/reference/r/05_regression.json (logit-gcomp).
Result<StandardisedMeans> standardised_means(const Glm& fit, const Matrix& covariance,
                                             std::span<const Matrix> scenarios,
                                             std::span<const double> weight = {},
                                             std::span<const double> offset = {});

/// An estimate by the delta method.
struct DeltaEstimate {
  double estimate;
  double std_error;
  Interval interval;
};

/// The first scenario against the second.
struct StandardisedContrast {
  DeltaEstimate difference;
  DeltaEstimate log_ratio;       // of means; both must be above 0
  DeltaEstimate log_odds_ratio;  // of means; both must be below 1 too
};

/// Errors  invalid_argument: level outside (0, 1), a mean not above 0 and below 1 (use
///         mean_difference for outcomes that are no risks).
Result<StandardisedContrast> risk_contrast(const StandardisedMeans& means, std::size_t first,
                                           std::size_t second, double confidence_level);

/// The difference alone, for any outcome. Errors  invalid_argument: level outside (0, 1).
Result<DeltaEstimate> mean_difference(const StandardisedMeans& means, std::size_t first,
                                      std::size_t second, double confidence_level);

}  // namespace kensho::stats
