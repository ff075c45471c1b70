#include "stats/dist/distributions.h"

#include <cmath>
#include <numbers>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/owens_t.hpp>
#include <boost/math/special_functions/trigamma.hpp>

#include "base/check.h"

namespace kensho::stats {
namespace {

namespace policies = boost::math::policies;

// No long double inside: its width differs between machines, and so would the last bits.
// A tail too small for a double is 0, not an exception; the domain is checked by ENSURE.
using Policy = policies::policy<policies::promote_double<false>, policies::promote_float<false>,
                                policies::underflow_error<policies::ignore_error>,
                                policies::denorm_error<policies::ignore_error>,
                                policies::overflow_error<policies::ignore_error>>;

using Normal = boost::math::normal_distribution<double, Policy>;
using ChiSquare = boost::math::chi_squared_distribution<double, Policy>;
using StudentT = boost::math::students_t_distribution<double, Policy>;
using Beta = boost::math::beta_distribution<double, Policy>;
using FisherF = boost::math::fisher_f_distribution<double, Policy>;
using Gamma = boost::math::gamma_distribution<double, Policy>;
using Poisson = boost::math::poisson_distribution<double, Policy>;
using NoncentralT = boost::math::non_central_t_distribution<double, Policy>;
using NoncentralChiSquare = boost::math::non_central_chi_squared_distribution<double, Policy>;
using Binomial = boost::math::binomial_distribution<double, Policy>;

Gamma gamma_of(const GammaShape& shape) {
  ENSURE(shape.shape > 0 && shape.rate > 0);
  return Gamma(shape.shape, 1 / shape.rate);
}

}  // namespace

double normal_cdf(double z) {
  ENSURE(!std::isnan(z));
  return boost::math::cdf(Normal(), z);
}

double normal_quantile(double probability) {
  ENSURE(probability > 0 && probability < 1);
  return boost::math::quantile(Normal(), probability);
}

double student_t_quantile(double probability, double degrees_of_freedom) {
  ENSURE(probability > 0 && probability < 1 && degrees_of_freedom > 0);
  return boost::math::quantile(StudentT(degrees_of_freedom), probability);
}

double chi_square_upper_tail(double x, double degrees_of_freedom) {
  ENSURE(x >= 0 && degrees_of_freedom > 0);
  return boost::math::cdf(boost::math::complement(ChiSquare(degrees_of_freedom), x));
}

double beta_quantile(double probability, const BetaShape& shape) {
  ENSURE(probability > 0 && probability < 1);
  ENSURE(shape.alpha > 0 && shape.beta > 0);
  return boost::math::quantile(Beta(shape.alpha, shape.beta), probability);
}

double student_t_cdf(double t, double degrees_of_freedom) {
  ENSURE(!std::isnan(t) && degrees_of_freedom > 0);
  return boost::math::cdf(StudentT(degrees_of_freedom), t);
}

double student_t_two_sided(double t, double degrees_of_freedom) {
  return 2 * student_t_cdf(-std::abs(t), degrees_of_freedom);
}

double normal_two_sided(double z) {
  return 2 * normal_cdf(-std::abs(z));
}

double f_upper_tail(double f, double numerator_df, double denominator_df) {
  ENSURE(f >= 0 && numerator_df > 0 && denominator_df > 0);
  if (std::isinf(denominator_df)) return chi_square_upper_tail(f * numerator_df, numerator_df);
  return boost::math::cdf(boost::math::complement(FisherF(numerator_df, denominator_df), f));
}

double f_cdf(double f, double numerator_df, double denominator_df) {
  ENSURE(f >= 0 && numerator_df > 0 && denominator_df > 0);
  if (std::isinf(denominator_df)) return chi_square_cdf(f * numerator_df, numerator_df);
  return boost::math::cdf(FisherF(numerator_df, denominator_df), f);
}

double f_quantile(double probability, double numerator_df, double denominator_df) {
  ENSURE(probability > 0 && probability < 1 && numerator_df > 0 && denominator_df > 0);
  if (std::isinf(denominator_df)) {
    return chi_square_quantile(probability, numerator_df) / numerator_df;
  }
  return boost::math::quantile(FisherF(numerator_df, denominator_df), probability);
}

double chi_square_cdf(double x, double degrees_of_freedom) {
  ENSURE(x >= 0 && degrees_of_freedom > 0);
  return boost::math::cdf(ChiSquare(degrees_of_freedom), x);
}

double chi_square_quantile(double probability, double degrees_of_freedom) {
  ENSURE(probability > 0 && probability < 1 && degrees_of_freedom > 0);
  return boost::math::quantile(ChiSquare(degrees_of_freedom), probability);
}

double gamma_cdf(double x, const GammaShape& shape) {
  ENSURE(x >= 0);
  return boost::math::cdf(gamma_of(shape), x);
}

double gamma_upper_tail(double x, const GammaShape& shape) {
  ENSURE(x >= 0);
  return boost::math::cdf(boost::math::complement(gamma_of(shape), x));
}

double gamma_quantile(double probability, const GammaShape& shape) {
  ENSURE(probability > 0 && probability < 1);
  return boost::math::quantile(gamma_of(shape), probability);
}

double beta_cdf(double x, const BetaShape& shape) {
  ENSURE(x >= 0 && x <= 1 && shape.alpha > 0 && shape.beta > 0);
  return boost::math::cdf(Beta(shape.alpha, shape.beta), x);
}

double beta_upper_tail(double x, const BetaShape& shape) {
  ENSURE(x >= 0 && x <= 1 && shape.alpha > 0 && shape.beta > 0);
  return boost::math::cdf(boost::math::complement(Beta(shape.alpha, shape.beta), x));
}

double poisson_probability(double count, double mean) {
  ENSURE(count >= 0 && mean >= 0);
  if (mean == 0) return count == 0 ? 1 : 0;
  return boost::math::pdf(Poisson(mean), count);
}

double poisson_cdf(double count, double mean) {
  ENSURE(mean >= 0);
  if (count < 0) return 0;
  return mean == 0 ? 1 : boost::math::cdf(Poisson(mean), count);
}

double poisson_upper_tail(double count, double mean) {
  ENSURE(mean >= 0);
  if (count < 0) return 1;
  return mean == 0 ? 0 : boost::math::cdf(boost::math::complement(Poisson(mean), count));
}

double binomial_probability(double count, const BinomialShape& shape) {
  ENSURE(count >= 0 && count <= shape.trials);
  return boost::math::pdf(Binomial(shape.trials, shape.probability), count);
}

double binomial_cdf(double count, const BinomialShape& shape) {
  if (count < 0) return 0;
  if (count >= shape.trials) return 1;
  return boost::math::cdf(Binomial(shape.trials, shape.probability), count);
}

double binomial_upper_tail(double count, const BinomialShape& shape) {
  if (count < 0) return 1;
  if (count >= shape.trials) return 0;
  return boost::math::cdf(
      boost::math::complement(Binomial(shape.trials, shape.probability), count));
}

double noncentral_t_cdf(double t, double degrees_of_freedom, double noncentrality) {
  ENSURE(!std::isnan(t) && degrees_of_freedom > 0 && std::isfinite(noncentrality));
  return boost::math::cdf(NoncentralT(degrees_of_freedom, noncentrality), t);
}

double noncentral_chi_square_cdf(double x, double degrees_of_freedom, double noncentrality) {
  ENSURE(x >= 0 && degrees_of_freedom > 0 && noncentrality >= 0);
  return boost::math::cdf(NoncentralChiSquare(degrees_of_freedom, noncentrality), x);
}

double bivariate_normal_cdf(double x, double y, double correlation) {
  ENSURE(!std::isnan(x) && !std::isnan(y) && correlation > -1 && correlation < 1);
  const double spread = std::sqrt((1 - correlation) * (1 + correlation));
  if (x == 0 && y == 0) {  // exactly: Sheppard's formula, where the slopes below are 0 / 0
    return 0.25 + std::asin(correlation) / (2 * std::numbers::pi);
  }
  const auto slope = [&](double from, double to) { return (to / from - correlation) / spread; };
  const auto part = [&](double from, double to) {
    if (from == 0) return 0.25 - (to < 0 ? 0.5 : 0.0);  // the limit of T as its slope grows
    return boost::math::owens_t(from, slope(from, to), Policy());
  };
  const bool opposite = x * y < 0 || (x * y == 0 && x + y < 0);
  return (normal_cdf(x) + normal_cdf(y)) / 2 - part(x, y) - part(y, x) - (opposite ? 0.5 : 0.0);
}

double normal_density(double z) {
  ENSURE(!std::isnan(z));
  return boost::math::pdf(Normal(), z);
}

double log_gamma(double x) {
  ENSURE(x > 0);
  return boost::math::lgamma(x, Policy());
}

double digamma(double x) {
  ENSURE(x > 0);
  return boost::math::digamma(x, Policy());
}

double trigamma(double x) {
  ENSURE(x > 0);
  return boost::math::trigamma(x, Policy());
}

}  // namespace kensho::stats
