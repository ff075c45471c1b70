#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "stats/diagnostic/accuracy.h"
#include "stats/diagnostic/roc.h"
#include "stats/testing/r_reference.h"
#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

struct Asah {
  std::vector<double> s100b;
  std::vector<double> ndka;
  std::vector<double> wfns;
  std::vector<int> poor;
};

Asah asah() {
  const auto table = testing::reference_data("asah");
  Asah data{testing::numbers(table, "s100b"),
            testing::numbers(table, "ndka"),
            testing::numbers(table, "wfns"),
            {}};
  for (const auto& outcome : table.at("outcome")) data.poor.push_back(outcome == "Poor" ? 1 : 0);
  return data;
}

TEST_CASE("ROC curves and DeLong's variances agree with R's pROC") {
  const Json expected = testing::r_case("15_diagnostic", "auc-delong");
  const Asah data = asah();
  const auto a = roc_curve(data.s100b, data.poor, 0.95).value();
  const auto b = roc_curve(data.ndka, data.poor, 0.95).value();
  const auto c = roc_curve(data.wfns, data.poor, 0.95).value();
  const auto ab = compare_roc(data.s100b, data.ndka, data.poor).value();
  const auto ca = compare_roc(data.wfns, data.s100b, data.poor).value();
  Agreement agreement =
      testing::agreement_of({{a.area, expected.at("auc").at("s100b")},
                             {b.area, expected.at("auc").at("ndka")},
                             {c.area, expected.at("auc").at("wfns")},
                             {a.variance, expected.at("var")[0]},
                             {b.variance, expected.at("var")[1]},
                             {c.variance, expected.at("var")[2]},
                             {a.interval.lower, expected.at("ci_s100b")[0]},
                             {a.interval.upper, expected.at("ci_s100b")[2]},
                             {ab.covariance, expected.at("cov_ab")},
                             {ab.statistic, expected.at("z_ab")},
                             {ab.p_value, expected.at("p_ab")},
                             {ca.statistic, expected.at("z_ca")},
                             {ca.p_value, expected.at("p_ca")},
                             {partial_area(a, 0.8, 1), expected.at("pauc_sp_1_08")},
                             {a.youden.threshold, expected.at("youden").at("threshold")},
                             {a.youden.sensitivity, expected.at("youden").at("sensitivity")},
                             {a.youden.specificity, expected.at("youden").at("specificity")}});
  testing::verify({"roc", "asah", "areas, DeLong variances and tests, partial area, Youden",
                   "R pROC 1.18.0", 11},
                  agreement);

  const Json& curve = expected.at("curve");
  REQUIRE(a.points.size() == curve.at("threshold").size());
  Agreement points;
  for (std::size_t i = 0; i < a.points.size(); ++i) {
    const double threshold = testing::r_number(curve.at("threshold")[i]);
    if (std::isfinite(threshold)) points.compare(a.points[i].threshold, threshold);
    points.compare(a.points[i].sensitivity, curve.at("sens")[i]);
    points.compare(a.points[i].specificity, curve.at("spec")[i]);
  }
  testing::verify({"roc", "asah", "curve", "R pROC 1.18.0", 13}, points);
}

TEST_CASE("area and variance are those of all pairs compared") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto sample = testing::tied_sample(seed, 40, 12, 2);
    std::vector<double> cases;
    std::vector<double> controls;
    for (std::size_t i = 0; i < sample.time.size(); ++i) {
      (sample.code[i] == 1 ? cases : controls).push_back(sample.time[i]);
    }
    const auto wins = [](double x, double y) { return x > y ? 1.0 : (x == y ? 0.5 : 0.0); };
    double area = 0;
    for (const double x : cases) {
      for (const double y : controls) area += wins(x, y);
    }
    area /= double(cases.size() * controls.size());
    const auto part = [&](const std::vector<double>& own, const std::vector<double>& other,
                          bool own_is_case) {
      double squares = 0;
      for (const double x : own) {
        double placement = 0;
        for (const double y : other) placement += own_is_case ? wins(x, y) : wins(y, x);
        squares += std::pow(placement / double(other.size()) - area, 2);
      }
      return squares / double(own.size() - 1) / double(own.size());
    };
    const auto curve = roc_curve(sample.time, sample.code, 0.95).value();
    CHECK(curve.area == doctest::Approx(area).epsilon(1e-13));
    CHECK(
        curve.variance ==
        doctest::Approx(part(cases, controls, true) + part(controls, cases, false)).epsilon(1e-12));
    CHECK(partial_area(curve, 0, 1) == doctest::Approx(area).epsilon(1e-12));
    const auto mixed = testing::shuffled(sample, seed);
    CHECK(roc_curve(mixed.time, mixed.code, 0.95).value().variance == curve.variance);
  }
}

TEST_CASE("a marker compared with itself or an increasing function of it differs by nothing") {
  const Asah data = asah();
  auto logs = data.s100b;
  for (double& value : logs) value = std::log(value + 1);
  const auto test = compare_roc(data.s100b, logs, data.poor).value();
  CHECK(test.statistic == 0);
  CHECK(test.p_value == 1);
}

TEST_CASE("a perfect marker has area 1 and no variance") {
  const std::vector<double> marker = {1, 2, 3, 4};
  const std::vector<int> disease = {0, 0, 1, 1};
  const auto curve = roc_curve(marker, disease, 0.95).value();
  CHECK(curve.area == 1);
  CHECK(curve.variance == 0);
  CHECK(curve.youden.threshold == 2.5);
}

TEST_CASE("accuracy of a test agrees with R") {
  const Json expected = testing::r_case("15_diagnostic", "diag2x2");
  const auto result = diagnostic_accuracy({670, 74, 202, 640}, 0.95).value();
  testing::verify(
      {"diagnostic_accuracy", "a 2 by 2 table", "all measures", "R 4.2.2", 12},
      testing::agreement_of(
          {{result.sensitivity.estimate, expected.at("sens")},
           {result.sensitivity.interval.lower, expected.at("sens_ci")[0]},
           {result.sensitivity.interval.upper, expected.at("sens_ci")[1]},
           {result.specificity.estimate, expected.at("spec")},
           {result.specificity.interval.lower, expected.at("spec_ci")[0]},
           {result.specificity.interval.upper, expected.at("spec_ci")[1]},
           {result.positive_predictive_value->estimate, expected.at("ppv")},
           {result.negative_predictive_value->estimate, expected.at("npv")},
           {result.positive_likelihood_ratio->estimate, expected.at("lr_pos")},
           {result.positive_likelihood_ratio->interval.lower, expected.at("lr_pos_ci")[0]},
           {result.positive_likelihood_ratio->interval.upper, expected.at("lr_pos_ci")[1]},
           {result.odds_ratio->estimate, expected.at("dor")}}));
}

TEST_CASE("counts of zero leave ratios open") {
  const auto result = diagnostic_accuracy({5, 0, 0, 7}, 0.95).value();
  CHECK(result.sensitivity.estimate == 1);
  CHECK_FALSE(result.positive_likelihood_ratio);
  CHECK_FALSE(result.odds_ratio);
  CHECK_FALSE(diagnostic_accuracy({0, 3, 0, 7}, 0.95).value().positive_predictive_value);
}

TEST_CASE("what has no curve is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> marker = {1, 2, 3, 4};
  CHECK_FALSE(roc_curve(marker, std::vector{0, 0, 0, 1}, 0.95));
  CHECK_FALSE(roc_curve(marker, std::vector{0, 0, 1, 2}, 0.95));
  CHECK_FALSE(roc_curve(marker, std::vector{0, 1}, 0.95));
  CHECK_FALSE(roc_curve(std::vector{1.0, nan, 2.0, 3.0}, std::vector{0, 0, 1, 1}, 0.95));
  CHECK_FALSE(roc_curve(marker, std::vector{0, 0, 1, 1}, 0));
  CHECK_FALSE(diagnostic_accuracy({0, 0, 1, 1}, 0.95));
  CHECK_FALSE(diagnostic_accuracy({-1, 2, 1, 1}, 0.95));
}

}  // namespace
}  // namespace kensho::stats
