// Fisher's exact test of a 2 by 2 table.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/contingency/conditional_odds.h"
#include "stats/describe/alternative.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// Counts of two rows: {a, b} above {c, d}.
struct TwoByTwo {
  std::int64_t a;
  std::int64_t b;
  std::int64_t c;
  std::int64_t d;
};

/// The p-value of Fisher's exact test; two-sided: all tables no more likely than the one seen.
/// A margin may be 0: then there is one table, and the p-value is 1.
/// Errors  invalid_argument: a negative count, a total above 2^31.
/// Cost    O(k) for k possible tables.
/// Checked against R fisher.test, tests/reference/r/12_exact.json and 16_safety.json.
Result<double> fisher_p_value(const TwoByTwo& table, Alternative alternative);

/// What is asked of Fisher's test.
struct FisherQuestion {
  Alternative alternative = Alternative::two_sided;  // of the odds ratio against 1
  double confidence_level = 0.95;                    // of the two-sided interval
};

/// Fisher's exact test with the conditional maximum-likelihood odds ratio and its exact interval,
/// as R's fisher.test gives them, to the last digits.
///
/// Errors  invalid_argument: a negative count, a margin of zero, a total above 2^31, level outside
///         (0, 1); not_converged.
/// Cost    O(k) for k possible tables; some hundred passes for estimate and interval.
/// Source  Fisher 1935, JRSS 98:39-82; Cornfield 1956 (interval).
/// Checked against R fisher.test, tests/reference/r/12_exact.json, and against the defining
/// equations, contingency_test.cc.
Result<ConditionalOdds> fisher_test(const TwoByTwo& table, const FisherQuestion& question);

}  // namespace kensho::stats
