#include "stats/regression/linear_model.h"

#include <limits>

#include "stats/dist/distributions.h"
#include "stats/testing/regression_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::DesignColumns;
using testing::Json;

struct Sample {
  DesignColumns design;
  std::vector<double> y;
};

std::vector<double> product(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> values = a;
  for (std::size_t i = 0; i < a.size(); ++i) values[i] *= b[i];
  return values;
}

Sample anorexia(bool interaction) {
  const auto table = testing::reference_data("anorexia");
  const auto before = testing::numbers(table, "Prewt");
  Sample sample{DesignColumns(before.size()), testing::numbers(table, "Postwt")};
  sample.design.add_factor("Treat", table.at("Treat"), "CBT").add("Prewt", before);
  if (!interaction) return sample;
  const Matrix x = sample.design.matrix();
  for (const std::size_t j : {1U, 2U}) {
    const std::vector<double> member(x.column(j).begin(), x.column(j).end());
    sample.design.add(sample.design.names()[j] + ":Prewt", product(member, before));
  }
  return sample;
}

Sample cell_dose() {
  const auto all = testing::reference_data("cytomegalovirus_hsct");
  const auto table = testing::rows_where(all, [&](std::size_t i) {
    return !all.at("CD34.dose")[i].empty() && !all.at("TNC.dose")[i].empty();
  });
  std::vector<double> y = testing::numbers(table, "CD34.dose");
  for (double& value : y) value = std::log(value);
  Sample sample{DesignColumns(y.size()), y};
  for (const char* name : {"age", "sex", "TNC.dose"}) {
    sample.design.add(name, testing::numbers(table, name));
  }
  return sample;
}

void compare_tests(Agreement& agreement, const LinearModel& model,
                   const std::vector<std::string>& names, const Json& expected) {
  const auto errors = testing::standard_errors(model.covariance);
  const double t95 = student_t_quantile(0.975, model.degrees_of_freedom);
  for (std::size_t j = 0; j < names.size(); ++j) {
    const double estimate = model.fit.coefficients[j];
    const double t = estimate / errors[j];
    agreement.compare(t, expected.at("t").at(names[j]));
    agreement.compare(student_t_two_sided(t, model.degrees_of_freedom),
                      expected.at("p").at(names[j]));
    const auto limits = testing::named_row(expected.at("ci95"), names[j]);
    agreement.compare(estimate - t95 * errors[j], limits[0]);
    agreement.compare(estimate + t95 * errors[j], limits[1]);
  }
  agreement.compare(model.f.value().statistic, expected.at("f").at("value"));
}

void compare_summary(Agreement& agreement, const LinearModel& model, const Json& expected) {
  agreement.compare(model.sigma, expected.at("sigma"));
  agreement.compare(model.degrees_of_freedom, expected.at("df_residual"));
  agreement.compare(model.r_squared, expected.at("r2"));
  agreement.compare(model.adjusted_r_squared, expected.at("adj_r2"));
  agreement.compare(model.log_likelihood, expected.at("loglik"));
  agreement.compare(model.aic, expected.at("aic"));
  agreement.compare(model.bic, expected.at("bic"));
}

void compare_robust(Agreement& agreement, const LinearModel& model, const Sample& sample,
                    const Json& expected) {
  const std::vector<std::pair<RobustKind, std::string>> kinds = {{RobustKind::hc0, "HC0"},
                                                                 {RobustKind::hc1, "HC1"},
                                                                 {RobustKind::hc2, "HC2"},
                                                                 {RobustKind::hc3, "HC3"}};
  for (const auto& [kind, name] : kinds) {
    const auto covariance = robust_covariance(model, sample.design.matrix(), kind).value();
    testing::compare_named(agreement, sample.design.names(), testing::standard_errors(covariance),
                           expected.at("hc").at(name));
  }
}

void check_against_lm(const std::string& id, const Sample& sample) {
  const Json expected = testing::r_case("05_regression", id);
  const auto names = sample.design.names();
  const auto fit = linear_model(sample.design.matrix(), sample.y, {}, names);
  REQUIRE_MESSAGE(fit, fit.error().message);
  Agreement estimates;
  Agreement tests;
  Agreement summary;
  Agreement robust;
  testing::compare_named(estimates, names, (*fit).fit.coefficients, expected.at("coef"));
  testing::compare_matrix(estimates, names, (*fit).covariance, expected.at("vcov"));
  compare_tests(tests, *fit, names, expected);
  compare_summary(summary, *fit, expected);
  compare_robust(robust, *fit, sample, expected);
  const std::string r = "R 4.2.2 lm";
  testing::verify({"linear_model", id, "coefficients and covariance", r, 11}, estimates);
  testing::verify({"linear_model", id, "t, p, intervals, F", r, 11}, tests);
  testing::verify({"linear_model", id, "sigma, R squared, likelihood", r, 12}, summary);
  testing::verify({"linear_model", id, "HC0 to HC3", "R sandwich 3.0-2 vcovHC", 11}, robust);
}

TEST_CASE("linear models agree with R's lm and sandwich") {
  check_against_lm("lm-anorexia-ancova", anorexia(false));
  check_against_lm("lm-interaction", anorexia(true));
  check_against_lm("lm-cytomegalovirus", cell_dose());
}

TEST_CASE("leverages, Cook's distances and studentised residuals agree with R's") {
  const Sample sample = anorexia(true);
  const Json expected = testing::r_case("05_regression", "lm-interaction");

  const auto rows = influence(linear_model(sample.design.matrix(), sample.y).value());

  Agreement agreement;
  for (std::size_t i = 0; i < 10; ++i) {
    agreement.compare(rows[i].leverage, expected.at("hat_first10")[i]);
    agreement.compare(rows[i].cooks_distance.value(), expected.at("cooks_first10")[i]);
    agreement.compare(rows[i].studentised_residual.value(), expected.at("rstudent_first10")[i]);
  }
  testing::verify({"linear_model", "lm-interaction", "influence", "R 4.2.2", 10}, agreement);
}

TEST_CASE("weighted least squares agree with R's lm") {
  const Sample sample = anorexia(false);
  const Json expected = testing::r_case("05_regression", "lm-weighted");
  const Matrix x = sample.design.matrix();
  std::vector<double> weight(x.column(3).begin(), x.column(3).end());
  for (double& w : weight) w /= 80;

  const LinearModel model = linear_model(x, sample.y, weight).value();

  Agreement agreement;
  const auto names = sample.design.names();
  testing::compare_named(agreement, names, model.fit.coefficients, expected.at("coef"));
  testing::compare_named(agreement, names, testing::standard_errors(model.covariance),
                         expected.at("se"));
  testing::compare_matrix(agreement, names, model.covariance, expected.at("vcov"));
  agreement.compare(model.sigma, expected.at("sigma"));
  agreement.compare(model.r_squared, expected.at("r2"));
  testing::verify({"linear_model", "lm-weighted", "weighted fit", "R 4.2.2 lm", 11}, agreement);
}

// ---- properties -------------------------------------------------------------------------------

const Matrix five(5, 2, {1, 1, 1, 1, 1, 1, 2, 4, 7, 11});
const std::vector<double> outcome = {2, 1, 5, 4, 9};

TEST_CASE("a row of weight 0 is a row left out, in every number") {
  const Matrix six(6, 2, {1, 1, 1, 1, 1, 1, 1, 2, 4, 7, 11, 100});
  std::vector<double> y = outcome;
  y.push_back(-50);

  const auto whole = linear_model(five, outcome, std::vector<double>{1, 2, 1, 3, 1}).value();
  const auto padded = linear_model(six, y, std::vector<double>{1, 2, 1, 3, 1, 0}).value();

  CHECK(padded.rows == 5);
  CHECK(padded.sigma == doctest::Approx(whole.sigma).epsilon(1e-14));
  CHECK(padded.aic == doctest::Approx(whole.aic).epsilon(1e-14));
  CHECK(padded.r_squared == doctest::Approx(whole.r_squared).epsilon(1e-14));
  for (const auto kind : {RobustKind::hc1, RobustKind::hc3}) {
    const auto a = robust_covariance(whole, five, kind).value();
    const auto b = robust_covariance(padded, six, kind).value();
    CHECK(b(1, 1) == doctest::Approx(a(1, 1)).epsilon(1e-13));
  }
}

TEST_CASE("every row a cluster of its own is HC0, doubled rows in one cluster keep the sandwich") {
  const auto model = linear_model(five, outcome).value();
  const std::vector<int> own = {7, 3, 5, 1, 9};
  const auto hc0 = robust_covariance(model, five, RobustKind::hc0).value();
  const auto single = clustered_covariance(model, five, own, ClusterFactor::none).value();
  const Matrix ten(10, 2, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 7, 11, 1, 2, 4, 7, 11});
  const std::vector<double> y = {2, 1, 5, 4, 9, 2, 1, 5, 4, 9};
  const std::vector<int> pairs = {7, 3, 5, 1, 9, 7, 3, 5, 1, 9};
  const auto doubled =
      clustered_covariance(linear_model(ten, y).value(), ten, pairs, ClusterFactor::none);

  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      CHECK(single(i, j) == doctest::Approx(hc0(i, j)).epsilon(1e-13));
      CHECK(doubled.value()(i, j) == doctest::Approx(hc0(i, j)).epsilon(1e-12));
    }
  }
}

TEST_CASE("a prediction at a row of the design has the variance of its leverage") {
  const auto model = linear_model(five, outcome).value();
  const auto predictions = predict(model, five, 0.9).value();

  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(predictions[i].estimate ==
          doctest::Approx(outcome[i] - model.fit.residuals[i]).epsilon(1e-13));
    CHECK(predictions[i].std_error ==
          doctest::Approx(model.sigma * std::sqrt(model.fit.leverages[i])).epsilon(1e-13));
    CHECK(predictions[i].observation.upper > predictions[i].mean.upper);
  }
}

// ---- refusals ---------------------------------------------------------------------------------

TEST_CASE("what a linear model cannot bear is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Matrix one(3, 1, {1, 1, 1});
  CHECK(linear_model(one, std::vector<double>{2, 2, 2}).error().message.find("constant") !=
        std::string::npos);
  CHECK(!linear_model(one, std::vector<double>{2, nan, 2}));
  CHECK(linear_model(Matrix(2, 2, {1, 1, 0, 1}), std::vector<double>{2, 3})
            .error()
            .message.find("2 rows for 2 coefficients") != std::string::npos);
  const Matrix lonely(4, 2, {1, 1, 1, 1, 0, 0, 0, 1});
  const auto model = linear_model(lonely, std::vector<double>{1, 2, 4, 9}).value();
  CHECK(robust_covariance(model, lonely, RobustKind::hc3).error().message.find("row 4") !=
        std::string::npos);
  CHECK(!influence(model)[3].cooks_distance);
  CHECK(!clustered_covariance(model, lonely, std::vector<int>{1, 1, 1, 1}, ClusterFactor::none));
  CHECK(!predict(model, lonely, 1));
}

}  // namespace
}  // namespace kensho::stats
