// Mantel-Haenszel, Breslow-Day, exact common odds ratios and trends in proportions.
#include <algorithm>
#include <limits>

#include "stats/regression/mantel_haenszel.h"
#include "stats/regression/trend_in_proportions.h"
#include "stats/testing/regression_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

std::vector<ExposureTable> indomethacin() {
  std::vector<ExposureTable> strata;
  const Json tables = testing::r_case("05_regression", "mantel-haenszel").at("tables");
  for (const Json& table : tables) {
    const Json& rows = table.at("data");
    strata.push_back({rows[0][0], rows[0][1], rows[1][0], rows[1][1]});
  }
  return strata;
}

TEST_CASE("Mantel-Haenszel and the exact common odds ratio agree with R's mantelhaen.test") {
  const Json expected = testing::r_case("05_regression", "mantel-haenszel");
  const auto strata = indomethacin();
  const MantelHaenszel fit = mantel_haenszel(strata, 0.95).value();
  const ConditionalOdds exact = exact_common_odds(strata, 0.95).value();

  Agreement agreement;
  agreement.compare(fit.odds_ratio.value().estimate, expected.at("or"));
  agreement.compare(fit.odds_ratio->interval.lower, expected.at("ci")[0]);
  agreement.compare(fit.odds_ratio->interval.upper, expected.at("ci")[1]);
  agreement.compare(fit.association.statistic, expected.at("chisq"));
  agreement.compare(fit.association.p_value, expected.at("p"));
  agreement.compare(fit.association_corrected.statistic, expected.at("chisq_cc"));
  agreement.compare(fit.association_corrected.p_value, expected.at("p_cc"));
  testing::verify({"mantel_haenszel", "indo_rct", "odds ratio, interval, CMH tests",
                   "R 4.2.2 mantelhaen.test", 12},
                  agreement);
  Agreement conditional;
  conditional.compare(exact.odds_ratio.value(), expected.at("exact_or"));
  conditional.compare(exact.lower, expected.at("exact_ci")[0]);
  conditional.compare(exact.upper.value(), expected.at("exact_ci")[1]);
  Agreement p_value;
  p_value.compare(exact.p_value, expected.at("exact_p"));
  testing::verify({"mantel_haenszel", "indo_rct", "exact odds ratio and interval",
                   "R 4.2.2 mantelhaen.test(exact) (uniroot at 1e-4)", 4},
                  conditional);
  testing::verify({"mantel_haenszel", "indo_rct", "exact p-value", "R 4.2.2 mantelhaen.test", 10},
                  p_value);
}

void compare_common(Agreement& agreement, const CommonEstimate& got, const Json& row, bool ratio) {
  const auto scale = [&](double value) { return ratio ? std::log(value) : value; };
  agreement.compare(scale(got.estimate), row[0]);
  agreement.compare(got.std_error, row[1]);
  agreement.compare(scale(got.interval.lower), row[2]);
  agreement.compare(scale(got.interval.upper), row[3]);
}

TEST_CASE("common ratios and differences agree with R's metafor, sparse strata too") {
  const Json all =
      testing::read_reference(testing::reference_path("regression/mantel_haenszel.json"));
  for (const std::string id : {"birthwt", "sparse"}) {
    const Json& set = all.at(id);
    std::vector<ExposureTable> strata;
    for (std::size_t k = 0; k < set.at("a").size(); ++k) {
      strata.push_back({set["a"][k], set["b"][k], set["c"][k], set["d"][k]});
    }
    const MantelHaenszel fit = mantel_haenszel(strata, 0.95).value();
    Agreement agreement;
    compare_common(agreement, fit.odds_ratio.value(), set.at("OR"), true);
    compare_common(agreement, fit.risk_ratio.value(), set.at("RR"), true);
    compare_common(agreement, fit.risk_difference, set.at("RD"), false);
    agreement.compare(fit.association.statistic, set.at("cmh")[0]);
    agreement.compare(fit.association.p_value, set.at("cmh")[1]);
    agreement.compare(fit.tarone.value().statistic, set.at("tarone")[0]);
    agreement.compare(fit.tarone->p_value, set.at("tarone")[1]);
    testing::verify({"mantel_haenszel", id, "common OR, RR, RD, Tarone", "R metafor rma.mh", 11},
                    agreement);
  }
}

TEST_CASE("homogeneity tests agree with R, written out") {
  const Json expected = testing::r_case("05_regression", "mh-breslow-day");
  std::vector<ExposureTable> strata;
  for (const Json& row : expected.at("counts").at("data")) {
    strata.push_back({row[0], row[1], row[2], row[3]});
  }
  const MantelHaenszel fit = mantel_haenszel(strata, 0.95).value();
  Agreement agreement;
  agreement.compare(fit.odds_ratio.value().estimate, expected.at("or_mh"));
  agreement.compare(fit.risk_ratio.value().estimate, expected.at("rr_mh"));
  agreement.compare(fit.risk_ratio->std_error, expected.at("se_log_rr_greenland_robins"));
  agreement.compare(fit.risk_difference.estimate, expected.at("rd_mh"));
  agreement.compare(fit.breslow_day.value().statistic, expected.at("breslow_day"));
  agreement.compare(fit.breslow_day->p_value, expected.at("p_bd"));
  agreement.compare(fit.tarone.value().statistic, expected.at("tarone"));
  agreement.compare(fit.tarone->p_value, expected.at("p_tarone"));
  testing::verify({"mantel_haenszel", "birthwt", "Breslow-Day, Tarone", "R 4.2.2, written out", 11},
                  agreement);
}

TEST_CASE("the trend in proportions agrees with R's prop.trend.test and chisq.test") {
  const Json expected = testing::r_case("05_regression", "cochran-armitage");
  const std::vector<double> events = expected.at("x");
  const std::vector<double> trials = expected.at("n");
  const ProportionTrend trend =
      proportion_trend(events, trials, std::vector<double>{0, 1, 2, 3}).value();
  Agreement agreement;
  agreement.compare(trend.trend.statistic, expected.at("trend_chisq"));
  agreement.compare(trend.trend.p_value, expected.at("trend_p"));
  agreement.compare(trend.any.statistic, expected.at("pearson"));
  agreement.compare(trend.any.p_value, expected.at("p"));
  agreement.compare(trend.deviance.statistic, expected.at("g2"));
  testing::verify({"trend_in_proportions", "lung", "trend, Pearson, likelihood ratio",
                   "R 4.2.2 prop.trend.test, chisq.test", 11},
                  agreement);
}

// ---- properties and refusals -------------------------------------------------------------------

TEST_CASE("strata in another order, or exchanged groups, only turn the odds ratio over") {
  auto strata = indomethacin();
  const MantelHaenszel fit = mantel_haenszel(strata, 0.9).value();
  std::ranges::reverse(strata);
  for (ExposureTable& t : strata) {
    t = {t.unexposed_events, t.unexposed_others, t.exposed_events, t.exposed_others};
  }
  strata.push_back({0, 0, 3, 4});  // nobody exposed: says nothing
  const MantelHaenszel turned = mantel_haenszel(strata, 0.9).value();

  CHECK(turned.odds_ratio->estimate ==
        doctest::Approx(1 / fit.odds_ratio->estimate).epsilon(1e-13));
  CHECK(turned.odds_ratio->interval.lower ==
        doctest::Approx(1 / fit.odds_ratio->interval.upper).epsilon(1e-12));
  CHECK(turned.risk_difference.estimate ==
        doctest::Approx(-fit.risk_difference.estimate).epsilon(1e-13));
  CHECK(turned.breslow_day->statistic ==
        doctest::Approx(fit.breslow_day->statistic).epsilon(1e-10));
}

TEST_CASE("one stratum is its own table; equal strata are homogeneous") {
  const ExposureTable table{10, 20, 5, 30};
  const auto one = mantel_haenszel(std::vector{table}, 0.95).value();
  CHECK(one.odds_ratio->estimate == doctest::Approx(3).epsilon(1e-14));
  CHECK(one.odds_ratio->std_error ==
        doctest::Approx(std::sqrt(1.0 / 10 + 1.0 / 20 + 1.0 / 5 + 1.0 / 30)).epsilon(1e-13));
  CHECK(one.risk_difference.estimate == doctest::Approx(1.0 / 3 - 1.0 / 7).epsilon(1e-14));
  CHECK(!one.breslow_day);
  const auto two = mantel_haenszel(std::vector{table, table}, 0.95).value();
  CHECK(two.breslow_day->statistic == doctest::Approx(0).epsilon(1e-12));
  const auto edge = exact_common_odds(std::vector<ExposureTable>{{4, 0, 0, 4}}, 0.95).value();
  CHECK(!edge.odds_ratio);
  CHECK(!edge.upper);
  CHECK(edge.p_value == doctest::Approx(2.0 / 70).epsilon(1e-12));
}

TEST_CASE("a trend does not mind the unit of its score; a straight line leaves no departure") {
  const std::vector<double> trials = {50, 50, 50};
  const auto line =
      proportion_trend(std::vector<double>{10, 15, 20}, trials, std::vector<double>{1, 2, 3});
  CHECK(line.value().departure.statistic == doctest::Approx(0).epsilon(1e-10));
  CHECK(line.value().slope == doctest::Approx(0.1).epsilon(1e-13));
  const auto doses =
      proportion_trend(std::vector<double>{10, 15, 20}, trials, std::vector<double>{30, 50, 70});
  CHECK(doses.value().trend.statistic ==
        doctest::Approx(line.value().trend.statistic).epsilon(1e-12));
}

TEST_CASE("tables that say nothing are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(!mantel_haenszel(std::vector<ExposureTable>{{0, 0, 3, 4}}, 0.95));
  CHECK(!mantel_haenszel(std::vector<ExposureTable>{{0, 5, 0, 4}}, 0.95));
  CHECK(mantel_haenszel(std::vector<ExposureTable>{{1, 5, 2, 4}, {1, nan, 2, 4}}, 0.95)
            .error()
            .message.find("stratum 2") != std::string::npos);
  CHECK(!mantel_haenszel(std::vector<ExposureTable>{{1, 5, 2, 4}}, 1));
  CHECK(!exact_common_odds(std::vector<ExposureTable>{{1.5, 5, 2, 4}}, 0.95));
  const std::vector<double> trials = {5, 5};
  CHECK(!proportion_trend(std::vector<double>{6, 1}, trials, std::vector<double>{0, 1}));
  CHECK(!proportion_trend(std::vector<double>{3, 1}, trials, std::vector<double>{1, 1}));
  CHECK(!proportion_trend(std::vector<double>{0, 0}, trials, std::vector<double>{0, 1}));
}

}  // namespace
}  // namespace kensho::stats
