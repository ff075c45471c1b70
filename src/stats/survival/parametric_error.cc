#include "stats/survival/parametric_error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

const double log_root_two_pi = 0.5 * std::log(2 * std::numbers::pi);

// ---- extreme value of the minimum: S(w) = exp(-e^w) -------------------------------------------

LogDerivatives extreme_density(double w) {
  const double e = std::exp(w);
  return {w - e, 1 - e, -e};
}

LogDerivatives extreme_survival(double w) {
  const double e = std::exp(w);
  return {-e, -e, -e};
}

LogDerivatives extreme_cumulative(double w) {
  const double e = std::exp(w);
  const double value =
      e < std::numbers::ln2 ? std::log(-std::expm1(-e)) : std::log1p(-std::exp(-e));
  const double first = e > 0 ? e / std::expm1(e) : 1;
  // 1 - e - first, without cancellation where e is small
  const double bend = e < 1e-3 ? -e / 2 - e * e / 12 : 1 - e - first;
  return {value, first, e > 700 ? 0 : first * bend};
}

// ---- normal -----------------------------------------------------------------------------------

LogDerivatives normal_error_density(double w) {
  return {-0.5 * w * w - log_root_two_pi, -w, -1};
}

// f(w) / P(W > w). For large w Laplace's continued fraction of Mills' ratio.
double normal_hazard(double w) {
  if (w < 8) return normal_density(w) / normal_cdf(-w);
  double tail = w;
  for (int k = 60; k >= 1; --k) tail = w + k / tail;
  return tail;
}

// h - w for the hazard h: what the continued fraction adds to w.
double hazard_above_argument(double w) {
  if (w < 8) return normal_hazard(w) - w;
  double tail = w;
  for (int k = 60; k >= 2; --k) tail = w + k / tail;
  return 1 / tail;
}

LogDerivatives normal_survival(double w) {
  const double hazard = normal_hazard(w);
  const double value = w < 8 ? (w < -1 ? std::log1p(-normal_cdf(w)) : std::log(normal_cdf(-w)))
                             : -0.5 * w * w - log_root_two_pi - std::log(hazard);
  return {value, -hazard, -hazard * hazard_above_argument(w)};
}

// ---- logistic ---------------------------------------------------------------------------------

double log_one_plus_exp(double w) {
  return w > 0 ? w + std::log1p(std::exp(-w)) : std::log1p(std::exp(w));
}

double logistic_cdf(double w) {
  return w > 0 ? 1 / (1 + std::exp(-w)) : std::exp(w) / (1 + std::exp(w));
}

LogDerivatives logistic_density(double w) {
  const double p = logistic_cdf(w);
  const double q = logistic_cdf(-w);
  return {-log_one_plus_exp(w) - log_one_plus_exp(-w), q - p, -2 * p * q};
}

LogDerivatives logistic_survival(double w) {
  const double p = logistic_cdf(w);
  return {-log_one_plus_exp(w), -p, -p * logistic_cdf(-w)};
}

// ---- generalised gamma ------------------------------------------------------------------------

// Nearer to 0 than this the incomplete gamma function loses digits; beyond the other end the shape
// is no law of any data.
constexpr double shape_min = 5e-3;
constexpr double shape_max = 50;

// e^u - 1 - u.
double exp_beyond_linear(double u) {
  if (std::abs(u) > 0.1) return std::expm1(u) - u;
  double term = u * u / 2;
  double sum = 0;
  for (int k = 3; k < 16; ++k) {
    sum += term;
    term *= u / k;
  }
  return sum;
}

// log|Q| + k log k - k - log Gamma(k) for k = 1 / Q^2.
double gamma_constant(double shape) {
  const double k = 1 / (shape * shape);
  if (k < 100) return std::log(std::abs(shape)) + k * std::log(k) - k - log_gamma(k);
  const double q2 = shape * shape;  // Stirling's series
  const double q6 = q2 * q2 * q2;
  return -log_root_two_pi - q2 / 12 + q6 / 360 - q6 * q2 * q2 / 1260;
}

LogDerivatives gamma_density(double shape, double w) {
  if (std::abs(shape) > shape_max) return {-std::numeric_limits<double>::infinity(), 0, 0};
  const double u = shape * w;
  const double beyond = exp_beyond_linear(u);
  return {gamma_constant(shape) - beyond / (shape * shape), -std::expm1(u) / shape, -std::exp(u)};
}

double log_gamma_tail(double shape, double w, bool upper) {
  const double k = 1 / (shape * shape);
  const double x = std::min(k * std::exp(shape * w), 1e300);
  const bool upper_of_gamma = upper == (shape > 0);
  const double tail = upper_of_gamma ? gamma_upper_tail(x, {k, 1}) : gamma_cdf(x, {k, 1});
  if (tail <= 0.5) return std::log(tail);
  return std::log1p(-(upper_of_gamma ? gamma_cdf(x, {k, 1}) : gamma_upper_tail(x, {k, 1})));
}

// Around shape 0 tails and quantiles are analytic in the shape: Lagrange's polynomial through the
// normal law and three shapes on either side.
template <class Function>
double through_nodes(double shape, double normal_value, const Function& at_shape) {
  const double position = shape / shape_min;
  double sum = 0;
  for (int node = -3; node <= 3; ++node) {
    double factor = 1;
    for (int other = -3; other <= 3; ++other) {
      if (other != node) factor *= (position - other) / (node - other);
    }
    sum += factor * (node == 0 ? normal_value : at_shape(node * shape_min));
  }
  return sum;
}

double log_tail_near_normal(double shape, double w, bool upper) {
  return through_nodes(shape, normal_survival(upper ? w : -w).value,
                       [&](double node_shape) { return log_gamma_tail(node_shape, w, upper); });
}

// The derivatives of a log tail follow from log f.
LogDerivatives gamma_tail(double shape, double w, bool upper) {
  if (std::abs(shape) > shape_max) return {-std::numeric_limits<double>::infinity(), 0, 0};
  const double value = std::abs(shape) < shape_min ? log_tail_near_normal(shape, w, upper)
                                                   : log_gamma_tail(shape, w, upper);
  const LogDerivatives density = gamma_density(shape, w);
  const double ratio = (upper ? -1 : 1) * std::exp(density.value - value);
  return {value, ratio, ratio * (density.first - ratio)};
}

double gamma_law_quantile(double shape, double probability) {
  const double k = 1 / (shape * shape);
  const double x = gamma_quantile(shape > 0 ? probability : 1 - probability, {k, 1});
  return std::log(x / k) / shape;
}

double near_normal_quantile(double shape, double probability) {
  return through_nodes(shape, normal_quantile(probability), [&](double node_shape) {
    return gamma_law_quantile(node_shape, probability);
  });
}

LogDerivatives mirrored(LogDerivatives at) {
  return {at.value, -at.first, at.second};
}

bool is_normal(const ErrorLaw& law) {
  // exactly 0: the limit, which the formulas cannot reach
  return law.kind == ErrorLawKind::normal || law.shape == 0;
}

}  // namespace

LogDerivatives log_error_density(const ErrorLaw& law, double w) {
  switch (law.kind) {
    case ErrorLawKind::extreme_value:
      return extreme_density(w);
    case ErrorLawKind::logistic:
      return logistic_density(w);
    case ErrorLawKind::normal:
    case ErrorLawKind::generalised_gamma:
      break;
  }
  return is_normal(law) ? normal_error_density(w) : gamma_density(law.shape, w);
}

LogDerivatives log_error_survival(const ErrorLaw& law, double w) {
  switch (law.kind) {
    case ErrorLawKind::extreme_value:
      return extreme_survival(w);
    case ErrorLawKind::logistic:
      return logistic_survival(w);
    case ErrorLawKind::normal:
    case ErrorLawKind::generalised_gamma:
      break;
  }
  return is_normal(law) ? normal_survival(w) : gamma_tail(law.shape, w, true);
}

LogDerivatives log_error_cumulative(const ErrorLaw& law, double w) {
  switch (law.kind) {
    case ErrorLawKind::extreme_value:
      return extreme_cumulative(w);
    case ErrorLawKind::logistic:
      return mirrored(logistic_survival(-w));
    case ErrorLawKind::normal:
    case ErrorLawKind::generalised_gamma:
      break;
  }
  return is_normal(law) ? mirrored(normal_survival(-w)) : gamma_tail(law.shape, w, false);
}

double error_quantile(const ErrorLaw& law, double probability) {
  switch (law.kind) {
    case ErrorLawKind::extreme_value:
      return std::log(-std::log1p(-probability));
    case ErrorLawKind::logistic:
      return std::log(probability) - std::log1p(-probability);
    case ErrorLawKind::normal:
    case ErrorLawKind::generalised_gamma:
      break;
  }
  if (is_normal(law)) return normal_quantile(probability);
  if (std::abs(law.shape) < shape_min) return near_normal_quantile(law.shape, probability);
  return gamma_law_quantile(law.shape, probability);
}

}  // namespace kensho::stats
