// Proportional odds and multinomial regression.
#include <algorithm>

#include "base/rng.h"
#include "stats/regression/glm.h"
#include "stats/regression/multinomial.h"
#include "stats/regression/proportional_odds.h"
#include "stats/testing/regression_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

// polr climbs by BFGS and differentiates numerically for its errors.
TEST_CASE("proportional odds agree with R's polr") {
  const auto table = testing::reference_data("strep_tb");
  const Json expected = testing::r_case("05_regression", "polr-strep");
  Matrix x(107, 2);
  std::vector<int> y = testing::codes(table, "rad_num");
  for (std::size_t i = 0; i < 107; ++i) {
    --y[i];
    x(i, 0) = table.at("arm")[i] == "Streptomycin" ? 1 : 0;
    x(i, 1) = double(table.at("baseline_temp")[i].front() - '0');
  }

  const ProportionalOdds fit = proportional_odds({x, y}).value();

  Agreement estimates;
  Agreement errors;
  Agreement deviance;
  const std::vector<std::string> names = {"armStreptomycin", "bt"};
  const auto se = testing::standard_errors(fit.covariance);
  for (std::size_t j = 0; j < 2; ++j) {
    estimates.compare(fit.coefficients[j], expected.at("coef").at(names[j]));
    errors.compare(se[j], expected.at("se").at(names[j]));
  }
  for (std::size_t k = 0; k < 5; ++k) {
    const std::string name = std::to_string(k + 1) + "|" + std::to_string(k + 2);
    estimates.compare(fit.thresholds[k], expected.at("zeta").at(name));
    errors.compare(se[2 + k], expected.at("se").at(name));
  }
  deviance.compare(fit.deviance, expected.at("deviance"));
  const std::string r = "R MASS 7.3-58.2 polr (BFGS, numeric Hessian)";
  testing::verify({"proportional_odds", "polr-strep", "coefficients", r, 7}, estimates);
  testing::verify({"proportional_odds", "polr-strep", "standard errors", r, 5}, errors);
  testing::verify({"proportional_odds", "polr-strep", "deviance", r, 13}, deviance);
}

TEST_CASE("multinomial regression agrees with R's multinom") {
  const auto table = testing::reference_data("bmt_cibmtr");
  const Json expected = testing::r_case("05_regression", "multinom");
  const auto y = testing::codes(table, "cause");
  std::vector<double> values(y.size(), 1);
  for (const char* name : {"platelet", "age"}) {
    const auto column = testing::numbers(table, name);
    values.insert(values.end(), column.begin(), column.end());
  }
  const Matrix x(y.size(), 3, values);

  const Multinomial fit = multinomial({x, y}).value();

  Agreement estimates;
  Agreement errors;
  const auto se = testing::standard_errors(fit.covariance);
  for (std::size_t k = 0; k < 2; ++k) {
    for (std::size_t j = 0; j < 3; ++j) {
      estimates.compare(fit.coefficients(k, j), expected.at("coef").at("data")[k][j]);
      errors.compare(se[k * 3 + j], expected.at("se").at("data")[k][j]);
    }
  }
  const std::string r = "R nnet 7.3-18 multinom (BFGS)";
  testing::verify({"multinomial", "multinom", "coefficients", r, 6}, estimates);
  testing::verify({"multinomial", "multinom", "standard errors", r, 7}, errors);
  Agreement deviance;
  deviance.compare(fit.deviance, expected.at("deviance"));
  testing::verify({"multinomial", "multinom", "deviance", r, 13}, deviance);
}

struct Sample {
  Matrix x{300, 2};
  std::vector<int> y;
};

Sample random_sample(int classes) {
  Rng rng(3, 1);
  Sample sample;
  for (std::size_t i = 0; i < 300; ++i) {
    sample.x(i, 0) = rng.normal();
    sample.x(i, 1) = rng.bernoulli(0.4) ? 1 : 0;
    const double latent = 0.8 * sample.x(i, 0) - sample.x(i, 1) + 1.5 * rng.normal();
    sample.y.push_back(std::clamp(int(std::floor(latent)) + 1, 0, classes - 1));
  }
  return sample;
}

TEST_CASE("with two classes both are logistic regression") {
  const Sample sample = random_sample(2);
  std::vector<double> values(300, 1);
  values.insert(values.end(), sample.x.values().begin(), sample.x.values().end());
  const Matrix x(300, 3, values);
  const std::vector<double> y(sample.y.begin(), sample.y.end());

  const Glm logistic = fit_glm({x, y}, {}).value();
  const ProportionalOdds odds = proportional_odds({sample.x, sample.y}).value();
  const Multinomial classes = multinomial({x, sample.y}).value();

  CHECK(odds.thresholds[0] == doctest::Approx(-logistic.coefficients[0]).epsilon(1e-12));
  CHECK(odds.deviance == doctest::Approx(logistic.deviance).epsilon(1e-13));
  for (std::size_t j = 1; j < 3; ++j) {
    CHECK(odds.coefficients[j - 1] == doctest::Approx(logistic.coefficients[j]).epsilon(1e-11));
    CHECK(classes.coefficients(0, j) == doctest::Approx(logistic.coefficients[j]).epsilon(1e-11));
    CHECK(odds.covariance(j - 1, j - 1) ==
          doctest::Approx(logistic.covariance(j, j)).epsilon(1e-10));
    CHECK(classes.covariance(j, j) == doctest::Approx(logistic.covariance(j, j)).epsilon(1e-10));
  }
}

TEST_CASE("reversing the classes turns the signs, doubling the weights halves the variance") {
  const Sample sample = random_sample(4);
  std::vector<int> reversed = sample.y;
  for (int& k : reversed) k = 3 - k;
  const std::vector<double> two(300, 2);

  const ProportionalOdds up = proportional_odds({sample.x, sample.y}).value();
  const ProportionalOdds down = proportional_odds({sample.x, reversed}).value();
  const ProportionalOdds twice = proportional_odds({sample.x, sample.y, two}).value();

  for (std::size_t j = 0; j < 2; ++j) {
    CHECK(down.coefficients[j] == doctest::Approx(-up.coefficients[j]).epsilon(1e-10));
    CHECK(twice.covariance(j, j) * 2 == doctest::Approx(up.covariance(j, j)).epsilon(1e-10));
  }
  CHECK(down.thresholds[0] == doctest::Approx(-up.thresholds[2]).epsilon(1e-10));
  const Matrix chances = class_probabilities(up, sample.x);
  for (std::size_t i = 0; i < 300; ++i) {
    double total = 0;
    for (std::size_t k = 0; k < 4; ++k) total += chances(i, k);
    CHECK(total == doctest::Approx(1).epsilon(1e-14));
  }
}

TEST_CASE("without covariates the thresholds are the logits of the cumulative shares") {
  const std::vector<int> y = {0, 0, 0, 1, 1, 2, 2, 2, 2, 2};
  const ProportionalOdds fit = proportional_odds({Matrix(10, 0), y}).value();
  CHECK(fit.thresholds[0] == doctest::Approx(std::log(3.0 / 7)).epsilon(1e-13));
  CHECK(fit.thresholds[1] == doctest::Approx(0).epsilon(1e-13));
}

TEST_CASE("separated and empty classes are refused") {
  const Matrix x(6, 1, {1, 2, 3, 4, 5, 6});
  const std::vector<std::string> names = {"dose"};
  const auto separated = proportional_odds({x, std::vector<int>{0, 0, 1, 1, 2, 2}, {}, names});
  REQUIRE(!separated);
  CHECK(proportional_odds({x, std::vector<int>{0, 0, 2, 2, 3, 3}})
            .error()
            .message.find("nobody is in class 1") != std::string::npos);
  CHECK(!proportional_odds({x, std::vector<int>{0, 0, 0, 0, 0, 0}}));
  CHECK(!proportional_odds({x, std::vector<int>{0, -1, 0, 1, 0, 0}}));
  const Matrix with_one(6, 2, {1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6});
  CHECK(!multinomial({with_one, std::vector<int>{0, 0, 0, 1, 1, 1}, {}}));
  CHECK(!proportional_odds({with_one, std::vector<int>{0, 1, 0, 1, 2, 2}}));
  const Matrix infinite(6, 1, {1, 2, 3, 4, 5, 1.0 / 0.0});
  CHECK(!proportional_odds({infinite, std::vector<int>{0, 1, 0, 1, 2, 2}}));
}

}  // namespace
}  // namespace kensho::stats
