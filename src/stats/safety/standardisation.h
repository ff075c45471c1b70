// Rates made comparable across populations of another age structure.
#pragma once

#include <span>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/safety/incidence_rate.h"

namespace kensho::stats {

/// A rate as it is, and with the strata weighted as in a standard population.
struct StandardisedRate {
  double crude;
  double standardised;
  Interval interval;
};

/// Direct standardisation with the gamma interval of Fay and Feuer, which holds its level even
/// where strata have few events.
/// Shapes  events[k], time[k], standard[k]: one a stratum.
/// Units   time in one unit; `standard` in any, only its shares count.
/// Errors  invalid_argument: sizes differ, no stratum, a count below 0, a time not above 0, a
///         standard below 0 or all 0, level outside (0, 1).
/// Source  Fay & Feuer 1997, Stat Med 16:791-801.
/// Checked against R epitools::ageadjust.direct, tests/reference/r/13_relsurv_smr.json, 1e-12.
Result<StandardisedRate> direct_standardisation(std::span<const double> events,
                                                std::span<const double> time,
                                                std::span<const double> standard,
                                                double confidence_level = 0.95);

/// Indirect standardisation: the events seen over those the standard rates would have given.
struct IndirectStandardisation {
  double observed;
  double expected;
  StandardisedRatio ratio;
  StandardisedRate rate;  // standardised = ratio * the standard's crude rate
};

/// Shapes  events[k], time[k], standard_events[k], standard_time[k].
/// Errors  as direct_standardisation; events that are not whole.
/// Checked against R epitools::ageadjust.indirect (log_normal interval),
///         tests/reference/r/13_relsurv_smr.json, 1e-12.
struct StandardPopulation {
  std::span<const double> events;
  std::span<const double> time;
};
Result<IndirectStandardisation> indirect_standardisation(std::span<const double> events,
                                                         std::span<const double> time,
                                                         const StandardPopulation& standard,
                                                         const RateChoice& choice = {});

}  // namespace kensho::stats
