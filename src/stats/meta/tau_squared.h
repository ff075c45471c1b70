// The variance between studies: its estimators, each a function of weighted moments.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// How the variance between studies is estimated; `equal` takes it to be 0.
enum class TauEstimator : unsigned char {
  equal,
  der_simonian_laird,
  restricted_likelihood,
  maximum_likelihood,
  paule_mandel,  // = empirical Bayes of Morris
  hedges,
  sidik_jonkman,
  hunter_schmidt
};

/// What the estimators need of the weights w = 1 / (v + tau^2) and of
/// P = W - W X (X' W X)^-1 X' W at one value of tau^2.
struct WeightedMoments {
  double weights;         // sum w
  double square_weights;  // sum w^2
  double trace_p;
  double trace_pp;
  double q;             // y' P y
  double score_square;  // y' P P y
  double score_cube;    // y' P P P y
};

/// The same without weights (P = I - X (X' X)^-1 X', V = diag v), and what has no weights at all.
struct UnweightedMoments {
  double q;                // y' P y
  double trace_pv;         // P V
  double trace_pvpv;       // P V P V
  double effect_variance;  // sum (y - mean y)^2 / k
};

/// A model of k effects with p coefficients, seen from its variance between studies.
struct TauProblem {
  std::size_t studies;
  std::size_t coefficients;
  std::function<WeightedMoments(double tau_squared)> at;
  UnweightedMoments unweighted;
  /// Up to a constant: restricted or not, by the estimator. Needed where there are two maxima.
  std::function<double(double tau_squared, TauEstimator estimator)> log_likelihood;
};

/// The estimate (never below 0) and its large-sample standard error (none for `equal`).
struct TauSquared {
  double estimate;
  std::optional<double> std_error;
};

/// Errors  not_converged with the estimate reached and its step.
/// Cost    one call of `at` for the moment estimators, some 5 for the others (Newton in a bracket).
///         The likelihoods may have several maxima; the highest is taken of 0 and those uphill of
///         the estimates of Hedges and of DerSimonian and Laird.
/// Source  Viechtbauer 2005, J. Educ. Behav. Stat. 30:261-293; Veroniki et al. 2016, Res. Synth.
///         Methods 7:55-79; DerSimonian & Kacker 2007, Contemp. Clin. Trials 28:105-114.
/// Checked against R metafor rma, tests/reference/r/10_meta.json.
Result<TauSquared> estimate_tau_squared(const TauProblem& problem, TauEstimator estimator);

/// The interval of Q-profiling: the values of tau^2 at which Q(tau^2) has the chi-square quantiles;
/// an end below 0 is 0.
/// Errors  invalid_argument: level outside (0, 1); not_converged.
/// Source  Viechtbauer 2007, Stat. Med. 26:37-52.
/// Checked against R metafor confint, tests/reference/r/10_meta.json.
Result<Interval> tau_squared_interval(const TauProblem& problem, double confidence_level);

/// The tau^2 >= 0 with Q(tau^2) = target; 0 where Q(0) is not above it.
Result<double> tau_squared_with_q(const TauProblem& problem, double target);

}  // namespace kensho::stats
