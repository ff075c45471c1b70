// Meta-analysis against R metafor: every case of tests/reference/r/10_meta.json.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "stats/meta/effect_size.h"
#include "stats/meta/mantel_haenszel.h"
#include "stats/meta/meta_regression.h"
#include "stats/meta/random_effects.h"
#include "stats/meta/small_study_effects.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::numbers;

const std::string METAFOR = "R metafor 3.8-1";

const Json& expected(const std::string& id) {
  return testing::r_case("10_meta", id);
}

std::vector<ExposureTable> bcg_tables() {
  const auto table = testing::reference_data("dat_bcg");
  const auto a = numbers(table, "tpos"), b = numbers(table, "tneg");
  const auto c = numbers(table, "cpos"), d = numbers(table, "cneg");
  std::vector<ExposureTable> studies;
  for (std::size_t i = 0; i < a.size(); ++i) studies.push_back({a[i], b[i], c[i], d[i]});
  return studies;
}

std::vector<StudyEffect> bcg_effects(BinaryMeasure measure = BinaryMeasure::log_risk_ratio) {
  return binary_effects(bcg_tables(), measure).value();
}

std::vector<TwoMeans> normand() {
  const auto table = testing::reference_data("dat_normand1999");
  const auto n1 = numbers(table, "n1i"), m1 = numbers(table, "m1i"), s1 = numbers(table, "sd1i");
  const auto n2 = numbers(table, "n2i"), m2 = numbers(table, "m2i"), s2 = numbers(table, "sd2i");
  std::vector<TwoMeans> studies;
  for (std::size_t i = 0; i < n1.size(); ++i) {
    studies.push_back({{m1[i], s1[i], n1[i]}, {m2[i], s2[i], n2[i]}});
  }
  return studies;
}

std::vector<EventCount> counts(const std::string& name, const std::string& events,
                               const std::string& subjects) {
  const auto table = testing::reference_data(name);
  const auto x = numbers(table, events), n = numbers(table, subjects);
  std::vector<EventCount> studies;
  for (std::size_t i = 0; i < x.size(); ++i) studies.push_back({x[i], n[i]});
  return studies;
}

// What a fit is compared in: closed forms and iterated ones apart.
struct Agreements {
  Agreement effects;
  Agreement estimates;
};

void compare(Agreement& agreement, double got, const Json& reference) {
  REQUIRE(reference.is_number());
  agreement.compare(got, reference);
}

void compare_effects(Agreement& agreement, const std::vector<StudyEffect>& studies,
                     const Json& reference) {
  REQUIRE(studies.size() == reference.at("yi").size());
  for (std::size_t i = 0; i < studies.size(); ++i) {
    compare(agreement, studies[i].effect, reference["yi"][i]);
    compare(agreement, studies[i].variance, reference["vi"][i]);
  }
}

// R's root finder stops 1e-4 from tau^2, and nowhere above a cap; metafor_tight.json holds the
// digits.
constexpr double ROOT_SLACK = 1.3e-4;

void check_tau_interval(const std::vector<StudyEffect>& studies, const Json& reference) {
  if (reference.is_null()) return;
  const double lower = reference.at("data")[0][1];
  const double upper = reference.at("data")[0][2];
  const Interval interval = tau_squared_interval(studies, 0.95).value();
  const bool is_capped = upper < interval.upper - 1;
  CHECK((is_capped || std::abs(interval.upper - upper) < ROOT_SLACK));
  CHECK((lower == upper || std::abs(interval.lower - lower) < ROOT_SLACK));
}

void compare_pooled(Agreements& agreements, const std::vector<StudyEffect>& studies,
                    const PoolingChoice& choice, const Json& reference) {
  const PooledEffect effect = pooled_effect(studies, choice).value();
  Agreement& a = agreements.estimates;
  compare(a, effect.estimate, reference.at("beta"));
  compare(a, effect.std_error, reference.at("se"));
  compare(a, effect.statistic, reference.at("zval"));
  compare(a, effect.p_value, reference.at("pval"));
  compare(a, effect.interval.lower, reference.at("ci_lb"));
  compare(a, effect.interval.upper, reference.at("ci_ub"));
  const Heterogeneity& h = effect.heterogeneity;
  compare(a, h.tau_squared.estimate, reference.at("tau2"));
  compare(a, 100 * h.i_squared, reference.at("I2"));
  compare(a, h.h_squared, reference.at("H2"));
  compare(a, h.q, reference.at("QE"));
  compare(a, h.p_value, reference.at("QEp"));
  compare(a, effect.log_likelihood, reference.at("logLik"));
  CHECK(h.tau_squared.std_error.has_value() == !reference.at("se_tau2").is_null());
  if (h.tau_squared.std_error) compare(a, *h.tau_squared.std_error, reference["se_tau2"]);
  CHECK(effect.prediction.has_value() == !reference.at("pi_lb").is_null());
  if (effect.prediction) {
    compare(a, effect.prediction->lower, reference["pi_lb"]);
    compare(a, effect.prediction->upper, reference["pi_ub"]);
  }
  check_tau_interval(studies, reference.at("tau2_I2_ci"));
}

const std::vector<std::pair<std::string, PoolingChoice>>& every_choice() {
  using enum TauEstimator;
  constexpr auto HK = SmallSampleTest::knapp_hartung;
  static const std::vector<std::pair<std::string, PoolingChoice>> choices = {
      {"FE", {.estimator = equal}},
      {"DL", {.estimator = der_simonian_laird}},
      {"REML", {.estimator = restricted_likelihood}},
      {"ML", {.estimator = maximum_likelihood}},
      {"PM", {.estimator = paule_mandel}},
      {"HE", {.estimator = hedges}},
      {"SJ", {.estimator = sidik_jonkman}},
      {"EB", {.estimator = paule_mandel}},
      {"HS", {.estimator = hunter_schmidt}},
      {"DL_HK", {.estimator = der_simonian_laird, .test = HK}},
      {"REML_HK", {.estimator = restricted_likelihood, .test = HK}}};
  return choices;
}

void compare_every_choice(Agreements& agreements, const std::vector<StudyEffect>& studies,
                          const Json& reference) {
  for (const auto& [name, choice] : every_choice()) {
    CAPTURE(name);
    if (name == "PM") {
      const double tau = pooled_effect(studies, choice).value().heterogeneity.tau_squared.estimate;
      CHECK(std::abs(tau - reference.at(name).at("tau2").get<double>()) < ROOT_SLACK);
    } else {
      compare_pooled(agreements, studies, choice, reference.at(name));
    }
  }
}

void report(const std::string& data_set, const Agreements& agreements, double digits) {
  if (agreements.effects.count() > 0) {
    testing::verify(
        {"meta_analysis", data_set, "effect sizes and their variances", METAFOR + " escalc", 12},
        agreements.effects);
  }
  testing::verify(
      {"meta_analysis", data_set, "estimates, errors, tests, intervals, heterogeneity, prediction",
       METAFOR + " rma", digits},
      agreements.estimates);
}

TEST_CASE("Paule-Mandel fits and Q-profile intervals agree with metafor's, its roots tightened") {
  const Json file = testing::read_reference(testing::reference_path("meta/metafor_tight.json"));
  Agreement fits;
  Agreement intervals;
  for (const auto& [name, r] : file.at("cases").items()) {
    CAPTURE(name);
    std::vector<StudyEffect> studies;
    for (std::size_t i = 0; i < r.at("yi").size(); ++i) {
      studies.push_back({r["yi"][i], r["vi"][i]});
    }
    const auto effect = pooled_effect(studies, {.estimator = TauEstimator::paule_mandel}).value();
    fits.compare(effect.estimate, r.at("beta"));
    fits.compare(effect.std_error, r.at("se"));
    fits.compare(effect.heterogeneity.tau_squared.estimate, r.at("tau2"));
    fits.compare(*effect.heterogeneity.tau_squared.std_error, r.at("se_tau2"));
    fits.compare(100 * effect.heterogeneity.i_squared, r.at("i2"));
    const Interval tau = tau_squared_interval(studies, 0.95).value();
    intervals.compare(tau.lower, r.at("tau2_lower"));
    intervals.compare(tau.upper, r.at("tau2_upper"));
    intervals.compare(100 * i_squared_of(studies, tau.lower), r.at("i2_lower"));
    intervals.compare(100 * i_squared_of(studies, tau.upper), r.at("i2_upper"));
    intervals.compare(h_squared_of(studies, tau.lower), r.at("h2_lower"));
    intervals.compare(h_squared_of(studies, tau.upper), r.at("h2_upper"));
  }
  testing::verify({"meta_analysis", "7 sets of effects", "Paule-Mandel fits",
                   METAFOR + " rma, tol = 1e-15", 10},
                  fits);
  testing::verify({"meta_analysis", "7 sets of effects", "Q-profile intervals of tau^2, I^2, H^2",
                   METAFOR + " confint, tol = 1e-15", 10},
                  intervals);
}

TEST_CASE("log risk ratios of the BCG trials agree with metafor for every estimator") {
  const Json reference = expected("bcg-rr");
  Agreements agreements;
  const auto studies = bcg_effects();
  compare_effects(agreements.effects, studies, reference);

  compare_every_choice(agreements, studies, reference);

  report("BCG log RR", agreements, 10);
}

TEST_CASE("odds ratios, risk differences, Peto and arcsine effects agree with metafor") {
  const Json reference = expected("bcg-or-rd");
  Agreements agreements;
  const std::vector<std::pair<std::string, BinaryMeasure>> measures = {
      {"OR", BinaryMeasure::log_odds_ratio},
      {"RD", BinaryMeasure::risk_difference},
      {"PETO", BinaryMeasure::peto_log_odds_ratio},
      {"AS", BinaryMeasure::arcsine_difference}};

  for (const auto& [name, measure] : measures) {
    CAPTURE(name);
    const auto studies = bcg_effects(measure);
    compare_effects(agreements.effects, studies, reference.at(name));
    compare_pooled(agreements, studies, {}, reference.at(name).at("REML"));
  }

  report("BCG OR, RD, Peto, arcsine", agreements, 10);
}

TEST_CASE("mean differences and Hedges' g agree with metafor for every estimator") {
  const Json reference = expected("normand-md");
  Agreements agreements;
  for (const auto& [name, measure] :
       {std::pair{"MD", MeanMeasure::difference}, std::pair{"SMD", MeanMeasure::standardised}}) {
    CAPTURE(name);
    const auto studies = mean_effects(normand(), measure).value();
    compare_effects(agreements.effects, studies, reference.at(name));
    compare_every_choice(agreements, studies, reference.at(name));
  }
  report("Normand stroke care", agreements, 10);
}

TEST_CASE("proportions on four scales agree with metafor") {
  const Json reference = expected("pritz-prop");
  Agreements agreements;
  const std::vector<std::pair<std::string, ProportionMeasure>> measures = {
      {"PLO", ProportionMeasure::logit},
      {"PFT", ProportionMeasure::double_arcsine},
      {"PAS", ProportionMeasure::arcsine},
      {"PR", ProportionMeasure::raw}};
  for (const auto& [name, measure] : measures) {
    CAPTURE(name);
    const auto studies = proportion_effects(counts("dat_pritz1997", "xi", "ni"), measure).value();
    compare_effects(agreements.effects, studies, reference.at(name));
    compare_pooled(agreements, studies, {}, reference.at(name));
  }
  report("Pritz proportions", agreements, 10);
}

TEST_CASE("historical controls agree with metafor for every estimator") {
  Agreements agreements;
  const auto studies =
      proportion_effects(counts("rbest_transplant", "r", "n"), ProportionMeasure::logit).value();
  compare_every_choice(agreements, studies, expected("rbest-transplant"));
  report("transplant controls", agreements, 10);
}

TEST_CASE("Mantel-Haenszel and Peto estimates agree with metafor") {
  const Json reference = expected("bcg-mh");
  Agreement agreement;
  const std::vector<std::pair<std::string, BinaryMeasure>> measures = {
      {"OR", BinaryMeasure::log_odds_ratio},
      {"RR", BinaryMeasure::log_risk_ratio},
      {"RD", BinaryMeasure::risk_difference}};
  for (const auto& [name, measure] : measures) {
    CAPTURE(name);
    const CommonEffect common = mantel_haenszel(bcg_tables(), measure, 0.95).value();
    const Json& r = reference.at(name);
    agreement.compare(common.estimate, r.at("beta"));
    agreement.compare(common.std_error, r.at("se"));
    agreement.compare(common.interval.lower, r.at("ci")[0]);
    agreement.compare(common.interval.upper, r.at("ci")[1]);
    agreement.compare(common.heterogeneity.statistic, r.at("QE"));
    CHECK(common.association.has_value() == !r.at("MH").is_null());
    if (common.association) agreement.compare(common.association->statistic, r["MH"]);
    if (common.breslow_day) agreement.compare(common.breslow_day->statistic, r["TA"]);
  }
  const CommonEffect peto = peto_odds_ratio(bcg_tables(), 0.95).value();
  agreement.compare(peto.estimate, reference.at("PETO").at("beta"));
  agreement.compare(peto.std_error, reference.at("PETO").at("se"));
  agreement.compare(peto.heterogeneity.statistic, reference.at("PETO").at("QE"));

  testing::verify({"meta_analysis", "BCG", "Mantel-Haenszel and Peto estimates and tests",
                   METAFOR + " rma.mh, rma.peto", 12},
                  agreement);
}

Matrix bcg_design(const std::vector<std::string>& moderators) {
  const auto table = testing::reference_data("dat_bcg");
  Matrix x(13, moderators.size() + 1);
  std::ranges::fill(x.column(0), 1.0);
  for (std::size_t j = 0; j < moderators.size(); ++j) {
    std::ranges::copy(numbers(table, moderators[j]), x.column(j + 1).begin());
  }
  return x;
}

void compare_regression(Agreement& a, const MetaRegression& model, const Json& reference) {
  const double multiplier = model.degrees_of_freedom ? 0 : 1.959963984540054;
  for (std::size_t j = 0; j < 3; ++j) {
    const double error = std::sqrt(model.covariance(j, j));
    compare(a, model.coefficients[j], reference.at("beta")[j]);
    compare(a, error, reference.at("se")[j]);
    if (multiplier == 0) continue;
    compare(a, model.coefficients[j] - multiplier * error, reference.at("ci_lb")[j]);
  }
  const Heterogeneity& h = model.heterogeneity;
  compare(a, h.tau_squared.estimate, reference.at("tau2"));
  compare(a, *h.tau_squared.std_error, reference.at("se_tau2"));
  compare(a, 100 * h.i_squared, reference.at("I2"));
  compare(a, h.h_squared, reference.at("H2"));
  compare(a, h.q, reference.at("QE"));
  compare(a, h.p_value, reference.at("QEp"));
  compare(a, model.omnibus.statistic, reference.at("QM"));
  compare(a, model.omnibus.p_value, reference.at("QMp"));
}

TEST_CASE("meta-regression of the BCG trials on latitude and year agrees with metafor") {
  const Json reference = expected("bcg-metareg");
  const auto studies = bcg_effects();
  const Matrix x = bcg_design({"ablat", "year"});
  Agreement a;

  const auto z = meta_regression(studies, x, {}).value();
  const auto knha = meta_regression(studies, x, {.test = SmallSampleTest::knapp_hartung}).value();
  compare_regression(a, z, reference.at("z"));
  compare_regression(a, knha, reference.at("knha"));
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      compare(a, z.covariance(i, j), reference["z"]["vcov"]["data"][i][j]);
    }
  }
  const double without = pooled_effect(studies, {}).value().heterogeneity.tau_squared.estimate;
  compare(a, 100 * (1 - z.heterogeneity.tau_squared.estimate / without), reference["z"]["R2"]);

  const auto by_latitude = meta_regression(studies, bcg_design({"ablat"}), {}).value();
  const Matrix at(3, 2, {1, 1, 1, 10, 30, 50});
  const auto predictions = predict(by_latitude, at, 0.95).value();
  const Json& pred = reference.at("pred");
  for (std::size_t i = 0; i < 3; ++i) {
    compare(a, predictions[i].estimate, pred.at("pred")[i]);
    compare(a, predictions[i].std_error, pred.at("se")[i]);
    compare(a, predictions[i].interval.lower, pred.at("ci.lb")[i]);
    compare(a, predictions[i].interval.upper, pred.at("ci.ub")[i]);
    compare(a, predictions[i].prediction.lower, pred.at("pi.lb")[i]);
    compare(a, predictions[i].prediction.upper, pred.at("pi.ub")[i]);
  }

  testing::verify({"meta_analysis", "BCG log RR on latitude and year",
                   "coefficients, covariance, heterogeneity, tests, predictions",
                   METAFOR + " rma (whose normal equations lose digits)", 8},
                  a);
}

void compare_series(Agreement& a, const std::vector<PooledEffect>& series, const Json& r,
                    const std::string& p_name) {
  REQUIRE(series.size() == r.at("estimate").size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    const Heterogeneity& h = series[i].heterogeneity;
    compare(a, series[i].estimate, r["estimate"][i]);
    compare(a, series[i].std_error, r["se"][i]);
    compare(a, series[i].statistic, r["zval"][i]);
    compare(a, series[i].p_value, r[p_name][i]);
    compare(a, series[i].interval.lower, r["ci.lb"][i]);
    compare(a, series[i].interval.upper, r["ci.ub"][i]);
    compare(a, h.q, r["Q"][i]);
    compare(a, h.p_value, r["Qp"][i]);
    compare(a, h.tau_squared.estimate, r["tau2"][i]);
    compare(a, 100 * h.i_squared, r["I2"][i]);
    compare(a, h.h_squared, r["H2"][i]);
  }
}

TEST_CASE("asymmetry tests, trim and fill, leave-one-out and cumulation agree with metafor") {
  const Json reference = expected("bcg-bias");
  const auto studies = bcg_effects();
  const PoolingChoice laird{.estimator = TauEstimator::der_simonian_laird};
  Agreement tests;
  Agreement series;

  const AsymmetryTest egger = egger_test(studies, {}).value();
  compare(tests, egger.statistic, reference.at("egger_z"));
  compare(tests, egger.p_value, reference.at("egger_p"));
  const AsymmetryTest line = egger_test_least_squares(studies).value();
  compare(tests, line.statistic, reference.at("egger_lm_t"));
  compare(tests, line.p_value, reference.at("egger_lm_p"));
  const AsymmetryTest ranks = rank_test(studies).value();
  compare(tests, ranks.statistic, reference.at("rank_tau"));
  compare(tests, ranks.p_value, reference.at("rank_p"));
  const TrimAndFill trimmed = trim_and_fill(studies, laird).value();
  const Json& r = reference.at("trimfill");
  CHECK(trimmed.filled == r.at("k0"));
  CHECK(trimmed.is_right == (r.at("side") == "right"));
  compare(tests, trimmed.effect.estimate, r.at("beta"));
  compare(tests, trimmed.effect.std_error, r.at("se"));
  compare(tests, trimmed.effect.heterogeneity.tau_squared.estimate, r.at("tau2"));

  compare_series(series, leave_one_out(studies, {}).value(), reference.at("leave1out"), "pval");
  const auto years = numbers(testing::reference_data("dat_bcg"), "year");
  std::vector<std::size_t> order(years.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return years[i]; });
  std::vector<StudyEffect> by_year;
  for (const std::size_t i : order) by_year.push_back(studies[i]);
  compare_series(series, cumulative_effects(by_year, laird).value(), reference.at("cumul"),
                 "pvals");

  testing::verify({"meta_analysis", "BCG log RR", "Egger, rank test, trim and fill",
                   METAFOR + " regtest, ranktest, trimfill", 12},
                  tests);
  testing::verify({"meta_analysis", "BCG log RR", "leave-one-out and cumulative",
                   METAFOR + " leave1out, cumul", 10},
                  series);
}

}  // namespace
}  // namespace kensho::stats
