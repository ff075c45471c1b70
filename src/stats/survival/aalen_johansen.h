// The Aalen-Johansen estimate of cumulative incidence under competing risks.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// What is common to all causes at one distinct time, event or censoring.
struct IncidenceStep {
  double time;
  std::size_t at_risk;   // followed at least until this time
  std::size_t censored;  // at this time; they were at risk at it
  double survival;       // free of every cause, from this time on
};

/// One cause at one step.
struct CauseStep {
  std::size_t events;          // at this time
  double incidence;            // probability of an event of this cause up to this time
  double aalen_std_error;      // counting-process variance with the tie factor of cmprsk::cuminc
  double jackknife_std_error;  // infinitesimal jackknife, as survival::survfit of states
};

/// Right-continuous step functions, one a cause: 0 before the first step.
struct CumulativeIncidence {
  std::size_t cause_count;
  std::vector<IncidenceStep> steps;  // ascending time, never empty
  std::vector<CauseStep> causes;  // cause c (from 1) of step s is causes[s * cause_count + c - 1]
};

/// Aalen-Johansen estimate of the cumulative incidence of every cause.
///
/// Shapes  time[n], cause[n]; one step per distinct time.
/// Units   `time` in any one unit; cause 0 = censored, 1..cause_count = the cause of the event.
///         A subject censored at t is at risk at t.
/// Errors  invalid_argument as check_follow_up; cause_count outside 1..100.
/// Cost    O(n + m k^2) time for m distinct times and k causes, both variances included; O(n + m k)
///         memory. The order of the input changes no bit.
/// Source  Aalen & Johansen 1978, Scand. J. Stat. 5:141-150; docs/methods/aalen_johansen.md for
///         both variances.
/// Checked against R cmprsk::cuminc and survival::survfit,
///         tests/reference/competing/aalen_johansen.json, 1e-11.
Result<CumulativeIncidence> aalen_johansen(std::span<const double> time, std::span<const int> cause,
                                           int cause_count);

/// The two standard errors of an incidence. They agree in large samples.
enum class IncidenceVariance : unsigned char { aalen, infinitesimal_jackknife };

/// How to make the pointwise interval of an incidence F: symmetric in log(-log F).
struct IncidenceIntervalChoice {
  IncidenceVariance variance = IncidenceVariance::aalen;
  double confidence_level = 0.95;
};

/// One cause, read at one time.
struct CauseReading {
  double incidence;
  double std_error;                  // of the chosen variance
  std::optional<Interval> interval;  // none where the incidence is 0 or 1
};

/// All causes, read at one time.
struct IncidenceReading {
  double time;
  std::size_t at_risk;  // followed at least until `time`: 0 after the last follow-up
  double survival;
  std::vector<CauseReading> causes;  // cause c is causes[c - 1]
};

/// The curves at the given times, in any order. Before the first step every incidence is 0 with the
/// interval [0, 0]; after the last follow-up the last step is carried on and at_risk is 0.
/// Errors  invalid_argument: a time is negative or not finite, level outside (0, 1).
/// Cost    O(log n + k) a time.
Result<std::vector<IncidenceReading>> read_incidence(const CumulativeIncidence& incidence,
                                                     std::span<const double> times,
                                                     const IncidenceIntervalChoice& choice);

}  // namespace kensho::stats
