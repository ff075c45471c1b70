// Negative binomial regression with its size estimated: counts that vary more than Poisson's.
#pragma once

#include "base/result.h"
#include "stats/regression/glm.h"

namespace kensho::stats {

/// A fit by joint maximum likelihood; variance of a count m + m^2 / theta.
struct NegativeBinomial {
  Glm fit;  // at theta: model, covariance of the coefficients given theta, deviance
  double theta;
  double theta_std_error;  // from the observed information of theta, the coefficients held
  double log_likelihood;   // = fit.log_likelihood
  double aic;              // counts theta
  double bic;
  int fits;  // of the coefficients, on the way
};

/// Finds the root of the profile score of log theta; the coefficients at each theta are fitted by
/// Fisher scoring from those before. Coefficients and theta are orthogonal, so the covariance given
/// theta is the joint one in expectation.
/// Shapes  as fit_glm; `link` as a rule log.
/// Errors  as fit_glm; invalid_argument: the counts vary no more than Poisson's, so that theta is
///         infinite (use Poisson).
/// Cost    about 15 short fits, the first the longest.
/// Source  Lawless 1987, Canadian J. Statistics 15:209-225.
/// Checked against R MASS glm.nb, tests/reference/r/05_regression.json.
Result<NegativeBinomial> fit_negative_binomial(const GlmData& data, Link link = Link::log,
                                               unsigned threads = 1);

}  // namespace kensho::stats
