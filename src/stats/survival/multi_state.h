// Multi-state models without covariates: probabilities of states after any path between them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// Rows of follow-up: a subject is in state `from` after `start` until `stop`, and then in state
/// `to`; `to` = `from` where it was last seen there. States are 0, 1, ..., state_count - 1.
struct StateRows {
  std::span<const double> start;
  std::span<const double> stop;
  std::span<const int> from;
  std::span<const int> to;
  std::span<const int> subject;  // labels from 0 to 2^20 - 1
  int state_count;
};

/// The variance of a step of the transition hazards: of a Poisson count, or (Greenwood) of a
/// multinomial one.
enum class TransitionVariance : unsigned char { aalen, greenwood };

/// The matrix P(s, t) from one time with transitions on.
struct TransitionStep {
  double time;
  std::vector<double> probability;  // from state i to j: [i * state_count + j]
  std::vector<double> std_error;    // the same places
};

/// Transition probabilities P(s, t) of a Markov model: the identity before the first step.
struct TransitionProbabilities {
  std::size_t state_count;
  double start_time;                  // s
  std::vector<TransitionStep> steps;  // ascending time, above s
};

/// From when to look ahead, and by which variance.
struct TransitionChoice {
  double start_time = 0;
  TransitionVariance variance = TransitionVariance::greenwood;
};

/// Aalen-Johansen estimate of the transition probabilities, by the product integral of the
/// Nelson-Aalen transition hazards.
///
/// Shapes  every span n long. Each subject may have several rows, not overlapping.
/// Errors  invalid_argument, naming the row: sizes differ, no row, a time negative or not finite,
///         start not before stop, a state out of range, overlapping rows of a subject; state_count
///         outside 2..50; start_time negative or not finite.
/// Cost    O(n + m k^4) for m transition times and k states, O(m k^2) memory.
/// Source  Aalen & Johansen 1978, Scand. J. Stat. 5:141-150; variances Andersen, Borgan, Gill &
///         Keiding 1993, (4.4.17) and (4.4.19).
/// Checked against R mstate::probtrans, tests/reference/r/03_competing.json, 9 digits.
Result<TransitionProbabilities> transition_probabilities(const StateRows& rows,
                                                         const TransitionChoice& choice = {});

/// The states at one distinct time.
struct OccupationStep {
  double time;
  std::vector<std::size_t> at_risk;  // in each state, just before
  std::vector<double> probability;   // of each state, from this time on
  std::vector<double> std_error;     // infinitesimal jackknife over subjects
};

/// Probability of being in each state, over time.
struct StateOccupation {
  std::vector<double> initial;        // of the subjects at risk at the first step
  std::vector<OccupationStep> steps;  // ascending time, never empty
};

/// Aalen-Johansen estimate of state occupation, which needs no Markov assumption, with the
/// infinitesimal jackknife.
/// Errors  as transition_probabilities.
/// Cost    O(n + m s k) for s subjects and m transition times: quadratic in a sample without ties.
/// Source  Datta & Satten 2001, Stat. Prob. Letters 55:403-411; the jackknife as R survival's
///         survfit of states.
/// Checked against R survival::survfit, tests/reference/r/03_competing.json, 9 digits.
Result<StateOccupation> state_occupation(const StateRows& rows);

/// The expected time spent in each state up to a horizon: the area under each occupation curve.
/// Errors  invalid_argument: the horizon is not above 0 and finite.
Result<std::vector<double>> expected_time_in_states(const StateOccupation& occupation,
                                                    double horizon);

}  // namespace kensho::stats
