#include "stats/survival/parametric_survival.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/survival/parametric_prediction.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

constexpr double infinity = std::numeric_limits<double>::infinity();

// ---- data sets --------------------------------------------------------------------------------

struct Sample {
  std::vector<double> lower;
  std::vector<double> upper;
  Matrix x;
  std::vector<std::string> names;

  ParametricData data() const { return {lower, upper, x, names}; }
};

/// A column of a data set; the part after "=" makes an indicator of it.
std::vector<double> term_values(const testing::Table& table, const std::string& term) {
  const auto equals = term.find('=');
  std::vector<double> values = testing::numbers(table, term.substr(0, equals));
  if (equals == std::string::npos) return values;
  for (double& value : values) value = value == std::stod(term.substr(equals + 1)) ? 1 : 0;
  return values;
}

struct Model {
  std::string data;
  std::string time;
  std::string status;
  double event_code;
  std::vector<std::string> terms;
};

Sample sample_of(const Model& model) {
  const auto table = testing::reference_data(model.data);
  std::vector<std::vector<double>> columns = {testing::numbers(table, model.time),
                                              testing::numbers(table, model.status)};
  for (const std::string& term : model.terms) columns.push_back(term_values(table, term));
  std::vector<std::vector<double>> kept;  // rows without a missing value
  for (std::size_t i = 0; i < columns[0].size(); ++i) {
    std::vector<double> row;
    for (const auto& column : columns) row.push_back(column[i]);
    if (std::ranges::none_of(row, [](double v) { return std::isnan(v); })) kept.push_back(row);
  }
  Sample sample{{}, {}, Matrix(kept.size(), 1 + model.terms.size()), {"(Intercept)"}};
  for (const std::string& term : model.terms) sample.names.push_back(term);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    sample.lower.push_back(kept[i][0]);
    sample.upper.push_back(kept[i][1] == model.event_code ? kept[i][0] : infinity);
    sample.x(i, 0) = 1;
    for (std::size_t j = 2; j < kept[i].size(); ++j) sample.x(i, j - 1) = kept[i][j];
  }
  return sample;
}

Model reference_model(const std::string& data) {
  if (data == "lung") return {data, "time", "status", 2, {"age", "sex", "ph.ecog"}};
  if (data == "veteran") return {data, "time", "status", 1, {"karno", "trt"}};
  if (data == "ovarian") return {data, "futime", "fustat", 1, {"age", "rx"}};
  return {data, "t2", "d3", 1, {"group=2", "group=3", "z1"}};
}

ParametricFamily family_of(std::string name) {
  if (name == "lognormal") name = "log_normal";
  if (name == "loglogistic") name = "log_logistic";
  return parametric_family(name).value();
}

const Json& expected_of(const std::string& id) {
  return testing::r_case("04_parametric", id);
}

void compare_matrix(Agreement& agreement, const Matrix& got, const Json& expected) {
  const Json& rows = expected.at("data");
  REQUIRE(rows.size() == got.rows());
  for (std::size_t i = 0; i < got.rows(); ++i) {
    for (std::size_t j = 0; j < got.columns(); ++j) agreement.compare(got(i, j), rows[i][j]);
  }
}

// ---- agreement with R -------------------------------------------------------------------------

TEST_CASE("coefficients, scales, covariances and likelihoods agree with R's survreg") {
  const std::string tool = "R survival 3.5-3 survreg (rel.tolerance 1e-13)";
  int cases = 0;
  for (const Json& entry : testing::r_cases("04_parametric")) {
    if (entry.at("method") != "survreg AFT") continue;
    const Json& expected = entry.at("expected");
    const std::string data = entry.at("spec").at("dataset");
    const std::string name = expected.at("dist");
    CAPTURE(data + " " + name);
    const Sample sample = sample_of(reference_model(data));
    const ParametricFit fit = fit_parametric(sample.data(), family_of(name)).value();

    Agreement coefficients;
    Agreement covariance;
    Agreement likelihood;
    const std::vector<std::string> order = expected.at("vcov_order");
    for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
      coefficients.compare(fit.coefficients[j], expected.at("coef").at(order[j]));
    }
    coefficients.compare(fit.scales[0], expected.at("scale"));
    compare_matrix(covariance, fit.covariance, expected.at("vcov"));
    likelihood.compare(fit.log_likelihood, expected.at("loglik"));
    likelihood.compare(fit.akaike(), expected.at("aic"));
    Sample alone = sample;
    alone.x = Matrix(sample.lower.size(), 1, std::vector<double>(sample.lower.size(), 1));
    likelihood.compare(fit_parametric(alone.data(), fit.family).value().log_likelihood,
                       expected.at("loglik_null"));
    CHECK(fit.parameters() == expected.at("df"));

    const std::string what = data + " " + name;
    verify({"parametric_survival", what, "coefficients, scale", tool, 11}, coefficients);
    verify({"parametric_survival", what, "covariance", tool, 10}, covariance);
    verify({"parametric_survival", what, "log-likelihood, AIC", tool, 13}, likelihood);
    ++cases;
  }
  CHECK(cases == 24);
}

TEST_CASE("quantiles, their errors and survival agree with R's predict.survreg") {
  const Json expected = expected_of("weibull-predict");
  const Sample sample = sample_of({"lung", "time", "status", 2, {"age", "sex"}});
  const ParametricFit fit = fit_parametric(sample.data(), ParametricFamily::weibull).value();
  const std::vector<std::vector<double>> rows = {{1, 50, 1}, {1, 70, 2}};
  Agreement quantiles;
  Agreement survival;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ParametricSubject subject{rows[i]};
    const auto got = predict_quantiles(fit, subject, std::vector{0.1, 0.5, 0.9}).value();
    for (std::size_t k = 0; k < got.size(); ++k) {
      quantiles.compare(got[k].time, expected.at("quantile").at("data")[i][k]);
      quantiles.compare(got[k].std_error, expected.at("se").at("data")[i][k]);
    }
    const auto alive = predict_survival(fit, subject, std::vector{365.0}).value();
    survival.compare(alive[0].survival, expected.at("surv_at_365")[i]);
  }
  survival.compare(fit.log_likelihood, expected.at("loglik")[1]);
  const std::string tool = "R survival 3.5-3 predict.survreg";
  verify({"parametric_survival", "lung", "quantiles and errors", tool, 12}, quantiles);
  verify({"parametric_survival", "lung", "survival at a time", tool, 13}, survival);
}

TEST_CASE("a scale for each stratum agrees with R's survreg") {
  const Json expected = expected_of("weibull-strata");
  const Sample sample = sample_of({"lung", "time", "status", 2, {"age", "sex"}});
  std::vector<int> stratum;
  for (const double sex : sample.x.column(2)) stratum.push_back(int(sex));
  ParametricData data = sample.data();
  data.stratum = stratum;

  const ParametricFit fit = fit_parametric(data, ParametricFamily::weibull).value();

  Agreement agreement;
  const std::vector<std::string> order = {"(Intercept)", "age", "sex"};
  for (std::size_t j = 0; j < 3; ++j) {
    agreement.compare(fit.coefficients[j], expected.at("coef").at(order[j]));
  }
  agreement.compare(fit.scales[0], expected.at("scale").at("sex=1"));
  agreement.compare(fit.scales[1], expected.at("scale").at("sex=2"));
  agreement.compare(fit.log_likelihood, expected.at("loglik"));
  compare_matrix(agreement, fit.covariance, expected.at("vcov"));
  CHECK(fit.strata == std::vector<int>{1, 2});
  verify({"parametric_survival", "lung", "scale by stratum: estimates and covariance",
          "R survival 3.5-3 survreg", 11},
         agreement);
}

Sample interval_censored_lung() {
  Sample sample = sample_of({"lung", "time", "status", 2, {"sex", "age"}});
  for (std::size_t i = 0; i < sample.lower.size(); ++i) {
    if (std::isinf(sample.upper[i])) continue;
    sample.lower[i] = std::floor(sample.lower[i] / 90) * 90;
    sample.upper[i] = sample.lower[i] + 90;
  }
  return sample;
}

TEST_CASE("interval- and left-censored times agree with R's survreg") {
  const Json expected = expected_of("weibull-interval");
  const ParametricFit fit =
      fit_parametric(interval_censored_lung().data(), ParametricFamily::weibull).value();
  Agreement agreement;
  for (std::size_t j = 0; j < 3; ++j) {
    agreement.compare(fit.coefficients[j], expected.at("coef")[j]);
  }
  agreement.compare(fit.scales[0], expected.at("scale"));
  agreement.compare(fit.log_likelihood, expected.at("loglik")[1]);
  compare_matrix(agreement, fit.covariance, expected.at("vcov"));
  verify({"parametric_survival", "lung in 90-day intervals", "estimates and covariance",
          "R survival 3.5-3 survreg", 10},
         agreement);
}

TEST_CASE("gamma laws agree with a likelihood maximised in R") {
  const Json file =
      testing::read_reference(testing::reference_path("survival/parametric_gamma.json"));
  for (const Json& entry : file.at("fits")) {
    const std::string data = entry.at("data");
    const Sample sample = data == "lung" ? sample_of({"lung", "time", "status", 2, {"age", "sex"}})
                                         : sample_of({data, "t2", "d3", 1, {"z1"}});
    for (const std::string name : {"generalised_gamma", "gamma"}) {
      CAPTURE(data + " " + name);
      const Json& expected = entry.at(name);
      const ParametricFit fit = fit_parametric(sample.data(), family_of(name)).value();
      std::vector<double> parameters = fit.coefficients;
      parameters.push_back(std::log(fit.scales[0]));
      if (fit.shape) parameters.push_back(*fit.shape);
      Agreement estimates;
      Agreement variances;
      REQUIRE(parameters.size() == expected.at("parameters").size());
      for (std::size_t j = 0; j < parameters.size(); ++j) {
        estimates.compare(parameters[j], expected.at("parameters")[j]);
        variances.compare(fit.covariance(j, j), expected.at("covariance_diagonal")[j]);
      }
      Agreement likelihood;
      likelihood.compare(fit.log_likelihood, expected.at("log_likelihood"));
      const std::string tool = "R optim and numDeriv on pgamma (differences: 1e-7)";
      verify({"parametric_survival", data + " " + name, "estimates", tool, 8}, estimates);
      verify({"parametric_survival", data + " " + name, "variances", tool, 7}, variances);
      verify({"parametric_survival", data + " " + name, "log-likelihood", tool, 13}, likelihood);
    }
  }
}

}  // namespace
}  // namespace kensho::stats
