// Risk-adjusted CUSUM of a binary outcome: how soon does a site's risk of failure rise?
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// A chart, one value a patient in their order.
struct CusumChart {
  std::vector<double> cusum;                    // log-likelihood ratio, held at 0 from below
  std::vector<double> expected_minus_observed;  // running sum of risk - failure (VLAD)
  std::optional<std::size_t> first_signal;      // index of the first value at or above the limit
};

/// C_t = max(0, C_{t-1} + w_t), w the log-likelihood ratio of odds * `odds_ratio` against the
/// predicted odds. After a signal the chart goes on; it is not reset.
/// Shapes  failed[n] 0 or 1, risk[n] inside (0, 1).
/// Errors  invalid_argument: sizes differ, no patient, values outside, an odds ratio not above 0 or
///         equal to 1, a limit not above 0.
/// Source  Steiner, Cook, Farewell & Treasure 2000, Biostatistics 1:441-452.
/// Checked against R, tests/reference/r/16_safety.json, 1e-12.
Result<CusumChart> risk_adjusted_cusum(std::span<const int> failed, std::span<const double> risk,
                                       double odds_ratio, std::optional<double> limit = {});

/// A question about run lengths: patients have risks drawn with equal chance from `risk`.
struct CusumDesign {
  std::span<const double> risk;
  double odds_ratio;           // the chart is built to detect
  double true_odds_ratio = 1;  // of failures: 1 = in control
  int states = 200;            // of the Markov chain
};

/// The average number of patients until the chart reaches `limit`, by a Markov chain over `states`
/// equal cells; the error falls as 1 / states.
/// Errors  as risk_adjusted_cusum; states outside 10..2000; more than 10,000 risks;
///         invalid_argument where the limit is never reached.
/// Cost    O(states^3 + risks * states).
/// Source  Brook & Evans 1972, Biometrika 59:539-549. Checked against R,
///         tests/reference/safety/safety.json.
Result<double> cusum_run_length(const CusumDesign& design, double limit);

/// The smallest limit that false alarms within `patients` patients reach with at most that
/// probability: the quantile of the chart's maximum over simulated runs.
struct FalseAlarmGoal {
  int patients;
  double probability;  // of an alarm although the risks are right
  int runs = 10'000;
  std::uint64_t seed;
};

/// The limit and the probability's Monte-Carlo standard error.
struct SimulatedLimit {
  double limit;
  double std_error;
  std::uint64_t seed;
};
/// Errors  as risk_adjusted_cusum; patients or runs below 1, probability outside (0, 1).
/// Cost    patients * runs on `threads` threads; the same bits for any number of them.
Result<SimulatedLimit> cusum_limit(const CusumDesign& design, const FalseAlarmGoal& goal,
                                   unsigned threads = 1);

}  // namespace kensho::stats
