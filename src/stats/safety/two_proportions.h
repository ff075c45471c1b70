// Two independent proportions compared: risk difference, risk ratio, odds ratio.
#pragma once

#include "base/result.h"
#include "stats/describe/proportion.h"
#include "stats/safety/incidence_rate.h"

namespace kensho::stats {

/// How the interval is made.
enum class RiskInterval : unsigned char {
  score,     // Miettinen and Nurminen: inverted score test, with N / (N - 1)
  newcombe,  // of the difference: from two Wilson intervals
  wald       // plain for the difference, on the log scale for ratios
};

struct RiskChoice {
  RiskInterval interval = RiskInterval::score;
  double confidence_level = 0.95;
};

/// Risk in `treated` minus risk in `control`.
/// Errors  invalid_argument: no trials, successes outside 0..trials, level outside (0, 1).
/// Cost    closed form, or a root search of about 20 cubic equations an end.
/// Source  Miettinen & Nurminen 1985, Stat Med 4:213-226; Newcombe 1998, Stat Med 17:873-890.
/// Checked against R, tests/reference/r/12_exact.json, 1e-11.
Result<DifferenceEstimate> risk_difference(const BinomialCount& treated,
                                           const BinomialCount& control,
                                           const RiskChoice& choice = {});

/// Risk in `treated` over risk in `control`, and the same of odds. p_value is of the score test of
/// equal risks (Pearson's chi-square times (N - 1) / N); Wald's where that is asked for.
/// Absent are a ratio of 0 / 0 and what is infinite.
/// Errors  as risk_difference; newcombe; wald where a cell it divides by is 0.
/// Checked against R, tests/reference/r/12_exact.json and tests/reference/safety/safety.json.
Result<RatioEstimate> risk_ratio(const BinomialCount& treated, const BinomialCount& control,
                                 const RiskChoice& choice = {});
Result<RatioEstimate> odds_ratio(const BinomialCount& treated, const BinomialCount& control,
                                 const RiskChoice& choice = {});

/// The two-sided p-value of the score test of equal risks; 1 where nobody or everybody responded.
Result<double> equal_risks_p_value(const BinomialCount& treated, const BinomialCount& control);

}  // namespace kensho::stats
