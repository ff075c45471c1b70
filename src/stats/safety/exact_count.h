// Exact tests and intervals of one Poisson or binomial count.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {

/// How an interval is drawn around the mean of a Poisson count.
enum class CountInterval : unsigned char {
  exact,      // Garwood: coverage never below the level
  mid_p,      // half of the observed count's probability: coverage near the level on average
  byar,       // Byar's closed form, close to exact
  log_normal  // mean * exp(+- z / sqrt(count)); none for a count of 0
};

/// The interval of the mean of a Poisson count.
/// Errors  invalid_argument: count below 0, level outside (0, 1), log_normal for a count of 0.
/// Cost    two quantiles; mid_p two root searches.
/// Source  Garwood 1936, Biometrika 28:437-442; Breslow & Day 1987, IARC 82, sec. 2.3 (Byar);
///         Berry & Armitage 1995, The Statistician 44:417-423 (mid-P).
/// Checked against R poisson.test and roots in R, tests/reference/r/13_relsurv_smr.json, 1e-12.
Result<Interval> poisson_mean_interval(std::int64_t count, double confidence_level,
                                       CountInterval kind);

/// The one-sided exact upper bound of the mean: P(K <= count) = 1 - level there. For no event at
/// 95 % it is 2.996, the "rule of three".
/// Errors  invalid_argument: count below 0, level outside (0, 1).
Result<double> poisson_mean_upper_bound(std::int64_t count, double confidence_level);

/// The interval of the probability of a binomial count, exact or mid_p (no other kind).
/// Errors  invalid_argument: no trials, count outside 0..trials, level outside (0, 1), other kind.
Result<Interval> binomial_probability_interval(std::int64_t count, std::int64_t trials,
                                               double confidence_level, CountInterval kind);

/// The two-sided exact p-value: the probability of every count that is not more likely than the one
/// seen (within 1e-7, so that counts of equal probability stay together), as R's poisson.test and
/// binom.test have it. count >= 0, mean >= 0, 0 <= count <= trials.
/// Checked against R, tests/reference/r/13_relsurv_smr.json and 12_exact.json, 1e-12.
double poisson_two_sided(std::int64_t count, double mean);
double binomial_two_sided(std::int64_t count, const BinomialShape& shape);

}  // namespace kensho::stats
