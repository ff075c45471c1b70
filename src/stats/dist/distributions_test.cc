#include "stats/dist/distributions.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Json;

// A number of the file is a JSON number or, where more digits are needed, a string.
double number(const Json& value) {
  return value.is_string() ? std::strtod(value.get_ref<const std::string&>().c_str(), nullptr)
                           : value.get<double>();
}

double evaluate(const std::string& function, const Json& arguments) {
  const double first = number(arguments[0]);
  if (function == "norm_cdf") return normal_cdf(first);
  if (function == "norm_quantile") return normal_quantile(first);
  if (function == "chisq_sf") return chi_square_upper_tail(first, number(arguments[1]));
  return beta_quantile(first, {number(arguments[1]), number(arguments[2])});
}

// A denormal result has fewer than 53 bits: it is compared at its own precision elsewhere.
bool is_normal_number(double value) {
  return value == 0 || std::abs(value) >= std::numeric_limits<double>::min();
}

void check_function(const std::string& function, double tolerance) {
  testing::Agreement agreement;
  const Json reference =
      testing::read_reference(testing::reference_path("dist/distributions.json"));

  for (const Json& entry : reference.at("cases")) {
    if (entry.at("fn") != function) continue;
    const double expected = number(entry.at("value"));
    if (is_normal_number(expected)) {
      agreement.compare(evaluate(function, entry.at("args")), expected);
    }
  }

  MESSAGE(function, ": ", agreement.count(), " values, ", agreement.correct_digits(), " digits");
  CHECK(agreement.count() > 0);
  CHECK(agreement.worst() <= tolerance);
}

TEST_CASE("distribution functions agree with mpmath") {
  check_function("norm_cdf", 2e-13);
  check_function("norm_quantile", 1e-14);
  check_function("chisq_sf", 1e-12);
  check_function("beta_quantile", 1e-13);
}

TEST_CASE("the normal cdf keeps its lower tail down to the smallest numbers") {
  CHECK(normal_cdf(-38) > 0);
  CHECK(normal_cdf(-38) < 1e-315);
  CHECK(normal_cdf(-50) == 0);
}

TEST_CASE("a chi-square of zero has the whole distribution above it") {
  CHECK(chi_square_upper_tail(0, 1) == 1);
  CHECK(chi_square_upper_tail(0, 3) == 1);
}

}  // namespace
}  // namespace kensho::stats
