// The Kaplan-Meier estimate of a survival curve.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// The curve at one distinct time, event or censoring.
struct SurvivalStep {
  double time;
  std::size_t at_risk;              // followed at least until this time
  std::size_t events;               // at this time
  std::size_t censored;             // at this time; they were at risk at it
  double survival;                  // from this time on
  std::optional<double> std_error;  // Greenwood; none where survival is 0
};

/// A right-continuous step function: 1 before its first step.
struct SurvivalCurve {
  std::vector<SurvivalStep> steps;  // ascending time, never empty
};

/// Kaplan-Meier estimate of S(t) from right-censored data.
///
/// Shapes  time[n], event[n]; one step per distinct time.
/// Units   `time` in any one unit, which the curve keeps; event 1 = observed, 0 = censored.
///         A subject censored at t is at risk at t. For the follow-up time (reverse Kaplan-Meier)
///         pass 1 - event.
/// Errors  invalid_argument as check_follow_up.
/// Cost    O(n) time and memory (radix sort, one scan). The order of the input changes no bit.
/// Source  Kaplan & Meier 1958, JASA 53:457-481; variance Greenwood 1926.
/// Checked against R survival::survfit, tests/reference/survival/kaplan_meier.json, 1e-12.
Result<SurvivalCurve> kaplan_meier(std::span<const double> time, std::span<const int> event);

/// The scale on which a pointwise interval is symmetric: S, log S, or log(-log S).
enum class SurvivalTransform : unsigned char { plain, log, log_log };

/// How to make the pointwise intervals of a curve.
struct IntervalChoice {
  SurvivalTransform transform = SurvivalTransform::log_log;
  double confidence_level = 0.95;
};

/// The curve read at one time.
struct SurvivalReading {
  double time;
  std::size_t at_risk;  // followed at least until `time`: 0 after the last follow-up
  double survival;
  std::optional<double> std_error;
  std::optional<Interval> interval;
};

/// The pointwise confidence interval of every step, with the conventions of R's survfit: ends are
/// cut to [0, 1]; none where survival is 0; none where it is 1 if the transform is log_log, else
/// [1, 1].
/// Shapes  one per step.
/// Errors  invalid_argument: level outside (0, 1).
/// Source  Kalbfleisch & Prentice 2002, sec. 1.4.
Result<std::vector<std::optional<Interval>>> pointwise_intervals(const SurvivalCurve& curve,
                                                                 const IntervalChoice& choice);

/// The curve at the given times, in any order. Before the first step survival is 1 with the
/// interval [1, 1]; after the last follow-up the last step is carried on and at_risk is 0.
/// Errors  invalid_argument: a time is negative or not finite, level outside (0, 1).
/// Cost    O(log n) a time.
Result<std::vector<SurvivalReading>> read_curve(const SurvivalCurve& curve,
                                                std::span<const double> times,
                                                const IntervalChoice& choice);

/// A quantile of the survival time; an end is absent where the curve never reaches it.
struct SurvivalQuantile {
  double probability;  // the fraction that has had the event
  std::optional<double> estimate;
  std::optional<double> lower;
  std::optional<double> upper;
};

/// The times at which the curve has fallen by the given probabilities (0.5 = median), with the
/// intervals of Brookmeyer and Crowley: where the pointwise limits cross the same height.
/// Where the curve (or a limit) is flat at exactly that height, the middle of the flat piece is
/// given, as R's quantile.survfit does; a last flat piece ends at the last follow-up.
/// Errors  invalid_argument: a probability or the level is not above 0 and below 1.
/// Cost    O(steps) a probability.
/// Source  Brookmeyer & Crowley 1982, Biometrics 38:29-41.
/// Checked against R quantile.survfit, tests/reference/survival/kaplan_meier.json, exact.
Result<std::vector<SurvivalQuantile>> survival_quantiles(const SurvivalCurve& curve,
                                                         std::span<const double> probabilities,
                                                         const IntervalChoice& choice);

}  // namespace kensho::stats
