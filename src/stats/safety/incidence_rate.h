// Rates of events in person-time: one, two compared, and against what was expected.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/safety/exact_count.h"

namespace kensho::stats {

/// Events and the time at risk in which they were counted. Exposure-adjusted incidence is this with
/// the exposure as time: until the first event for subjects with an event, else all of it.
struct PersonTime {
  std::int64_t events;
  double time;  // above 0, in any one unit
};

/// How to make an interval.
struct RateChoice {
  CountInterval interval = CountInterval::exact;
  double confidence_level = 0.95;
};

/// Events a unit of time.
struct IncidenceRate {
  double rate;
  Interval interval;
  double upper_bound;  // one-sided exact at the same level: what to quote where nothing happened
};

/// Errors  invalid_argument: events below 0, time not above 0 and finite, level outside (0, 1).
/// Source  as poisson_mean_interval. Checked against R poisson.test,
///         tests/reference/r/04_parametric.json, 1e-12.
Result<IncidenceRate> incidence_rate(const PersonTime& counted, const RateChoice& choice = {});

/// Zero events in n subjects: the one-sided exact upper bound of the probability, 1 - (1 -
/// level)^(1 / n), and its well-known approximation at 95 %, 3 / n.
struct ZeroEventBound {
  double exact;
  double rule_of_three;
};
/// Errors  invalid_argument: no subject, level outside (0, 1).
/// Source  Hanley & Lippman-Hand 1983, JAMA 249:1743-1745.
Result<ZeroEventBound> zero_event_bound(std::int64_t subjects, double confidence_level = 0.95);

/// A ratio with its interval; an end or the ratio is absent where it is infinite or undefined.
struct RatioEstimate {
  std::optional<double> ratio;
  double lower;
  std::optional<double> upper;
  double p_value;  // of ratio 1
};

/// Rate of `exposed` over rate of `reference`, conditional on their total: exact (Clopper-Pearson)
/// or mid_p by the binomial, log_normal by Wald; p is the exact binomial one (Wald's for
/// log_normal).
/// Errors  invalid_argument: as incidence_rate; no event in either; byar; log_normal with a zero.
/// Source  Przyborowski & Wilenski 1940, Biometrika 31:313-323.
/// Checked against R poisson.test, tests/reference/r/12_exact.json, 1e-12.
Result<RatioEstimate> rate_ratio(const PersonTime& exposed, const PersonTime& reference,
                                 const RateChoice& choice = {});

/// A difference with its interval.
struct DifferenceEstimate {
  double difference;
  Interval interval;
};

/// Rate of `exposed` minus rate of `reference`; the interval recovers the variances at the limits
/// of the two rates (MOVER), which keeps it honest at zero events.
/// Errors  invalid_argument: as incidence_rate.
/// Source  Zou & Donner 2008, Stat Med 27:1693-1702.
Result<DifferenceEstimate> rate_difference(const PersonTime& exposed, const PersonTime& reference,
                                           const RateChoice& choice = {});

/// Observed events over expected ones (SMR, SIR).
struct StandardisedRatio {
  double ratio;
  Interval interval;
  double p_value;     // exact, two-sided, of ratio 1
  double chi_square;  // (O - E)^2 / E
};

/// Errors  invalid_argument: observed below 0, expected not above 0 and finite, level.
/// Source  Breslow & Day 1987, IARC 82, sec. 2.3.
/// Checked against R poisson.test, tests/reference/r/13_relsurv_smr.json, 1e-12.
Result<StandardisedRatio> standardised_ratio(std::int64_t observed, double expected,
                                             const RateChoice& choice = {});

}  // namespace kensho::stats
