// Distribution functions, over Boost.Math in one translation unit.
#pragma once

namespace kensho::stats {

/// P(Z <= z) of the standard normal. Keeps relative accuracy in the lower tail; z not NaN.
/// Checked against mpmath, tests/reference/dist/distributions.json, 2e-13 (-30 <= z).
double normal_cdf(double z);

/// The z with P(Z <= z) = probability; 0 < probability < 1.
/// Checked against mpmath, tests/reference/dist/distributions.json, 1e-14.
double normal_quantile(double probability);

/// The t with P(T <= t) = probability of Student's t distribution; 0 < probability < 1,
/// degrees_of_freedom > 0.
/// Checked against R qt, distributions_test.cc, 1e-13.
double student_t_quantile(double probability, double degrees_of_freedom);

/// P(X > x) of the chi-square distribution; x >= 0, degrees_of_freedom > 0.
/// Checked against mpmath, tests/reference/dist/distributions.json, 1e-12.
double chi_square_upper_tail(double x, double degrees_of_freedom);

/// The shape of a beta distribution; both above 0.
struct BetaShape {
  double alpha;
  double beta;
};

/// The x with P(X <= x) = probability of the beta distribution; 0 < probability < 1.
/// Checked against mpmath, tests/reference/dist/distributions.json, 1e-13.
double beta_quantile(double probability, const BetaShape& shape);

}  // namespace kensho::stats
