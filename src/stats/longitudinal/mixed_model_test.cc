#include "stats/longitudinal/mixed_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/testing/longitudinal_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::DesignColumns;
using testing::Json;

constexpr const char* own_reml = "REML by Fisher scoring in R to 1e-13 (reml_lib.R)";

/// A sample and what has a slope of its own.
struct Sample {
  Matrix x;
  std::vector<double> y;
  std::vector<int> subject;
  std::vector<double> slope;
};

Result<MixedModel> fit(const Sample& sample, const MarginalOptions& options = {}) {
  return fit_mixed_model({sample.x, sample.y, sample.subject, sample.slope, {}}, options);
}

Json expected_of(const std::string& id) {
  return testing::r_case("06_longitudinal", id);
}

Sample sleep_study() {
  const testing::Table table = testing::reference_data("sleepstudy");
  const DesignColumns days = {testing::numbers(table, "Days")};
  return {testing::bind_columns({testing::intercept(days[0].size()), days}),
          testing::numbers(table, "Reaction"), testing::codes(table, "Subject"), days[0]};
}

Sample heart_valves() {
  const testing::Table all = testing::reference_data("heart_valve");
  const auto outcome = testing::numbers(all, "log.grad");
  const testing::Table table =
      testing::rows_where(all, [&](std::size_t row) { return !std::isnan(outcome[row]); });
  const DesignColumns time = {testing::numbers(table, "time")};
  const DesignColumns valve = testing::dummies(table.at("hs"));
  return {testing::bind_columns(
              {testing::intercept(time[0].size()), time, valve, testing::products(time, valve)}),
          testing::numbers(table, "log.grad"), testing::codes(table, "num"), time[0]};
}

Sample rats() {
  const testing::Table table = testing::reference_data("bodyweight_rat");
  const DesignColumns time = {testing::numbers(table, "Time")};
  const DesignColumns diet = testing::dummies(table.at("Diet"));
  return {testing::bind_columns(
              {testing::intercept(time[0].size()), time, diet, testing::products(time, diet)}),
          testing::numbers(table, "weight"),
          testing::codes(table, "Rat"),
          {}};
}

/// Parameters in our order against the names of the reference.
void compare(const Sample& sample, const Json& expected, const std::vector<std::string>& theta,
             const std::string& data_set) {
  const auto first = fit(sample);
  REQUIRE_MESSAGE(first, (first ? "" : first.error().message));
  const MixedModel by_expected =
      fit(sample, {.kenward_roger = KenwardRoger::linear, .expected_information = true}).value();
  const MixedModel by_observed = fit(sample, {.kenward_roger = KenwardRoger::linear}).value();
  Agreement estimates;
  Agreement contrasts;
  Agreement adjusted;
  for (std::size_t j = 0; j < theta.size(); ++j) {
    estimates.compare(by_observed.fit.parameters[j], expected.at("theta").at(theta[j]));
  }
  estimates.compare(by_observed.fit.log_likelihood, expected.at("loglik"));
  const Json& l = expected.at("contrast_matrix");
  for (std::size_t row = 0; row < l.at("data").size(); ++row) {
    const auto weights = testing::row_of(l, row);
    const auto want = testing::row_of(expected.at("satterthwaite_observed_info"), row);
    const ContrastEstimate got = satterthwaite_contrast(by_observed.fit, weights);
    estimates.compare(got.estimate, want[0]);
    estimates.compare(got.std_error, want[1]);
    contrasts.compare(got.degrees_of_freedom, want[2]);
    const auto want_expected = testing::row_of(expected.at("kr_expected_info"), row);
    const auto want_observed = testing::row_of(expected.at("kr_observed_info"), row);
    const auto got_expected = kenward_roger_contrast(by_expected.fit, weights).value();
    const auto got_observed = kenward_roger_contrast(by_observed.fit, weights).value();
    adjusted.compare(got_expected.std_error, want_expected[1]);
    adjusted.compare(got_expected.degrees_of_freedom, want_expected[2]);
    adjusted.compare(got_observed.std_error, want_observed[1]);
    contrasts.compare(got_observed.degrees_of_freedom, want_observed[2]);
  }
  testing::verify({"mixed_model", data_set, "parameters, coefficients, se", own_reml, 8},
                  estimates);
  testing::verify(
      {"mixed_model", data_set, "Satterthwaite df (numeric Hessian there)", own_reml, 7},
      contrasts);
  testing::verify({"mixed_model", data_set, "Kenward-Roger se and df", own_reml, 8}, adjusted);
}

const std::vector<std::string> slope_names = {"var_int", "cov", "var_slope", "resid"};

TEST_CASE("the sleep study's random slopes agree with REML and ML, predictions as well") {
  const Json expected = expected_of("lmm-sleepstudy");

  compare(sleep_study(), expected, slope_names, "sleepstudy");

  const MixedModel reml = fit(sleep_study()).value();
  Agreement predictions;
  for (std::size_t i = 0; i < 18; ++i) {
    const auto want = testing::row_of(expected.at("blup"), i);
    predictions.compare(reml.effects[i].intercept, want[0]);
    predictions.compare(reml.effects[i].slope, want[1]);
  }
  testing::verify({"mixed_model", "sleepstudy", "predicted random effects", own_reml, 8},
                  predictions);
  const MixedModel ml = fit(sleep_study(), {.criterion = Criterion::ml}).value();
  Agreement by_ml;
  for (std::size_t j = 0; j < 4; ++j) {
    by_ml.compare(ml.fit.parameters[j], expected.at("ml").at("theta").at(slope_names[j]));
  }
  by_ml.compare(ml.fit.log_likelihood, expected.at("ml").at("loglik"));
  by_ml.compare(std::sqrt(ml.fit.covariance(1, 1)), expected.at("ml").at("se").at("Days"));
  testing::verify({"mixed_model", "sleepstudy", "ML", own_reml, 8}, by_ml);
  // Bates et al. 2015, J. Stat. Softw. 67(1): REML criterion 1743.6, standard
  // deviations 24.741, 5.922, 25.592, correlation 0.066
  CHECK(std::abs(reml.deviance - 1743.6) < 0.05);
  CHECK(std::abs(std::sqrt(reml.random.intercept_variance) - 24.741) < 1e-3);
  CHECK(std::abs(std::sqrt(reml.random.slope_variance) - 5.922) < 5e-4);
  CHECK(std::abs(std::sqrt(reml.random.residual_variance) - 25.592) < 5e-4);
}

TEST_CASE("orthodontic random slopes agree with REML and lmer") {
  const testing::LongitudinalSample sample = testing::orthodont_sample();
  std::vector<double> age(sample.x.column(2).begin(), sample.x.column(2).end());
  const Sample slopes{sample.x, sample.y, sample.subject, age};
  const Json expected = expected_of("lmm-orthodont-slope");

  compare(slopes, expected, slope_names, "orthodont");

  const MixedModel model = fit(slopes).value();
  const std::vector<std::string> names = {"(Intercept)", "SexMale", "age", "SexMale:age"};
  Agreement lmer;
  for (std::size_t j = 0; j < 4; ++j) {
    lmer.compare(model.fit.coefficients[j], expected.at("lmer").at("coef").at(names[j]));
  }
  lmer.compare(model.fit.log_likelihood, expected.at("lmer").at("loglik"));
  testing::verify({"mixed_model", "orthodont", "coefficients, log-likelihood",
                   "R lme4 1.1-31 lmer (stops early)", 6},
                  lmer);
}

TEST_CASE("heart valves at irregular times agree with REML") {
  compare(heart_valves(), expected_of("lmm-heartvalve"), slope_names, "heart_valve");
}

TEST_CASE("rats with a random intercept agree with REML") {
  const Json expected = expected_of("lmm-random-intercept");

  compare(rats(), expected, {"var_rat", "resid"}, "bodyweight_rat");

  const MixedModel model = fit(rats()).value();
  Agreement rest;
  rest.compare(model.intraclass_correlation.value(), expected.at("icc"));
  rest.compare(model.log_likelihood_without, expected.at("loglik_reml_no_random"));
  testing::verify(
      {"mixed_model", "bodyweight_rat", "intraclass correlation, null likelihood", own_reml, 10},
      rest);
}

TEST_CASE("a balanced random intercept is the analysis of variance") {
  Rng rng(3, 1);
  constexpr std::size_t subjects = 15;
  constexpr std::size_t rows = 4;
  Sample sample{Matrix(subjects * rows, 1), {}, {}, {}};
  std::vector<double> means;
  double within = 0;
  for (std::size_t i = 0; i < subjects; ++i) {
    const double own = 5 * rng.normal();
    double sum = 0;
    for (std::size_t k = 0; k < rows; ++k) {
      sample.x(i * rows + k, 0) = 1;
      sample.y.push_back(own + rng.normal());
      sample.subject.push_back(static_cast<int>(i));
      sum += sample.y.back();
    }
    means.push_back(sum / rows);
    for (std::size_t k = 0; k < rows; ++k) {
      within += std::pow(sample.y[i * rows + k] - means.back(), 2);
    }
  }
  within /= subjects * (rows - 1);
  const double mean = std::accumulate(means.begin(), means.end(), 0.0) / subjects;
  double between = 0;
  for (const double own : means) between += rows * std::pow(own - mean, 2) / (subjects - 1);

  const MixedModel model = fit(sample).value();

  Agreement agreement;
  agreement.compare(model.random.residual_variance, within);
  agreement.compare(model.random.intercept_variance, (between - within) / rows);
  agreement.compare(model.fit.coefficients[0], mean);
  agreement.compare(model.fit.covariance(0, 0), between / (subjects * rows));
  const std::vector<double> l = {1};
  agreement.compare(satterthwaite_contrast(model.fit, l).degrees_of_freedom, subjects - 1);
  testing::verify({"mixed_model", "balanced one-way", "variances, mean, df",
                   "analysis of variance (closed form)", 9},
                  agreement);
}

TEST_CASE("the origin and unit of time and the order of rows do not matter") {
  const Sample sample = sleep_study();
  Sample moved = sample;
  for (double& t : moved.slope) t = 24 * (t + 20000);
  std::ranges::copy(moved.slope, moved.x.column(1).begin());
  Sample turned = sample;
  std::ranges::reverse(turned.y);
  std::ranges::reverse(turned.subject);
  std::ranges::reverse(turned.slope);
  std::ranges::reverse(turned.x.column(1));

  const MixedModel before = fit(sample).value();
  const MixedModel after = fit(moved).value();
  const MixedModel backward = fit(turned).value();

  CHECK(backward.fit.coefficients == before.fit.coefficients);
  CHECK(backward.fit.parameters == before.fit.parameters);
  CHECK(testing::difference(24 * after.fit.coefficients[1], before.fit.coefficients[1]) < 1e-7);
  CHECK(testing::difference(576 * after.random.slope_variance, before.random.slope_variance) <
        1e-7);
  const std::vector<double> l = {0, 1};
  CHECK(testing::difference(satterthwaite_contrast(after.fit, l).degrees_of_freedom, 17) < 1e-6);
}

TEST_CASE("a mixed model says why it cannot be fitted") {
  const auto refusal = [](const Sample& sample) {
    const auto model = fit(sample);
    REQUIRE_FALSE(model);
    return model.error().message;
  };
  Sample alone = sleep_study();
  std::iota(alone.subject.begin(), alone.subject.end(), 0);
  CHECK(refusal(alone).find("more rows") != std::string::npos);
  Sample constant = sleep_study();
  std::ranges::fill(constant.slope, 2.0);
  CHECK(refusal(constant).find("constant") != std::string::npos);
  Sample missing = sleep_study();
  missing.y[4] = std::numeric_limits<double>::quiet_NaN();
  CHECK(refusal(missing).find("finite") != std::string::npos);
  Sample collinear = sleep_study();
  std::ranges::fill(collinear.x.column(1), 4.0);
  CHECK(refusal(collinear).find("determined") != std::string::npos);
  Sample short_of_rows = sleep_study();
  short_of_rows.y.pop_back();
  CHECK(refusal(short_of_rows).find("as many") != std::string::npos);
}

TEST_CASE("subjects that are more alike than chance are refused, with the variance") {
  Sample sample{Matrix(40, 1), {}, {}, {}};
  for (std::size_t i = 0; i < 40; ++i) {  // the means of subjects hardly differ
    sample.x(i, 0) = 1;
    sample.subject.push_back(static_cast<int>(i / 2));
    sample.y.push_back((i % 2 == 0 ? 1.0 : -1.0) * (1 + static_cast<double>(i / 2)) +
                       static_cast<double>(i % 7));
  }

  const auto model = fit(sample);

  REQUIRE_FALSE(model);
  CHECK_MESSAGE(model.error().message.find("intercept variance -") != std::string::npos,
                model.error().message);
}

}  // namespace
}  // namespace kensho::stats
