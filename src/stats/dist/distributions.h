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

/// P(T <= t) of Student's t.
/// Checked against mpmath, tests/reference/dist/distributions.json.
double student_t_cdf(double t, double degrees_of_freedom);

/// P(|T| >= |t|) of Student's t, with relative accuracy in the tails; t not NaN.
double student_t_two_sided(double t, double degrees_of_freedom);

/// P(|Z| >= |z|) of the standard normal, with relative accuracy in the tails; z not NaN.
double normal_two_sided(double z);

/// P(F > f) of Fisher's F; f >= 0, both degrees of freedom > 0, the second may be infinite.
double f_upper_tail(double f, double numerator_df, double denominator_df);

/// P(F <= f), and the f with P(F <= f) = probability; 0 < probability < 1.
/// Checked against mpmath, tests/reference/dist/distributions.json.
double f_cdf(double f, double numerator_df, double denominator_df);
double f_quantile(double probability, double numerator_df, double denominator_df);

/// P(X <= x) and the x with P(X <= x) = probability of the chi-square distribution.
double chi_square_cdf(double x, double degrees_of_freedom);
double chi_square_quantile(double probability, double degrees_of_freedom);

/// A gamma distribution by its shape and rate (mean shape / rate); both above 0.
struct GammaShape {
  double shape;
  double rate = 1;
};

/// P(X <= x), P(X > x) and the quantile of a gamma distribution; x >= 0, 0 < probability < 1.
double gamma_cdf(double x, const GammaShape& shape);
double gamma_upper_tail(double x, const GammaShape& shape);
double gamma_quantile(double probability, const GammaShape& shape);

/// P(X <= x) and P(X > x) of the beta distribution; 0 <= x <= 1.
double beta_cdf(double x, const BetaShape& shape);
double beta_upper_tail(double x, const BetaShape& shape);

/// P(K = k), P(K <= k) and P(K > k) of a Poisson count with that mean; mean >= 0.
double poisson_probability(double count, double mean);
double poisson_cdf(double count, double mean);
double poisson_upper_tail(double count, double mean);

/// A binomial: trials >= 0 and whole, 0 <= probability <= 1.
struct BinomialShape {
  double trials;
  double probability;
};

/// P(K = k), P(K <= k) and P(K > k) of a binomial count.
double binomial_probability(double count, const BinomialShape& shape);
double binomial_cdf(double count, const BinomialShape& shape);
double binomial_upper_tail(double count, const BinomialShape& shape);

/// P(T <= t) of Student's t moved by a noncentrality: the power of a t test.
/// Checked against mpmath, tests/reference/dist/distributions.json.
double noncentral_t_cdf(double t, double degrees_of_freedom, double noncentrality);

/// P(X <= x) of the noncentral chi-square: the power of a chi-square test. x >= 0.
/// Checked against the values of Boost.Math's own tests, tests/reference/dist/boost.
double noncentral_chi_square_cdf(double x, double degrees_of_freedom, double noncentrality);

/// P(X <= x, Y <= y) of two standard normals with a correlation; -1 < correlation < 1.
/// Source  Owen 1956, Ann. Math. Stat. 27:1075-1090 (the T function, by Boost.Math).
/// Checked against mpmath, tests/reference/dist/distributions.json.
double bivariate_normal_cdf(double x, double y, double correlation);

/// The density of the standard normal.
double normal_density(double z);

/// log Gamma(x), its first (digamma) and second (trigamma) derivative; x > 0.
double log_gamma(double x);
double digamma(double x);
double trigamma(double x);

}  // namespace kensho::stats
