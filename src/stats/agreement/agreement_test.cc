#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "stats/agreement/intraclass_correlation.h"
#include "stats/agreement/kappa.h"
#include "stats/agreement/method_comparison.h"
#include "stats/testing/r_reference.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

TEST_CASE("kappa agrees with R's vcd") {
  const Json expected = testing::r_case("15_diagnostic", "kappa");
  const Matrix counts = testing::r_matrix(expected.at("table"));
  Agreement agreement;
  for (const auto& [name, weights] : {std::pair("unweighted", KappaWeights::none),
                                      std::pair("equal_weighted", KappaWeights::linear),
                                      std::pair("quadratic", KappaWeights::quadratic)}) {
    const auto kappa = cohen_kappa(counts, weights, 0.95).value();
    agreement.compare(kappa.estimate, expected.at(name).at("value"));
    agreement.compare(kappa.std_error, expected.at(name).at("ASE"));
    if (weights == KappaWeights::none) agreement.compare(kappa.expected, expected.at("expected"));
  }
  testing::verify(
      {"kappa", "4 by 4 table", "kappa, standard error, three weights", "R vcd 1.4 Kappa", 12},
      agreement);
}

TEST_CASE("with two categories all weights are one; transposing changes nothing") {
  const Matrix counts(2, 2, {20, 4, 7, 30});
  const Matrix turned(2, 2, {20, 7, 4, 30});
  const auto plain = cohen_kappa(counts, KappaWeights::none, 0.95).value();
  CHECK(cohen_kappa(counts, KappaWeights::quadratic, 0.95).value().estimate ==
        doctest::Approx(plain.estimate).epsilon(1e-14));
  CHECK(cohen_kappa(turned, KappaWeights::none, 0.95).value().std_error ==
        doctest::Approx(plain.std_error).epsilon(1e-13));
}

TEST_CASE("intraclass correlations of Shrout and Fleiss agree with R") {
  const Json expected = testing::r_case("15_diagnostic", "icc");
  const Matrix ratings = testing::r_matrix(expected.at("y"));
  const auto icc = intraclass_correlations(ratings, 0.95).value();
  testing::verify(
      {"icc", "Shrout & Fleiss", "mean squares, six correlations, ICC(1) limits", "R 4.2.2", 12},
      testing::agreement_of({{icc.between_subjects, expected.at("BMS")},
                             {icc.within_subjects, expected.at("WMS")},
                             {icc.between_raters, expected.at("JMS")},
                             {icc.residual, expected.at("EMS")},
                             {icc.one_way.single, expected.at("icc11")},
                             {icc.agreement.single, expected.at("icc21")},
                             {icc.consistency.single, expected.at("icc31")},
                             {icc.one_way.average, expected.at("icc1k")},
                             {icc.agreement.average, expected.at("icc2k")},
                             {icc.consistency.average, expected.at("icc3k")},
                             {icc.one_way.single_interval->lower, expected.at("ci11")[0]},
                             {icc.one_way.single_interval->upper, expected.at("ci11")[1]}}));
  const Json cronbach = testing::r_case("15_diagnostic", "cronbach");
  testing::verify({"icc", "Shrout & Fleiss", "Cronbach's alpha", "R 4.2.2", 13},
                  testing::agreement_of({{icc.consistency.average, cronbach.at("alpha")}}));
}

TEST_CASE("limits of the other intraclass correlations agree with R") {
  const Json expected =
      testing::read_reference(testing::reference_path("agreement/agreement.json"));
  Agreement agreement;
  for (const Json& entry : expected.at("icc")) {
    const std::size_t raters = entry.at("raters");
    const std::vector<double> values = entry.at("ratings");
    const Matrix ratings(values.size() / raters, raters, values);
    const auto icc = intraclass_correlations(ratings, 0.95).value();
    agreement.compare(icc.agreement.single_interval->lower, entry.at("agreement")[0]);
    agreement.compare(icc.agreement.single_interval->upper, entry.at("agreement")[1]);
    agreement.compare(icc.consistency.single_interval->lower, entry.at("consistency")[0]);
    agreement.compare(icc.consistency.single_interval->upper, entry.at("consistency")[1]);
    agreement.compare(icc.consistency.average_interval->lower, entry.at("alpha")[0]);
    agreement.compare(icc.consistency.average_interval->upper, entry.at("alpha")[1]);
  }
  testing::verify({"icc", "3 tables of ratings", "limits of ICC(2), ICC(3), alpha",
                   "R 4.2.2, formulas of McGraw & Wong", 10},
                  agreement);
}

std::pair<std::vector<double>, std::vector<double>> karnofsky() {
  const auto table = testing::reference_data("lung");
  const auto first = testing::numbers(table, "ph.karno");
  const auto second = testing::numbers(table, "pat.karno");
  std::pair<std::vector<double>, std::vector<double>> pairs;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (std::isnan(first[i]) || std::isnan(second[i])) continue;
    pairs.first.push_back(first[i]);
    pairs.second.push_back(second[i]);
  }
  return pairs;
}

TEST_CASE("limits of agreement and concordance agree with R") {
  const Json expected = testing::r_case("15_diagnostic", "bland-altman");
  const auto [physician, patient] = karnofsky();
  const auto limits = limits_of_agreement(physician, patient, 0.95).value();
  const auto ccc = concordance_correlation(physician, patient, 0.95).value();
  // The two intervals have one multiplier, and the error of the bias is known.
  const double error = (limits.upper.interval.upper - limits.upper.estimate) /
                       (limits.bias_interval.upper - limits.bias) * limits.standard_deviation /
                       std::sqrt(double(limits.n));
  testing::verify({"bland_altman", "lung, Karnofsky", "bias, limits, concordance", "R 4.2.2", 12},
                  testing::agreement_of({{double(limits.n), expected.at("n")},
                                         {limits.bias, expected.at("bias")},
                                         {limits.bias_interval.lower, expected.at("bias_ci")[0]},
                                         {limits.bias_interval.upper, expected.at("bias_ci")[1]},
                                         {limits.lower.estimate, expected.at("loa")[0]},
                                         {limits.upper.estimate, expected.at("loa")[1]},
                                         {error, expected.at("se_loa_exactish")},
                                         {ccc.estimate, expected.at("ccc")}}));
  CHECK(ccc.interval->lower < ccc.estimate);
  CHECK(ccc.pearson * ccc.bias_factor == doctest::Approx(ccc.estimate));
}

TEST_CASE("exchanging the methods turns the bias and keeps the concordance") {
  const auto [physician, patient] = karnofsky();
  const auto once = limits_of_agreement(physician, patient, 0.95).value();
  const auto turned = limits_of_agreement(patient, physician, 0.95).value();
  CHECK(turned.bias == -once.bias);
  CHECK(turned.lower.estimate == doctest::Approx(-once.upper.estimate).epsilon(1e-14));
  CHECK(concordance_correlation(patient, physician, 0.95).value().estimate ==
        doctest::Approx(concordance_correlation(physician, patient, 0.95).value().estimate));
}

TEST_CASE("perfect agreement has an estimate and no interval") {
  const Matrix same(3, 2, {1, 2, 3, 1, 2, 3});
  const auto icc = intraclass_correlations(same, 0.95).value();
  CHECK(icc.agreement.single == 1);
  CHECK_FALSE(icc.agreement.single_interval);
  const std::vector<double> x = {1, 2, 3};
  CHECK(concordance_correlation(x, x, 0.95).value().estimate == doctest::Approx(1));
  CHECK_FALSE(limits_of_agreement(x, x, 0.95));
}

TEST_CASE("what bears no agreement is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(cohen_kappa(Matrix(2, 3), KappaWeights::none, 0.95));
  CHECK_FALSE(cohen_kappa(Matrix(2, 2), KappaWeights::none, 0.95));
  CHECK_FALSE(cohen_kappa(Matrix(2, 2, {5, 0, 0, 0}), KappaWeights::none, 0.95));
  CHECK_FALSE(cohen_kappa(Matrix(2, 2, {5, -1, 0, 2}), KappaWeights::none, 0.95));
  CHECK_FALSE(intraclass_correlations(Matrix(3, 1), 0.95));
  CHECK_FALSE(intraclass_correlations(Matrix(3, 2), 0.95));
  CHECK_FALSE(intraclass_correlations(Matrix(2, 2, {1, 2, nan, 3}), 0.95));
  const std::vector<double> x = {1, 2, 3};
  CHECK_FALSE(limits_of_agreement(x, std::vector{1.0, 2.0}, 0.95));
  CHECK_FALSE(concordance_correlation(x, std::vector{2.0, 2.0, 2.0}, 0.95));
}

}  // namespace
}  // namespace kensho::stats
