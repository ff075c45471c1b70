#include "stats/survival/parametric_piecewise.h"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/regression/glm.h"
#include "stats/survival/parametric_survival.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

struct LungCancer {
  std::vector<double> events;
  std::vector<double> time;
  Matrix x;
  std::vector<std::string> names = {"(Intercept)"};
};

// Indicators of every level but the first of age and period.
LungCancer lung_cancer() {
  const auto table = testing::reference_data("lungdk_sir");
  LungCancer data{testing::numbers(table, "D"), testing::numbers(table, "Y"), {}};
  std::vector<double> x(data.events.size(), 1);
  for (const std::string column : {"A5", "P5"}) {
    const auto values = testing::codes(table, column);
    const std::set<int> levels(values.begin(), values.end());
    for (const int level : levels) {
      if (level == *levels.begin()) continue;
      for (const int value : values) x.push_back(value == level ? 1 : 0);
      data.names.push_back("factor(" + column + ")" + std::to_string(level));
    }
  }
  data.x = Matrix(data.events.size(), data.names.size(), std::move(x));
  return data;
}

TEST_CASE("an age-period model of lung cancer rates agrees with R's glm") {
  const Json expected = testing::r_case("13_relsurv_smr", "poisson-lungdk");
  const LungCancer data = lung_cancer();
  std::vector<double> log_time;
  for (const double time : data.time) log_time.push_back(std::log(time));
  const Glm fit = fit_glm({.x = data.x, .y = data.events, .offset = log_time, .names = data.names},
                          {.model = {.family = Family::poisson, .link = Link::log}})
                      .value();
  Agreement coefficients;
  Agreement errors;
  Agreement rest;
  for (std::size_t j = 0; j < data.names.size(); ++j) {
    coefficients.compare(fit.coefficients[j], expected.at("coef").at(data.names[j]));
    errors.compare(std::sqrt(fit.covariance(j, j)), expected.at("se").at(data.names[j]));
  }
  rest.compare(fit.deviance, expected.at("deviance"));
  rest.compare(fit.log_likelihood, expected.at("loglik"));
  verify({"glm poisson", "Danish lung cancer", "coefficients", "R glm(poisson)", 11}, coefficients);
  // glm's covariance is made of the weights one step before its last coefficients
  verify({"glm poisson", "Danish lung cancer", "errors", "R glm(poisson) (one step early)", 7},
         errors);
  verify({"glm poisson", "Danish lung cancer", "deviance, log-likelihood", "R glm(poisson)", 11},
         rest);
}

TEST_CASE("the piecewise exponential model agrees with R's survSplit and glm") {
  const Json expected = testing::r_case("04_parametric", "piecewise-exp");
  const auto table = testing::reference_data("bmt_kmsurv");
  const auto time = testing::numbers(table, "t2");
  const auto group = testing::codes(table, "group");
  Matrix x(time.size(), 2);
  for (std::size_t i = 0; i < time.size(); ++i) {
    x(i, 0) = group[i] == 2 ? 1 : 0;
    x(i, 1) = group[i] == 3 ? 1 : 0;
  }
  const auto fit = fit_piecewise_exponential(time, testing::codes(table, "d3"), x,
                                             std::vector<double>{90, 180, 365})
                       .value();
  CHECK(double(fit.rows) == expected.at("n"));
  Agreement agreement;
  const Json& coef = expected.at("coef");
  agreement.compare(fit.log_hazards[0], coef.at("(Intercept)"));
  for (std::size_t k = 1; k < 4; ++k) {
    agreement.compare(fit.log_hazards[k] - fit.log_hazards[0],
                      coef.at("factor(iv)" + std::to_string(k + 1)));
  }
  agreement.compare(fit.coefficients[0], coef.at("factor(group)2"));
  agreement.compare(fit.coefficients[1], coef.at("factor(group)3"));
  const Json& variance = expected.at("vcov").at("data");
  Agreement covariance;
  covariance.compare(fit.covariance(0, 0), variance[0][0]);
  covariance.compare(fit.covariance(4, 5), variance[4][5]);
  covariance.compare(fit.covariance(5, 5), variance[5][5]);
  covariance.compare(fit.covariance(1, 1) + fit.covariance(0, 0) - 2 * fit.covariance(0, 1),
                     variance[1][1]);
  verify({"piecewise_exponential", "bmt_kmsurv", "coefficients", "R survSplit, glm(poisson)", 11},
         agreement);
  verify(
      {"piecewise_exponential", "bmt_kmsurv", "covariance", "R glm(poisson) (one step early)", 8},
      covariance);
}

TEST_CASE("one piece is the exponential model") {
  const std::vector<double> time = {2, 3, 5, 8, 13, 21};
  const std::vector<int> event = {1, 0, 1, 1, 0, 1};
  const auto fit = fit_piecewise_exponential(time, event, {}, {}).value();
  CHECK(fit.log_hazards[0] == doctest::Approx(std::log(4.0 / 52)).epsilon(1e-13));
  const Matrix ones(6, 1, std::vector<double>(6, 1));
  const auto ends = right_censored_ends(time, event).value();
  const auto same =
      fit_parametric({.lower = time, .upper = ends, .x = ones}, ParametricFamily::exponential)
          .value();
  CHECK(fit.log_likelihood == doctest::Approx(same.log_likelihood).epsilon(1e-13));
}

TEST_CASE("groups and pieces without events, and what is no data, are refused") {
  const std::vector<double> time = {2, 3, 5, 8, 13, 21};
  const std::vector<int> event = {1, 0, 1, 1, 0, 1};
  const auto refusal = [&](const std::vector<double>& cuts) {
    const auto fit = fit_piecewise_exponential(time, event, {}, cuts);
    return fit ? "" : fit.error().message;
  };
  CHECK(refusal({2.5, 3}) == "piecewise exponential: no event in the piece (2.5, 3]");
  CHECK(refusal({3, 3}) == "piecewise exponential: the cut 3 does not come after 3");
  CHECK(refusal({-1}) != "");
  const Matrix group(6, 1, {0, 1, 0, 0, 1, 0});
  const std::vector<std::string> names = {"arm"};
  const auto separated = fit_piecewise_exponential(time, event, group, {}, names);
  CHECK(separated.error().message.find("arm") != std::string::npos);
  const Matrix ones(6, 1, {1, 1, 1, 1, 1, 1});
  CHECK_FALSE(fit_piecewise_exponential(time, event, ones, {}));
  CHECK_FALSE(fit_piecewise_exponential(time, event, Matrix(3, 1), {}));
}

}  // namespace
}  // namespace kensho::stats
