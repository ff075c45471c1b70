// Unordered outcomes of several classes: multinomial logistic regression.
#pragma once

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/regression/class_data.h"

namespace kensho::stats {

/// log P(Y = k | x) / P(Y = 0 | x) = x' b_k.
struct Multinomial {
  Matrix coefficients;  // a row for each of the classes 1 .. classes - 1
  Matrix covariance;    // of the rows, one after the other
  double log_likelihood;
  double deviance;
  double aic;
  int iterations;
};

/// Fits by Newton's method. `x` holds the constant column. Errors  as proportional_odds.
/// Cost    O(n classes^2 p^2) an iteration.
/// Checked against R nnet multinom, tests/reference/r/05_regression.json.
Result<Multinomial> multinomial(const ClassData& data);

}  // namespace kensho::stats
