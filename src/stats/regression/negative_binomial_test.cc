#include "stats/regression/negative_binomial.h"

#include <algorithm>

#include "stats/dist/distributions.h"
#include "stats/testing/regression_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::DesignColumns;
using testing::Json;

void check_optimum(const std::string& id, const std::vector<std::string>& names,
                   const NegativeBinomial& fit) {
  const Json optima =
      testing::read_reference(testing::reference_path("regression/glm_optimum.json"));
  const Json& expected = optima.at(id);
  const std::vector<std::string> order = expected.at("names");
  Agreement agreement;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto at = std::size_t(std::ranges::find(order, names[i]) - order.begin());
    agreement.compare(fit.fit.coefficients[i], expected.at("coef").at(at));
    agreement.compare(fit.fit.covariance(i, i), expected.at("covariance").at(at).at(at));
  }
  agreement.compare(fit.theta, expected.at("theta_and_error").at(0));
  agreement.compare(fit.theta_std_error, expected.at("theta_and_error").at(1));
  testing::verify({"negative_binomial", id, "coefficients, theta, errors",
                   "200 rounds of Fisher and Newton steps in R 4.2.2 (glm_optimum.R)", 11},
                  agreement);
}

void check(const std::string& id, const DesignColumns& design, const std::vector<double>& y,
           const std::vector<double>& offset, double digits) {
  const Json expected = testing::r_case("05_regression", id);
  const Matrix x = design.matrix();
  const auto fit = fit_negative_binomial({x, y, {}, offset, design.names()});
  REQUIRE_MESSAGE(fit, fit.error().message);
  Agreement agreement;
  Agreement likelihood;
  testing::compare_named(agreement, design.names(), (*fit).fit.coefficients, expected.at("coef"));
  testing::compare_named(agreement, design.names(), testing::standard_errors((*fit).fit.covariance),
                         expected.at("se"));
  agreement.compare((*fit).theta, expected.at("theta"));
  agreement.compare((*fit).theta_std_error, expected.at("se_theta"));
  likelihood.compare(2 * (*fit).log_likelihood, expected.at("twologlik"));
  if (expected.contains("aic")) likelihood.compare((*fit).aic, expected.at("aic"));
  if (expected.contains("deviance")) agreement.compare((*fit).fit.deviance, expected["deviance"]);
  const std::string r = "R MASS 7.3-58.2 glm.nb (alternates until its likelihood stands)";
  testing::verify({"negative_binomial", id, "coefficients, theta, errors", r, digits}, agreement);
  testing::verify({"negative_binomial", id, "log-likelihood, AIC", r, 12}, likelihood);
  check_optimum(id, design.names(), *fit);
}

TEST_CASE("negative binomial regression agrees with R's glm.nb") {
  const auto quine = testing::reference_data("quine");
  DesignColumns school(146);
  school.add_factor("Eth", quine.at("Eth"), "A").add_factor("Sex", quine.at("Sex"), "F");
  school.add_factor("Age", quine.at("Age"), "F0").add_factor("Lrn", quine.at("Lrn"), "AL");
  check("nb-quine", school, testing::numbers(quine, "Days"), {}, 5);

  const auto epil = testing::reference_data("epil");
  const auto y = testing::numbers(epil, "y");
  std::vector<double> base = testing::numbers(epil, "base");
  for (double& value : base) value = std::log(value);
  DesignColumns trial(y.size());
  trial.add_factor("trt", epil.at("trt"), "placebo").add("log(base)", base);
  check("nb-epil", trial, y, std::vector<double>(y.size(), std::log(2)), 7);
}

struct Sample {
  Matrix x{12, 2, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}};
  std::vector<double> y = {0, 9, 2, 0, 5, 1, 3, 20, 0, 7, 1, 12};
};

// The likelihood written out, on a grid around the fit.
TEST_CASE("no neighbour of the fit has a larger likelihood") {
  const Sample sample;
  const NegativeBinomial fit = fit_negative_binomial({sample.x, sample.y}).value();
  const auto likelihood = [&](double a, double b, double theta) {
    double sum = 0;
    for (std::size_t i = 0; i < 12; ++i) {
      const double m = std::exp(a + b * sample.x(i, 1));
      sum += log_gamma(sample.y[i] + theta) - log_gamma(theta) - log_gamma(sample.y[i] + 1) +
             theta * std::log(theta / (theta + m)) + sample.y[i] * std::log(m / (theta + m));
    }
    return sum;
  };
  const double a = fit.fit.coefficients[0];
  const double b = fit.fit.coefficients[1];
  const double best = likelihood(a, b, fit.theta);
  CHECK(best == doctest::Approx(fit.log_likelihood).epsilon(1e-13));
  for (const double step : {-1e-4, 1e-4}) {
    CHECK(likelihood(a + step, b, fit.theta) < best);
    CHECK(likelihood(a, b + step, fit.theta) < best);
    CHECK(likelihood(a, b, fit.theta * (1 + step)) < best);
  }
}

TEST_CASE("the groups' means are fitted exactly, weights are repetitions") {
  const Sample sample;
  const NegativeBinomial once = fit_negative_binomial({sample.x, sample.y}).value();
  const std::vector<double> two(12, 2);
  const NegativeBinomial twice = fit_negative_binomial({sample.x, sample.y, two}).value();

  CHECK(once.fit.fitted[0] == doctest::Approx(17.0 / 6).epsilon(1e-12));
  CHECK(once.fit.fitted[11] == doctest::Approx(43.0 / 6).epsilon(1e-12));
  CHECK(twice.theta == doctest::Approx(once.theta).epsilon(1e-10));
  CHECK(twice.theta_std_error * std::sqrt(2) ==
        doctest::Approx(once.theta_std_error).epsilon(1e-9));
}

TEST_CASE("counts that vary no more than Poisson's are refused") {
  const Sample sample;
  const std::vector<double> even = {2, 3, 2, 3, 2, 3, 6, 7, 6, 7, 6, 7};
  const auto refused = fit_negative_binomial({sample.x, even});
  REQUIRE(!refused);
  CHECK(refused.error().message.find("use poisson") != std::string::npos);
  const std::vector<double> negative = {2, 3, 2, 3, 2, 3, 6, -7, 6, 7, 6, 7};
  CHECK(fit_negative_binomial({sample.x, negative}).error().message.find("row 8") !=
        std::string::npos);
}

}  // namespace
}  // namespace kensho::stats
