// Continuous sequential monitoring of a count against its expectation: the Poisson MaxSPRT.
#pragma once

#include "base/result.h"

namespace kensho::stats {

/// When monitoring ends and how many events a signal needs at least.
struct MaxSprtDesign {
  double expected_events;      // T: under the null hypothesis, at the end
  int events_min = 1;          // M
  double significance = 0.05;  // probability of a signal under the null hypothesis
};

/// The log-likelihood ratio of `events` observed where `expected` were; 0 where no more than that.
/// n log(n / t) - (n - t).
double maxsprt_statistic(double events, double expected);

/// The expected count at which `events` events give exactly this log-likelihood ratio: that many
/// events before it are a signal. Shapes: events >= 1, critical_value > 0.
double maxsprt_signal_time(double events, double critical_value);

/// The probability of a signal where events come at `rate_ratio` times the expected rate: exact, by
/// carrying the distribution of the count from one signal time to the next.
/// Errors  invalid_argument: T not in (0, 10,000], M outside 1 .. 10,000, a critical value or rate
///         ratio not above 0 or not finite.
/// Cost    about T^2 times the width of a Poisson step, some 20: 0.2 ms for T = 100.
/// Source  Kulldorff, Davis, Kolczak, Lewis, Lieu & Platt 2011, Sequential Analysis 30:58-78.
Result<double> maxsprt_signal_probability(const MaxSprtDesign& design, double critical_value,
                                          double rate_ratio = 1);

/// The critical value of the log-likelihood ratio with exactly the design's significance.
/// Errors  invalid_argument as above; a significance outside (0, 0.5]; a design whose probability
///         of M events more than expected is below it, so that no critical value spends it.
/// Cost    some 10 signal probabilities.
/// Checked against Kulldorff et al. 2011 (table 1), maxsprt_test.cc, all 6 decimals.
Result<double> maxsprt_critical_value(const MaxSprtDesign& design);

}  // namespace kensho::stats
