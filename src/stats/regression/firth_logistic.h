// Logistic regression with Firth's penalty: finite estimates where outcomes are separated or rare.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// What it is fitted on; all borrowed.
struct FirthData {
  const Matrix& x;
  std::span<const double> y;            // 0 or 1
  std::span<const double> weight = {};  // case weights; empty: ones
  std::span<const std::string> names = {};
};

/// The maximum of log-likelihood + 1/2 log det(X' W X).
struct FirthLogistic {
  std::vector<double> coefficients;
  Matrix covariance;  // (X' W X)^-1 there
  std::vector<double> fitted;
  double log_likelihood;            // without the penalty
  double penalised_log_likelihood;  // with it
  int iterations;
};

/// Fits by scoring with the modified score X' (y - m + h (1/2 - m)), h the leverages.
/// Errors  invalid_argument: an outcome that is not 0 or 1, values not finite, a singular design;
///         not_converged.
/// Cost    O(n p^2) an iteration.
/// Source  Firth 1993, Biometrika 80:27-38; Heinze & Schemper 2002, Stat. Med. 21:2409-2419.
/// Checked against R brglm2 (type AS_mean), tests/reference/r/05_regression.json.
Result<FirthLogistic> firth_logistic(const FirthData& data);

/// What the penalised likelihood says of one coefficient.
struct PenalisedProfile {
  Interval interval;  // where twice the penalised log-likelihood has fallen by the quantile
  double chi_square;  // twice the fall at 0, on 1 degree of freedom
  double p_value;
};

/// Errors  as firth_logistic; level outside (0, 1).
/// Cost    about 25 fits.
/// Checked against a search by R's optim, tests/reference/regression/firth.json.
Result<PenalisedProfile> penalised_profile(const FirthData& data, const FirthLogistic& fit,
                                           std::size_t column, double confidence_level);

}  // namespace kensho::stats
