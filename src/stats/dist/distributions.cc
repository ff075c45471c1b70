#include "stats/dist/distributions.h"

#include <cmath>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

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

}  // namespace kensho::stats
