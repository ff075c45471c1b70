// Generalised linear models by maximum likelihood: logistic, Poisson and their relatives.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/regression/family.h"

namespace kensho::stats {

/// What a generalised linear model is fitted on; all borrowed from the caller.
struct GlmData {
  const Matrix& x;
  std::span<const double> y;            // binomial: the proportion of successes
  std::span<const double> weight = {};  // binomial: the number of trials; empty: ones
  std::span<const double> offset = {};  // added to the linear predictor; empty: zeros
  std::span<const std::string> names = {};
};

/// Whether the variance is taken as the family says, or multiplied by Pearson's chi-square over its
/// degrees of freedom (quasi-likelihood). Gaussian and gamma are always `estimated`.
enum class Dispersion : unsigned char { of_family, estimated };

/// How to fit.
struct GlmChoice {
  GlmModel model = {};
  Dispersion dispersion = Dispersion::of_family;
  unsigned threads = 1;
};

/// A fitted model.
struct Glm {
  GlmModel model;
  std::vector<double> coefficients;
  Matrix unscaled_covariance;  // (X' W X)^-1: the expected information's inverse, dispersion 1
  Matrix covariance;           // times the dispersion
  double dispersion;
  std::vector<double> linear_predictor;  // offset included
  std::vector<double> fitted;            // means
  double deviance;
  double null_deviance;       // of the intercept and the offset alone (no intercept: offset alone)
  double pearson;             // chi-square
  std::size_t rows;           // of positive weight
  double degrees_of_freedom;  // rows - coefficients
  double log_likelihood;      // all constants included; gaussian, gamma: dispersion = deviance / n
  double aic;                 // counts an estimated dispersion of the gaussian and gamma
  double bic;
  int iterations;
  double decrement;  // U' I^-1 U where it stopped
};

/// Fits by Fisher scoring with step halving until the decrement U' I^-1 U is below 1e-14 (1e-20
/// where the link is not canonical; times the dispersion; relative to the log-likelihood where that
/// is above 1e3). From 65,536 rows on, it starts from the fit of every 16th row; near the maximum,
/// an information already factored serves several steps. Shapes  x[n, p], y[n]; weight[n],
/// offset[n] or empty. Errors  invalid_argument: a value that is not finite or not of the family
/// (with its row), a
///         negative weight, a singular design (naming the column), or outcomes that a column
///         separates, so that its coefficient grows without bound (naming it); not_converged with
///         iterations, decrement and gradient.
/// Cost    O(n p^2) an iteration on `threads` threads; blocks of 8,192 rows added in order: the
/// same
///         bits for any number of threads.
/// Source  McCullagh & Nelder 1989, ch. 2; Albert & Anderson 1984, Biometrika 71:1-10 (separation).
/// Checked against R glm, tests/reference/r/05_regression.json.
Result<Glm> fit_glm(const GlmData& data, const GlmChoice& choice);

/// The same from given coefficients (of a fit nearby).
Result<Glm> fit_glm(const GlmData& data, const GlmChoice& choice, std::vector<double> start);

}  // namespace kensho::stats
