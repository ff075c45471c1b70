// Parametric accelerated failure time models: T = exp(x'b) * error, by maximum likelihood.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/survival/parametric_error.h"

namespace kensho::stats {

/// The law of the time. All but the last two are models of log T; those are models of T itself.
enum class ParametricFamily : unsigned char {
  exponential,
  weibull,
  log_normal,
  log_logistic,
  gamma,              // of shape 1 / scale^2
  generalised_gamma,  // Prentice's: Weibull, gamma and log-normal are special cases
  gaussian,
  logistic,
};

/// As the menu calls it, and back; nothing for another name.
std::string_view name_of(ParametricFamily family);
std::optional<ParametricFamily> parametric_family(std::string_view name);

/// Whether the model is of log T.
bool models_logarithm(ParametricFamily family);

/// Times known to lie in [lower, upper].
///
/// Shapes  lower[n], upper[n], x[n, p]; weight[n], offset[n], stratum[n] or empty.
/// Units   equal ends: observed; upper infinite: right-censored; lower -infinity, or 0 in a model
///         of log T: left-censored. Strata are whole numbers; each has a scale of its own.
///         The design holds its own column of ones.
struct ParametricData {
  std::span<const double> lower;
  std::span<const double> upper;
  const Matrix& x;
  std::span<const std::string> names = {};
  std::span<const double> weight = {};
  std::span<const double> offset = {};
  std::span<const int> stratum = {};
};

/// A fitted model. Parameters in order: coefficients, log scales that were estimated, shape.
struct ParametricFit {
  ParametricFamily family;
  std::vector<double> coefficients;  // on the scale of log T (or T)
  std::vector<int> strata;           // their labels, ascending; {0} where none were given
  std::vector<double> scales;        // one a stratum; 1 for the exponential
  std::optional<double> shape;       // Q of the generalised gamma
  Matrix covariance;                 // of all parameters, from the observed information
  double log_likelihood;             // of the times, with their Jacobian
  std::size_t subjects;              // of positive weight
  std::size_t events;                // of those, times known to be finite
  int iterations;

  /// Parameters estimated.
  std::size_t parameters() const { return covariance.rows(); }
  /// -2 log L + 2 parameters.
  double akaike() const { return -2 * log_likelihood + 2 * static_cast<double>(parameters()); }
};

/// Fits by Newton's method on coefficients and log scales.
///
/// Errors  invalid_argument, with the row: sizes differ, ends that are no interval, times not
///         positive in a model of log T, negative weights, values not finite; no event; columns
///         that depend on each other; a fit without error, which has no scale; a coefficient whose
///         likelihood rises without end (a group without events). not_converged.
/// Cost    O(n p^2) an iteration, about 6 of them; five times that for gamma and generalised gamma.
///         The same bits for any number of threads.
/// Source  Kalbfleisch & Prentice 2002, ch. 3; Prentice 1974, Biometrika 61:539-544.
/// Checked against R survival::survreg, tests/reference/r/04_parametric.json, 1e-9; gamma laws
/// against a likelihood maximised in R, tests/reference/survival/parametric_gamma.json.
Result<ParametricFit> fit_parametric(const ParametricData& data, ParametricFamily family,
                                     unsigned threads = 1);

/// The law of the error of the fit in the stratum of that index.
ErrorLaw error_law(const ParametricFit& fit, std::size_t stratum_index);

/// Ends of right-censored times: upper is infinite where event is 0.
/// Errors  invalid_argument: sizes differ, an event that is not 0 or 1.
Result<std::vector<double>> right_censored_ends(std::span<const double> time,
                                                std::span<const int> event);

}  // namespace kensho::stats
