#include "stats/regression/firth_logistic.h"

#include "stats/testing/regression_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

struct Sample {
  Matrix x;
  std::vector<double> y;
};

Sample separated() {
  Sample sample{Matrix(10, 2), std::vector<double>(10)};
  for (std::size_t i = 0; i < 10; ++i) {
    sample.x(i, 0) = 1;
    sample.x(i, 1) = double(i + 1);
    sample.y[i] = i >= 5 ? 1 : 0;
  }
  return sample;
}

Sample birthwt() {
  const auto table = testing::reference_data("birthwt");
  Sample sample{Matrix(189, 4), testing::numbers(table, "low")};
  const auto ht = testing::numbers(table, "ht");
  const auto ptl = testing::numbers(table, "ptl");
  const auto lwt = testing::numbers(table, "lwt");
  for (std::size_t i = 0; i < 189; ++i) {
    sample.x(i, 0) = 1;
    sample.x(i, 1) = ht[i];
    sample.x(i, 2) = ptl[i] > 0 ? 1 : 0;
    sample.x(i, 3) = lwt[i];
  }
  return sample;
}

TEST_CASE("Firth's estimates agree with R's brglm2, under separation too") {
  const Json expected = testing::r_case("05_regression", "logit-separation-firth");
  for (const auto& [sample, id] :
       {std::pair{separated(), std::string("sep")}, {birthwt(), std::string("birthwt")}}) {
    const FirthLogistic fit = firth_logistic({sample.x, sample.y}).value();
    Agreement agreement;
    const auto errors = testing::standard_errors(fit.covariance);
    const std::vector<double> coef = [&] {
      std::vector<double> values;
      const std::vector<std::string> names =
          id == "sep" ? std::vector<std::string>{"(Intercept)", "x"}
                      : std::vector<std::string>{"(Intercept)", "ht", "I(ptl > 0)TRUE", "lwt"};
      for (const auto& name : names) values.push_back(expected.at(id + "_coef").at(name));
      for (const auto& name : names) values.push_back(expected.at(id + "_se").at(name));
      return values;
    }();
    for (std::size_t j = 0; j < errors.size(); ++j) {
      agreement.compare(fit.coefficients[j], coef[j]);
      agreement.compare(errors[j], coef[errors.size() + j]);
    }
    if (id == "birthwt") {
      agreement.compare(-2 * fit.log_likelihood, expected.at("birthwt_deviance"));
    }
    testing::verify({"firth_logistic", id, "coefficients, errors", "R brglm2 AS_mean", 10},
                    agreement);
  }
}

TEST_CASE("penalised profile intervals and tests agree with a search written in R") {
  const Json reference = testing::read_reference(testing::reference_path("regression/firth.json"));
  for (const auto& [sample, id] :
       {std::pair{separated(), std::string("separated")}, {birthwt(), std::string("birthwt")}}) {
    const Json& expected = reference.at(id);
    const FirthData data{sample.x, sample.y};
    const FirthLogistic fit = firth_logistic(data).value();
    Agreement agreement;
    agreement.compare(fit.penalised_log_likelihood, expected.at("penalised"));
    for (std::size_t j = 0; j < sample.x.columns(); ++j) {
      const auto found = penalised_profile(data, fit, j, 0.95);
      REQUIRE_MESSAGE(found, found.error().message);
      const PenalisedProfile& profile = *found;
      agreement.compare(fit.coefficients[j], expected.at("coef")[j]);
      agreement.compare(profile.interval.lower, expected.at("lower")[j]);
      agreement.compare(profile.interval.upper, expected.at("upper")[j]);
      agreement.compare(profile.chi_square, expected.at("chi_square")[j]);
      agreement.compare(profile.p_value, expected.at("p")[j]);
    }
    testing::verify({"firth_logistic", id, "profile intervals, tests",
                     "search by uniroot in R 4.2.2 (firth.R)", 8},
                    agreement);
  }
}

// With one binary outcome and no covariate the penalty adds half a success and half a failure.
TEST_CASE("without covariates the estimate is the logit of (successes + 1/2) / (n + 1)") {
  const Matrix ones(7, 1, std::vector<double>(7, 1));
  const FirthLogistic none = firth_logistic({ones, std::vector<double>(7)}).value();
  CHECK(none.coefficients[0] == doctest::Approx(std::log(0.5 / 7.5)).epsilon(1e-10));
  const FirthLogistic three =
      firth_logistic({ones, std::vector<double>{1, 1, 1, 0, 0, 0, 0}}).value();
  CHECK(three.coefficients[0] == doctest::Approx(std::log(3.5 / 4.5)).epsilon(1e-10));
}

TEST_CASE("a weight of two is the row written twice") {
  const Sample sample = separated();
  std::vector<double> weight(10, 1);
  weight[2] = 2;
  Sample written{Matrix(11, 2), std::vector<double>(11)};
  for (std::size_t i = 0; i < 11; ++i) {
    const std::size_t from = i < 10 ? i : 2;
    written.x(i, 0) = 1;
    written.x(i, 1) = sample.x(from, 1);
    written.y[i] = sample.y[from];
  }
  const auto a = firth_logistic({sample.x, sample.y, weight}).value();
  const auto b = firth_logistic({written.x, written.y}).value();
  CHECK(a.coefficients[1] == doctest::Approx(b.coefficients[1]).epsilon(1e-11));
  CHECK(a.covariance(1, 1) == doctest::Approx(b.covariance(1, 1)).epsilon(1e-11));
}

TEST_CASE("what is not 0 or 1, or collinear, is refused") {
  Sample sample = separated();
  sample.y[3] = 0.5;
  CHECK(firth_logistic({sample.x, sample.y}).error().message.find("row 4") != std::string::npos);
  const Matrix twice(4, 2, {1, 1, 1, 1, 2, 2, 2, 2});
  CHECK(!firth_logistic({twice, std::vector<double>{0, 1, 0, 1}}));
  const Matrix infinite(4, 1, {1, 1, 1, 1.0 / 0.0});
  CHECK(!firth_logistic({infinite, std::vector<double>{0, 1, 0, 1}}));
}

}  // namespace
}  // namespace kensho::stats
