// A binomial proportion and its confidence intervals.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// How many of `trials` independent trials were successes.
struct BinomialCount {
  std::int64_t successes;
  std::int64_t trials;
};

/// The proportion of successes with a confidence interval inside [0, 1].
struct Proportion {
  double estimate;
  Interval interval;
};

/// Proportion with Wilson's score interval, without continuity correction.
///
/// Errors  invalid_argument: no trials, successes outside 0..trials, level outside (0, 1).
/// Source  Wilson 1927, JASA 22:209-212.
/// Checked against R stats::prop.test, tests/reference/describe/proportion.json, 1e-12.
Result<Proportion> wilson_proportion(const BinomialCount& count, double confidence_level);

/// Proportion with the exact interval of Clopper and Pearson: coverage never below the level.
///
/// Errors  as wilson_proportion.
/// Source  Clopper & Pearson 1934, Biometrika 26:404-413.
/// Checked against R stats::binom.test, tests/reference/describe/proportion.json, 1e-12.
Result<Proportion> clopper_pearson_proportion(const BinomialCount& count, double confidence_level);

}  // namespace kensho::stats
