// Student's and Welch's t tests of means, and the F test of two variances.
#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "stats/describe/alternative.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// What is asked of a test of location.
struct LocationQuestion {
  double null_value = 0;  // of the mean, or of the difference
  Alternative alternative = Alternative::two_sided;
  double confidence_level = 0.95;  // the interval is two-sided, whatever the alternative
};

/// A t test. For the one-sided limit of level 1 - a ask for the interval of level 1 - 2a.
struct TTest {
  double estimate;  // mean, or difference of means: first minus second
  double std_error;
  double statistic;
  double degrees_of_freedom;
  double p_value;
  Interval interval;  // of the estimate
};

/// Whether the two groups may have different variances.
enum class Variances : unsigned char { unequal, equal };

/// The t test of one mean.
///
/// Errors  invalid_argument: fewer than 2 values, one that is not finite, all values equal, level
///         outside (0, 1).
/// Cost    O(n log n); the order of the values changes no bit.
/// Source  Student 1908, Biometrika 6:1-25.
/// Checked against R t.test, tests/reference/r/12_exact.json.
Result<TTest> one_sample_t_test(std::span<const double> values, const LocationQuestion& question);

/// The t test of the mean of first - second, pair by pair.
/// Errors  as one_sample_t_test, and lengths that differ.
Result<TTest> paired_t_test(std::span<const double> first, std::span<const double> second,
                            const LocationQuestion& question);

/// The t test of mean(first) - mean(second): Welch's (unequal) or Student's pooled one (equal).
///
/// Errors  as one_sample_t_test of either sample; equal values are refused where both are constant.
/// Source  Welch 1947, Biometrika 34:28-35 (degrees of freedom of Satterthwaite).
/// Checked against R t.test, tests/reference/r/12_exact.json.
Result<TTest> two_sample_t_test(std::span<const double> first, std::span<const double> second,
                                Variances variances, const LocationQuestion& question);

/// The F test that two variances are equal.
struct VarianceRatioTest {
  double ratio;  // first / second
  double first_df;
  double second_df;
  double p_value;  // two-sided
  Interval interval;
};

/// F test of two variances of normal samples; very sensitive to non-normality.
/// Errors  as two_sample_t_test; a constant sample.
/// Checked against R var.test, tests/reference/r/12_exact.json.
Result<VarianceRatioTest> variance_ratio_test(std::span<const double> first,
                                              std::span<const double> second,
                                              double confidence_level);

}  // namespace kensho::stats
