// Generalised estimating equations: a mean model for clustered outcomes with robust errors.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/longitudinal/working_correlation.h"

namespace kensho::stats {

/// Variance function with its canonical link: identity, logit, log.
enum class MeanFamily : unsigned char { gaussian, binomial, poisson };

/// How the sandwich allows for residuals of few clusters being too small. Kauermann and Carroll
/// divide by (1 - leverage)^1/2 (as CR2), Mancl and DeRouen by 1 - leverage (as CR3), Fay and
/// Graubard coefficient by coefficient, with at most 4 times the variance.
enum class SandwichCorrection : unsigned char {
  none,
  kauermann_carroll,
  mancl_derouen,
  fay_graubard
};

/// Outcomes in clusters. Rows may come in any order; waves order the rows of a cluster.
struct GeeData {
  const Matrix& x;                      // n by p, with its column of ones
  std::span<const double> outcome;      // n
  std::span<const int> cluster;         // n labels
  std::span<const int> wave = {};       // n, or none: the rows of a cluster are 1, 2, ... as given
  std::span<const double> offset = {};  // n, or none
  std::span<const std::string> names = {};  // p, or none
};

/// What to fit.
struct GeeChoice {
  MeanFamily family = MeanFamily::gaussian;
  WorkingCorrelation correlation = WorkingCorrelation::exchangeable;
  SandwichCorrection correction = SandwichCorrection::none;
};

/// A solution of the estimating equations.
struct GeeFit {
  std::vector<double> coefficients;
  Matrix sandwich;                    // robust covariance, corrected as asked
  Matrix model_covariance;            // what it would be if the working correlation held
  double scale;                       // mean squared Pearson residual (divisor n)
  CorrelationParameters correlation;  // of the working correlation
  std::size_t clusters;
  std::size_t cluster_size_max;
  int iterations;
  double decrement;  // U' I^-1 U at the solution
};

/// Solves sum_i D_i' V_i^-1 (y_i - mu_i) = 0 by Fisher scoring, the correlation and scale being the
/// moment estimates at every step, until U' I^-1 U < 1e-20: coefficients, scale and correlation
/// then solve their equations together. Moments have no correction for p, as in R geepack.
/// Errors  invalid_argument: shapes differ, a value not finite, an outcome outside its family,
///         fewer than 2 clusters or clusters than coefficients, two rows of one wave in a cluster,
///         a singular design (column named), separation, a working correlation that is not positive
///         definite, with a correction a cluster that alone determines a coefficient;
///         not_converged with iterations and decrement.
/// Cost    O(n p^2) an iteration (unstructured: m^3 more for an incomplete cluster of m). Clusters
///         go through in blocks of 256: the same bits for any `threads`.
/// Source  Liang & Zeger 1986, Biometrika 73:13-22; Mancl & DeRouen 2001, Biometrics 57:126-134;
///         Kauermann & Carroll 2001, JASA 96:1387-1396; Fay & Graubard 2001, Biometrics
///         57:1198-1206.
/// Checked against R geepack geeglm and clubSandwich, tests/reference/r/07_gee.json.
Result<GeeFit> fit_gee(const GeeData& data, const GeeChoice& choice, unsigned threads = 1);

}  // namespace kensho::stats
