// Combining the estimates of several imputed data sets.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// One parameter over m imputed data sets.
struct PooledEstimate {
  double estimate;
  double within;   // mean of the variances
  double between;  // variance of the estimates
  double std_error;
  double degrees_of_freedom;  // infinite where the estimates do not differ and data are plenty
  double relative_increase;   // of the variance, by missing data
  double missing_share;       // of the total variance (lambda)
  double missing_information;
  double p_value;  // two-sided, of zero
  Interval interval;
};

/// Rubin's rules with the degrees of freedom of Barnard and Rubin where those of complete data are
/// given, else Rubin's own (large-sample) ones.
///
/// Shapes  estimates[m], variances[m].
/// Errors  invalid_argument: fewer than 2 imputations, lengths that differ, a value that is not
///         finite, a variance not above 0, complete-data degrees of freedom not above 0, level
///         outside (0, 1).
/// Source  Rubin 1987, section 3.3; Barnard & Rubin 1999, Biometrika 86:948-955.
/// Checked against R mice::pool.scalar, tests/reference/r/09_mi_boot.json.
Result<PooledEstimate> pool_estimates(std::span<const double> estimates,
                                      std::span<const double> variances,
                                      std::optional<double> complete_data_df,
                                      double confidence_level);

/// A test that several parameters are zero.
struct PooledWaldTest {
  double statistic;  // D1
  double numerator_df;
  double denominator_df;
  double p_value;
  double relative_increase;
};

/// The multivariate Wald test D1.
///
/// Shapes  estimates[m] of k values each; covariances[m], each k by k.
/// Errors  invalid_argument: fewer than 2 imputations, shapes that differ, a singular mean
///         covariance.
/// Source  Li, Raghunathan & Rubin 1991, JASA 86:1065-1073.
/// Checked against R, tests/reference/r/09_mi_boot.json.
Result<PooledWaldTest> pooled_wald_test(std::span<const std::vector<double>> estimates,
                                        std::span<const Matrix> covariances);

}  // namespace kensho::stats
