#include "stats/meta/tau_squared.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

constexpr int STEPS_MAX = 200;

Error lost(double tau_squared, double step) {
  return {Errc::not_converged,
          fmt::format("tau^2: no convergence in {} steps, at {:.6g} with a step of {:.3g}",
                      STEPS_MAX, tau_squared, step)};
}

double residual_df(const TauProblem& problem) {
  return static_cast<double>(problem.studies - problem.coefficients);
}

// The slope of a log-likelihood in tau^2, its own slope and the expected information.
struct Slope {
  double value;
  double derivative;
  double information;
};

Slope slope_of(const WeightedMoments& m, TauEstimator estimator) {
  const bool is_restricted = estimator == TauEstimator::restricted_likelihood;
  const double first = is_restricted ? m.trace_p : m.weights;
  const double second = is_restricted ? m.trace_pp : m.square_weights;
  return {0.5 * (m.score_square - first), 0.5 * second - m.score_cube, 0.5 * second};
}

double hedges_estimate(const TauProblem& problem) {
  return (problem.unweighted.q - problem.unweighted.trace_pv) / residual_df(problem);
}

// Newton, kept between 0 or a point of positive slope and one of negative slope.
Result<double> climb(const TauProblem& problem, TauEstimator estimator, double start) {
  double lower = 0;
  double upper = std::numeric_limits<double>::infinity();
  double at = start;
  double step = 0;
  for (int i = 0; i < STEPS_MAX; ++i) {
    const Slope slope = slope_of(problem.at(at), estimator);
    (slope.value > 0 ? lower : upper) = at;
    if (upper < 1e-14 * start) return 0.0;  // downhill all the way
    const double curvature = slope.derivative < 0 ? -slope.derivative : slope.information;
    step = slope.value / curvature;
    double next = at + step;
    if (!(next > lower) || !(next < upper)) {
      next = std::isfinite(upper) ? 0.5 * (lower + upper) : 2 * at + 1 / curvature;
    } else if (slope.value * step <= 1e-14) {
      return next;  // the last step doubles the digits
    }
    if (next == at) return at;
    at = next;
  }
  return lost(at, step);
}

Result<double> likelihood_estimate(const TauProblem& problem, TauEstimator estimator) {
  const double hedges = std::max(hedges_estimate(problem), 0.0);
  const WeightedMoments at_zero = problem.at(0);
  const Slope slope_at_zero = slope_of(at_zero, estimator);
  if (slope_at_zero.value > 0) {
    const double start = hedges > 0 ? hedges : slope_at_zero.value / slope_at_zero.information;
    return climb(problem, estimator, start);
  }
  // downhill from 0: there may still be a higher top behind a valley
  double best = 0;
  for (const double start : {hedges, (at_zero.q - residual_df(problem)) / at_zero.trace_p}) {
    if (!(start > 0)) continue;
    const double top = TRY(climb(problem, estimator, start));
    const double rise =
        problem.log_likelihood(top, estimator) - problem.log_likelihood(best, estimator);
    if (rise > 0) best = top;
  }
  return best;
}

// The variance of a quadratic form y' A y / a, A with A X = 0, where y has variance V + tau^2 I.
double form_error(double trace_avav, double trace_aav, double trace_aa, double tau_squared,
                  double divisor) {
  return std::sqrt(2 * trace_avav + 4 * tau_squared * trace_aav +
                   2 * tau_squared * tau_squared * trace_aa) /
         divisor;
}

Result<TauSquared> paule_mandel(const TauProblem& problem) {
  const double df = residual_df(problem);
  const double estimate = TRY(tau_squared_with_q(problem, df));
  const double k = static_cast<double>(problem.studies);
  return TauSquared{estimate, std::sqrt(2 * k * k / df) / problem.at(estimate).weights};
}

// Residual variance at a crude first value, over its degrees of freedom.
TauSquared sidik_jonkman(const TauProblem& problem) {
  const double df = residual_df(problem);
  const double crude = problem.unweighted.effect_variance;
  if (crude == 0) return {0, std::nullopt};
  const WeightedMoments m = problem.at(crude);
  const double estimate = crude * m.q / df;
  // P V = P W^-1 - crude P, from which the traces with V follow
  const double trace_ppv = m.trace_p - crude * m.trace_pp;
  const double trace_pvpv = df - crude * m.trace_p - crude * trace_ppv;
  return {estimate, crude * form_error(trace_pvpv, trace_ppv, m.trace_pp, estimate, df)};
}

TauSquared moment_estimate(const TauProblem& problem, TauEstimator estimator) {
  const double df = residual_df(problem);
  if (estimator == TauEstimator::hedges) {
    const double estimate = std::max(hedges_estimate(problem), 0.0);
    const UnweightedMoments& u = problem.unweighted;
    return {estimate, form_error(u.trace_pvpv, u.trace_pv, df, estimate, df)};
  }
  const WeightedMoments m = problem.at(0);
  const bool is_laird = estimator == TauEstimator::der_simonian_laird;
  const double expected = is_laird ? df : static_cast<double>(problem.studies);
  const double divisor = is_laird ? m.trace_p : m.weights;
  const double estimate = std::max((m.q - expected) / divisor, 0.0);
  return {estimate, form_error(df, m.trace_p, m.trace_pp, estimate, divisor)};
}

}  // namespace

Result<double> tau_squared_with_q(const TauProblem& problem, double target) {
  // Q is convex and falls: Newton from its left never passes the root.
  double at = 0;
  double step = 0;
  for (int i = 0; i < STEPS_MAX; ++i) {
    const WeightedMoments m = problem.at(at);
    if (m.q <= target) return at;
    step = (m.q - target) / m.score_square;
    const double next = at + step;
    if (next == at || (m.q - target) <= 1e-9 * target) return next;
    at = next;
  }
  return lost(at, step);
}

Result<TauSquared> estimate_tau_squared(const TauProblem& problem, TauEstimator estimator) {
  if (problem.studies == problem.coefficients) return TauSquared{0, std::nullopt};
  switch (estimator) {
    case TauEstimator::equal:
      return TauSquared{0, std::nullopt};
    case TauEstimator::paule_mandel:
      return paule_mandel(problem);
    case TauEstimator::sidik_jonkman:
      return sidik_jonkman(problem);
    case TauEstimator::der_simonian_laird:
    case TauEstimator::hedges:
    case TauEstimator::hunter_schmidt:
      return moment_estimate(problem, estimator);
    case TauEstimator::restricted_likelihood:
    case TauEstimator::maximum_likelihood:
      break;
  }
  const double estimate = TRY(likelihood_estimate(problem, estimator));
  const double information = slope_of(problem.at(estimate), estimator).information;
  return TauSquared{estimate, 1 / std::sqrt(information)};
}

Result<Interval> tau_squared_interval(const TauProblem& problem, double confidence_level) {
  TRY(normal_multiplier(confidence_level));
  const double df = residual_df(problem);
  if (df == 0) {
    return Error{Errc::invalid_argument, "tau^2: no interval without residual degrees of freedom"};
  }
  const double tail = 0.5 * (1 - confidence_level);
  const double lower = TRY(tau_squared_with_q(problem, chi_square_quantile(1 - tail, df)));
  const double upper = TRY(tau_squared_with_q(problem, chi_square_quantile(tail, df)));
  return Interval{lower, upper};
}

}  // namespace kensho::stats
