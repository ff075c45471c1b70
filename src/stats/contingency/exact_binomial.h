// The exact test of a proportion, and McNemar's tests of paired proportions.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "stats/describe/alternative.h"
#include "stats/describe/proportion.h"

namespace kensho::stats {

/// The exact p-value that a proportion is `probability`. Two-sided: all counts no more likely than
/// the one seen (likelihoods equal to 1e-7 count as equal, as in R).
///
/// Errors  invalid_argument: no trials, successes outside 0..trials, probability outside [0, 1].
/// Cost    O(log trials) probabilities.
/// Checked against R binom.test, tests/reference/r/12_exact.json.
Result<double> exact_binomial_p_value(const BinomialCount& count, double probability,
                                      Alternative alternative);

/// Pairs by the answers of their two members.
struct PairedCounts {
  std::int64_t both;
  std::int64_t first_only;
  std::int64_t second_only;
  std::int64_t neither;
};

/// Whether two proportions of the same subjects differ.
struct McNemarTest {
  double chi_square;  // without continuity correction
  double p_value;
  double chi_square_corrected;  // Edwards' correction
  double p_value_corrected;
  double p_value_exact;              // binomial
  double p_value_mid;                // half the probability of what was seen: less conservative
  std::optional<double> odds_ratio;  // first_only / second_only, conditional
  double odds_ratio_lower;           // exact
  std::optional<double> odds_ratio_upper;  // none: infinite
  double difference;                       // of the proportions: first minus second
};

/// McNemar's test by all four conventions, from the discordant pairs.
///
/// Errors  invalid_argument: a negative count, no discordant pair, level outside (0, 1).
/// Source  McNemar 1947, Psychometrika 12:153-157; Fagerland, Lydersen & Laake 2013, BMC Med. Res.
///         Methodol. 13:91 (mid-p).
/// Checked against R mcnemar.test and binom.test, tests/reference/r/12_exact.json.
Result<McNemarTest> mcnemar_test(const PairedCounts& counts, double confidence_level);

}  // namespace kensho::stats
