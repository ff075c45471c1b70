#include "stats/imputation/rubins_rules.h"

#include <cmath>
#include <limits>
#include <utility>

#include <doctest/doctest.h>

#include "stats/testing/r_reference.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

std::optional<double> complete_df(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

void compare_row(Agreement& agreement, const PooledEstimate& got, const Json& row,
                 const Json& names) {
  const double statistic = got.estimate / got.std_error;
  const std::vector<std::pair<std::string, double>> values = {{"qbar", got.estimate},
                                                              {"ubar", got.within},
                                                              {"b", got.between},
                                                              {"se", got.std_error},
                                                              {"df", got.degrees_of_freedom},
                                                              {"r", got.relative_increase},
                                                              {"lambda", got.missing_share},
                                                              {"fmi", got.missing_information},
                                                              {"stat", statistic},
                                                              {"p", got.p_value},
                                                              {"lower", got.interval.lower},
                                                              {"upper", got.interval.upper}};
  for (const auto& [name, value] : values) {
    for (std::size_t j = 0; j < names.size(); ++j) {
      if (names[j] == name) agreement.compare(value, row[j]);
    }
  }
}

TEST_CASE("pooled estimates agree with R's mice") {
  for (const auto& [name, data] :
       {std::pair("rubin-lm-nhanes", "nhanes"), std::pair("rubin-boys-large", "boys"),
        std::pair("rubin-logit-largesample", "nhanes, no complete-data df"),
        std::pair("rubin-cox", "lung")}) {
    const Json expected = testing::r_case("09_mi_boot", name);
    const Json& pooled = expected.at("pooled");
    Agreement agreement;
    for (std::size_t i = 0; i < pooled.at("data").size(); ++i) {
      const std::vector<double> estimates = expected.at("q_by_imputation").at("data")[i];
      const std::vector<double> variances = expected.at("u_by_imputation").at("data")[i];
      const auto got =
          pool_estimates(estimates, variances, complete_df(expected.at("dfcom")), 0.95).value();
      compare_row(agreement, got, pooled.at("data")[i], pooled.at("cols"));
    }
    testing::verify(
        {"pool_estimates", data, "all of the pooled table", "R mice 3.15.0 pool.scalar", 11},
        agreement);
  }
}

TEST_CASE("the scalar example agrees with R's mice") {
  const Json expected = testing::r_case("09_mi_boot", "rubin-scalar");
  Agreement agreement;
  for (const auto& [name, df] :
       {std::pair("df40", std::optional(40.0)), std::pair("inf", std::optional<double>())}) {
    const Json& row = expected.at(name);
    const std::vector<double> q = row.at("qhat");
    const std::vector<double> u = row.at("u");
    const auto got = pool_estimates(q, u, df, 0.95).value();
    agreement.compare(got.estimate, row.at("qbar"));
    agreement.compare(got.std_error * got.std_error, row.at("t"));
    agreement.compare(got.degrees_of_freedom, row.at("df"));
    agreement.compare(got.relative_increase, row.at("r"));
    agreement.compare(got.missing_information, row.at("fmi"));
  }
  testing::verify({"pool_estimates", "five estimates", "estimate, variance, df, fmi",
                   "R mice 3.15.0 pool.scalar", 13},
                  agreement);
}

TEST_CASE("the multivariate Wald test agrees with R") {
  const Json expected = testing::r_case("09_mi_boot", "d1-wald-multi");
  const Matrix within = testing::r_matrix(expected.at("Ubar"));
  const Matrix between = testing::r_matrix(expected.at("B"));
  std::vector<double> mean;
  for (const auto& [name, value] : expected.at("qbar").items()) mean.push_back(value);
  // Ten estimates with exactly that mean and covariance between: mean -+ scaled Cholesky columns.
  const double l11 = std::sqrt(between(0, 0));
  const double l21 = between(1, 0) / l11;
  const double l22 = std::sqrt(between(1, 1) - l21 * l21);
  const double scale = std::sqrt(9.0 / 2);
  std::vector<std::vector<double>> estimates(10, mean);
  for (const int sign : {0, 1}) {
    const double by = sign == 0 ? scale : -scale;
    estimates[std::size_t(sign)][0] += by * l11;
    estimates[std::size_t(sign)][1] += by * l21;
    estimates[std::size_t(2 + sign)][1] += by * l22;
  }
  const std::vector<Matrix> covariances(10, within);

  const auto test = pooled_wald_test(estimates, covariances).value();

  testing::verify({"pooled_wald", "nhanes", "D1, df, p-value", "R 4.2.2, mice 3.15.0", 12},
                  testing::agreement_of({{test.statistic, expected.at("D1")},
                                         {test.relative_increase, expected.at("r")},
                                         {test.numerator_df, expected.at("df1")},
                                         {test.denominator_df, expected.at("df2")},
                                         {test.p_value, expected.at("p")}}));
}

TEST_CASE("equal imputations give the complete-data result") {
  const std::vector<double> same = {2, 2, 2};
  const std::vector<double> variances = {0.25, 0.25, 0.25};
  const auto pooled = pool_estimates(same, variances, 20, 0.95).value();
  CHECK(pooled.std_error == 0.5);
  CHECK(pooled.missing_share == 0);
  const std::vector<std::vector<double>> estimates(3, {2, 1});
  const std::vector<Matrix> covariances(3, Matrix(2, 2, {1, 0, 0, 1}));
  const auto wald = pooled_wald_test(estimates, covariances).value();
  CHECK(wald.statistic == 2.5);
  CHECK(std::isinf(wald.denominator_df));
}

TEST_CASE("what cannot be pooled is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> two = {1, 2};
  CHECK_FALSE(pool_estimates(std::vector{1.0}, std::vector{1.0}, {}, 0.95));
  CHECK_FALSE(pool_estimates(two, std::vector{1.0}, {}, 0.95));
  CHECK_FALSE(pool_estimates(two, std::vector{1.0, 0.0}, {}, 0.95));
  CHECK_FALSE(pool_estimates(two, std::vector{1.0, nan}, {}, 0.95));
  CHECK_FALSE(pool_estimates(two, two, -1.0, 0.95));
  CHECK_FALSE(pool_estimates(two, two, {}, 1));
  const std::vector<std::vector<double>> estimates = {{1, 2}, {1}};
  const std::vector<Matrix> covariances(2, Matrix(2, 2, {1, 0, 0, 1}));
  CHECK_FALSE(pooled_wald_test(estimates, covariances));
}

}  // namespace
}  // namespace kensho::stats
