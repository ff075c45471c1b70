// Cohen's kappa of two raters.
#pragma once

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// How much a disagreement by several categories still counts as agreement.
enum class KappaWeights : unsigned char {
  none,       // not at all
  linear,     // 1 - |i - j| / (k - 1)
  quadratic,  // 1 - (i - j)^2 / (k - 1)^2
};

/// Agreement beyond chance.
struct Kappa {
  double estimate;
  double observed;   // (weighted) agreement
  double expected;   // by chance, given the margins
  double std_error;  // large-sample, not assuming kappa = 0
  Interval interval;
};

/// Kappa of a k by k table of counts: rows the first rater, columns the second.
///
/// Errors  invalid_argument: not square, fewer than 2 categories, a count that is negative or not
///         finite, no count, all in one category of both (chance agreement is 1), level.
/// Source  Cohen 1968, Psych. Bull. 70:213-220; Fleiss, Cohen & Everitt 1969, Psych. Bull.
///         72:323-327 (standard error).
/// Checked against R vcd::Kappa, tests/reference/r/15_diagnostic.json.
Result<Kappa> cohen_kappa(const Matrix& counts, KappaWeights weights, double confidence_level);

}  // namespace kensho::stats
