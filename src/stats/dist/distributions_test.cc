#include "stats/dist/distributions.h"

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

// A number of the file is a JSON number or, where more digits are needed, a string.
double number(const Json& value) {
  return value.is_string() ? std::strtod(value.get_ref<const std::string&>().c_str(), nullptr)
                           : value.get<double>();
}

using Numbers = std::vector<double>;

// A probability such as 0.999999 is rounded on reading, which moves its quantile in the twelfth
// digit: hence the ten digits of two quantiles.
// A function of the reference file by our name for it, and the digits it must have.
struct Evaluated {
  std::function<double(const Numbers&)> at;
  double digits_required;
};

const std::map<std::string, Evaluated>& functions() {
  static const std::map<std::string, Evaluated> all = {
      {"norm_cdf", {[](const Numbers& a) { return normal_cdf(a[0]); }, 12}},
      {"norm_sf", {[](const Numbers& a) { return normal_cdf(-a[0]); }, 12}},
      {"norm_pdf", {[](const Numbers& a) { return normal_density(a[0]); }, 12}},
      {"norm_quantile", {[](const Numbers& a) { return normal_quantile(a[0]); }, 14}},
      {"t_cdf", {[](const Numbers& a) { return student_t_cdf(a[0], a[1]); }, 12}},
      {"t_sf", {[](const Numbers& a) { return student_t_cdf(-a[0], a[1]); }, 12}},
      {"t_quantile", {[](const Numbers& a) { return student_t_quantile(a[0], a[1]); }, 10}},
      {"chisq_cdf", {[](const Numbers& a) { return chi_square_cdf(a[0], a[1]); }, 12}},
      {"chisq_sf", {[](const Numbers& a) { return chi_square_upper_tail(a[0], a[1]); }, 12}},
      {"chisq_quantile", {[](const Numbers& a) { return chi_square_quantile(a[0], a[1]); }, 10}},
      {"f_cdf", {[](const Numbers& a) { return f_cdf(a[0], a[1], a[2]); }, 12}},
      {"f_sf", {[](const Numbers& a) { return f_upper_tail(a[0], a[1], a[2]); }, 12}},
      {"beta_cdf", {[](const Numbers& a) { return beta_cdf(a[2], {a[0], a[1]}); }, 12}},
      {"beta_sf", {[](const Numbers& a) { return beta_upper_tail(a[2], {a[0], a[1]}); }, 12}},
      {"beta_quantile", {[](const Numbers& a) { return beta_quantile(a[0], {a[1], a[2]}); }, 13}},
      {"gamma_p", {[](const Numbers& a) { return gamma_cdf(a[1], {a[0]}); }, 12}},
      {"gamma_q", {[](const Numbers& a) { return gamma_upper_tail(a[1], {a[0]}); }, 12}},
      {"binom_cdf", {[](const Numbers& a) { return binomial_cdf(a[0], {a[1], a[2]}); }, 12}},
      {"binom_pmf",
       {[](const Numbers& a) { return binomial_probability(a[0], {a[1], a[2]}); }, 12}},
      {"poisson_cdf", {[](const Numbers& a) { return poisson_cdf(a[0], a[1]); }, 12}},
      {"poisson_sf_gt", {[](const Numbers& a) { return poisson_upper_tail(a[0], a[1]); }, 12}},
      {"lgamma", {[](const Numbers& a) { return log_gamma(a[0]); }, 13}},
      {"digamma", {[](const Numbers& a) { return digamma(a[0]); }, 13}},
      {"trigamma", {[](const Numbers& a) { return trigamma(a[0]); }, 13}},
      {"bvn_cdf", {[](const Numbers& a) { return bivariate_normal_cdf(a[0], a[1], a[2]); }, 12}},
      {"nct_cdf", {[](const Numbers& a) { return noncentral_t_cdf(a[0], a[1], a[2]); }, 12}}};
  return all;
}

// A denormal result has fewer than 53 bits: it is compared at its own precision elsewhere.
bool is_normal_number(double value) {
  return value == 0 || std::abs(value) >= std::numeric_limits<double>::min();
}

TEST_CASE("distribution functions agree with mpmath") {
  const Json reference =
      testing::read_reference(testing::reference_path("dist/distributions.json"));
  for (const auto& [name, function] : functions()) {
    Agreement agreement;
    for (const Json& entry : reference.at("cases")) {
      if (entry.at("fn") != name) continue;
      Numbers arguments;
      for (const Json& argument : entry.at("args")) arguments.push_back(number(argument));
      const double expected = number(entry.at("value"));
      if (is_normal_number(expected)) agreement.compare(function.at(arguments), expected);
    }
    testing::verify(
        {"distributions", "mpmath rows", name, "mpmath 1.3.0, 22 digits", function.digits_required},
        agreement);
  }
}

// Compares f(row) with the column over the rows of a file of Boost.Math's; a row that `keep` leaves
// out is outside of what we promise.
void check_boost(const std::string& file, const std::string& column, double digits_required,
                 const std::vector<std::string>& arguments,
                 const std::function<double(const Numbers&)>& f,
                 const std::function<bool(const Numbers&)>& keep = nullptr) {
  const auto table = testing::read_csv(testing::reference_path("dist/boost/" + file + ".csv"));
  std::vector<Numbers> columns;
  for (const auto& name : arguments) columns.push_back(testing::numbers(table, name));
  const auto expected = testing::numbers(table, column);
  Agreement agreement;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    Numbers row;
    for (const auto& values : columns) row.push_back(values[i]);
    if ((keep && !keep(row)) || !is_normal_number(expected[i])) continue;
    agreement.compare(f(row), expected[i]);
  }
  testing::verify({"distributions", file, column, "Boost.Math's test data", digits_required},
                  agreement);
}

TEST_CASE("special functions agree with Boost.Math's own test data") {
  const auto lower_gamma = [](const Numbers& a) { return gamma_cdf(a[1], {a[0]}); };
  const auto upper_gamma = [](const Numbers& a) { return gamma_upper_tail(a[1], {a[0]}); };
  for (const std::string file : {"igamma_small_data", "igamma_int_data"}) {
    check_boost(file, "P", 12, {"a", "x"}, lower_gamma);
    check_boost(file, "Q", 12, {"a", "x"}, upper_gamma);
  }
  check_boost("gamma_inv_data", "x_from_P", 12, {"a", "p"},
              [](const Numbers& a) { return gamma_quantile(a[1], {a[0]}); });
  check_boost("ibeta_small_data", "I", 11, {"a", "b", "x"},
              [](const Numbers& a) { return beta_cdf(a[2], {a[0], a[1]}); });
  check_boost("ibeta_small_data", "Ic", 11, {"a", "b", "x"},
              [](const Numbers& a) { return beta_upper_tail(a[2], {a[0], a[1]}); });
  check_boost("ibeta_inv_data", "x_from_I", 10, {"a", "b", "p"},
              [](const Numbers& a) { return beta_quantile(a[2], {a[0], a[1]}); });
  check_boost("digamma_data", "digamma", 12, {"x"}, [](const Numbers& a) { return digamma(a[0]); });
  check_boost("near_1", "lgamma", 12, {"x"}, [](const Numbers& a) { return log_gamma(a[0]); });
  check_boost("near_2", "lgamma", 12, {"x"}, [](const Numbers& a) { return log_gamma(a[0]); });
  check_boost("nccs_big", "cdf", 9, {"x", "df", "ncp"},
              [](const Numbers& a) { return noncentral_chi_square_cdf(a[0], a[1], a[2]); });
}

TEST_CASE("the bivariate normal has its known corners") {
  CHECK(bivariate_normal_cdf(0, 0, 0) == doctest::Approx(0.25));
  CHECK(bivariate_normal_cdf(1.3, -0.4, 0) ==
        doctest::Approx(normal_cdf(1.3) * normal_cdf(-0.4)).epsilon(1e-13));
  CHECK(bivariate_normal_cdf(0, -0.4, 0) == doctest::Approx(normal_cdf(-0.4) / 2).epsilon(1e-13));
  CHECK(bivariate_normal_cdf(0, 0.7, 0) == doctest::Approx(normal_cdf(0.7) / 2).epsilon(1e-13));
  CHECK(bivariate_normal_cdf(0.2, 9, 0.6) == doctest::Approx(normal_cdf(0.2)).epsilon(1e-13));
  CHECK(bivariate_normal_cdf(-0.7, 1.2, 0.3) ==
        doctest::Approx(bivariate_normal_cdf(1.2, -0.7, 0.3)).epsilon(1e-14));
}

TEST_CASE("quantiles turn their distribution functions") {
  for (const double p : {0.001, 0.3, 0.975}) {
    CHECK(f_cdf(f_quantile(p, 3, 17.5), 3, 17.5) == doctest::Approx(p).epsilon(1e-12));
    CHECK(f_quantile(p, 4, std::numeric_limits<double>::infinity()) ==
          doctest::Approx(chi_square_quantile(p, 4) / 4).epsilon(1e-14));
  }
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
