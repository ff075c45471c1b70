// Ordered outcomes: the proportional odds model.
#pragma once

#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/regression/class_data.h"

namespace kensho::stats {

/// logit P(Y <= k | x) = threshold_k - x' b: a positive b moves the outcome up.
struct ProportionalOdds {
  std::vector<double> coefficients;  // log odds ratios
  std::vector<double> thresholds;    // ascending, classes - 1
  Matrix covariance;  // of coefficients, then thresholds: observed information's inverse
  double log_likelihood;
  double deviance;  // -2 log-likelihood
  double aic;
  int iterations;
};

/// Fits by Newton's method with the observed information; the likelihood is concave.
/// Shapes  x[n, p] without a constant column, p may be 0.
/// Errors  invalid_argument: fewer than two classes, a class nobody is in, values not finite, a
///         singular design, a column that separates the classes (naming it); not_converged.
/// Cost    O(n p^2) an iteration. Source  McCullagh 1980, JRSS B 42:109-142.
/// Checked against R MASS polr, tests/reference/r/05_regression.json.
Result<ProportionalOdds> proportional_odds(const ClassData& data);

/// P(Y = k | x), one row a row of x, one column a class.
Matrix class_probabilities(const ProportionalOdds& fit, const Matrix& x);

}  // namespace kensho::stats
