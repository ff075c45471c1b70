// The accuracy of a test with two answers against the truth.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/describe/proportion.h"

namespace kensho::stats {

/// Subjects by truth and by the answer of the test.
struct TestOutcomes {
  std::int64_t true_positive;
  std::int64_t false_negative;
  std::int64_t false_positive;
  std::int64_t true_negative;
};

/// A ratio of probabilities or odds with its interval; none where a count of zero leaves it open.
struct DiagnosticRatio {
  double estimate;
  Interval interval;  // symmetric on the log scale
};

/// All measures of one test. Predictive values hold for the share of diseased in this sample only.
struct DiagnosticAccuracy {
  Proportion sensitivity;  // with Wilson's intervals
  Proportion specificity;
  std::optional<Proportion> positive_predictive_value;  // none where nobody is positive
  std::optional<Proportion> negative_predictive_value;
  Proportion accuracy;
  std::optional<DiagnosticRatio> positive_likelihood_ratio;
  std::optional<DiagnosticRatio> negative_likelihood_ratio;
  std::optional<DiagnosticRatio> odds_ratio;
};

/// Errors  invalid_argument: a negative count, nobody diseased or nobody healthy, level.
/// Source  Simel, Samsa & Matchar 1991, J. Clin. Epidemiol. 44:763-770 (likelihood ratios).
/// Checked against R, tests/reference/r/15_diagnostic.json.
Result<DiagnosticAccuracy> diagnostic_accuracy(const TestOutcomes& outcomes,
                                               double confidence_level);

}  // namespace kensho::stats
