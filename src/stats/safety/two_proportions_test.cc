#include "stats/safety/two_proportions.h"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

struct Table {
  BinomialCount treated;
  BinomialCount control;
};
Table table_of(const Json& v) {
  return {{v[0], v[1]}, {v[2], v[3]}};
}

void compare(Agreement& agreement, const Interval& got, const Json& expected) {
  agreement.compare(got.lower, expected[0]);
  agreement.compare(got.upper, expected[1]);
}
void compare(Agreement& agreement, const RatioEstimate& got, const Json& expected) {
  compare(agreement, Interval{got.lower, got.upper.value()}, expected);
}

TEST_CASE("differences and ratios of risks agree with R") {
  for (const auto& [id, expected] : testing::r_case("12_exact", "two-prop").items()) {
    CAPTURE(id);
    const auto [treated, control] = table_of(expected.at("v"));
    const auto difference = [&, t = treated, c = control](RiskInterval interval) {
      return risk_difference(t, c, {interval}).value();
    };
    Agreement closed;
    closed.compare(difference(RiskInterval::wald).difference, expected.at("rd"));
    compare(closed, difference(RiskInterval::wald).interval, expected.at("wald"));
    compare(closed, difference(RiskInterval::newcombe).interval, expected.at("newcombe"));
    const auto rr = risk_ratio(treated, control, {RiskInterval::wald}).value();
    const auto odds = odds_ratio(treated, control, {RiskInterval::wald}).value();
    closed.compare(*rr.ratio, expected.at("rr"));
    closed.compare(*odds.ratio, expected.at("or"));
    compare(closed, rr, expected.at("rr_ci"));
    compare(closed, odds, expected.at("or_ci"));
    Agreement score;
    compare(score, difference(RiskInterval::score).interval, expected.at("miettinen_nurminen"));
    verify({"risk_difference", id, "Newcombe and Wald limits, ratios", "R prop.test", 12}, closed);
    verify({"risk_difference", id, "Miettinen-Nurminen limits", "R uniroot (1e-13)", 10}, score);
  }
}

TEST_CASE("score limits of ratios agree with a constrained maximum found numerically in R") {
  const Json file = testing::read_reference(testing::reference_path("safety/safety.json"));
  Agreement limits;
  Agreement tests;
  for (const Json& entry : file.at("two_proportions")) {
    const auto [treated, control] = table_of(entry.at("v"));
    compare(limits, risk_ratio(treated, control).value(), entry.at("rr"));
    compare(limits, odds_ratio(treated, control).value(), entry.at("or"));
    tests.compare(equal_risks_p_value(treated, control).value(), entry.at("p_value"));
  }
  verify({"risk_difference", "4 tables", "score limits of risk and odds ratios",
          "R uniroot on the constrained likelihood", 9},
         limits);
  verify({"risk_difference", "4 tables", "score test", "R pnorm", 11}, tests);
}

TEST_CASE("exchanging the groups inverts ratios and turns differences, also at the edges") {
  for (const Table& t : std::vector<Table>{{{3, 20}, {9, 25}},
                                           {{0, 12}, {4, 10}},
                                           {{12, 12}, {4, 10}},
                                           {{0, 12}, {0, 10}},
                                           {{12, 12}, {10, 10}},
                                           {{12, 12}, {0, 10}},
                                           {{1, 1}, {0, 1}}}) {
    CAPTURE(t.treated.successes);
    CAPTURE(t.control.successes);
    const auto forth = risk_difference(t.treated, t.control).value();
    const auto back = risk_difference(t.control, t.treated).value();
    CHECK(forth.interval.lower == doctest::Approx(-back.interval.upper).epsilon(1e-9));
    CHECK(forth.interval.lower >= -1);
    CHECK(forth.interval.upper <= 1);
    CHECK(forth.interval.lower <= forth.difference);
    CHECK(forth.interval.upper >= forth.difference);
    const auto ratio = risk_ratio(t.treated, t.control).value();
    const auto inverse = risk_ratio(t.control, t.treated).value();
    if (inverse.upper) CHECK(ratio.lower * *inverse.upper == doctest::Approx(1).epsilon(1e-9));
    if (!inverse.upper) CHECK(ratio.lower == 0);
    const auto odds = odds_ratio(t.treated, t.control).value();
    const auto odds_back = odds_ratio(t.control, t.treated).value();
    if (odds_back.upper) CHECK(odds.lower * *odds_back.upper == doctest::Approx(1).epsilon(1e-9));
    if (!odds_back.upper) CHECK(odds.lower == 0);
  }
}

TEST_CASE("the limit of the difference is where the score test just rejects") {
  const auto limits = risk_difference({0, 40}, {0, 50}).value().interval;
  CHECK(limits.lower < 0);
  CHECK(limits.upper > 0);
  CHECK(equal_risks_p_value({0, 40}, {0, 50}).value() == 1);
  // at the level of its own p-value the interval ends at 0
  const double p = equal_risks_p_value({3, 20}, {9, 25}).value();
  const auto touching = risk_difference({3, 20}, {9, 25}, {RiskInterval::score, 1 - p}).value();
  CHECK(touching.interval.upper == doctest::Approx(0).epsilon(1e-10));
}

TEST_CASE("what is no pair of proportions is refused") {
  CHECK_FALSE(risk_difference({3, 2}, {1, 2}));
  CHECK_FALSE(risk_difference({-1, 2}, {1, 2}));
  CHECK_FALSE(risk_difference({0, 0}, {1, 2}));
  CHECK_FALSE(risk_difference({1, 2}, {1, 2}, {RiskInterval::score, 0}));
  CHECK_FALSE(risk_ratio({0, 2}, {1, 2}, {RiskInterval::wald}));
  CHECK_FALSE(risk_ratio({1, 2}, {1, 2}, {RiskInterval::newcombe}));
  CHECK_FALSE(odds_ratio({2, 2}, {1, 2}, {RiskInterval::wald}));
}

}  // namespace
}  // namespace kensho::stats
