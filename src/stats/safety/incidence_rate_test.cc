#include "stats/safety/incidence_rate.h"

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/safety/standardisation.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

void compare(Agreement& agreement, const Interval& got, const Json& expected) {
  agreement.compare(got.lower, expected[0]);
  agreement.compare(got.upper, expected[1]);
}

// ---- agreement with R -------------------------------------------------------------------------

TEST_CASE("rates per person-time agree with R's poisson.test") {
  const auto table = testing::reference_data("bmt_kmsurv");
  const auto time = testing::numbers(table, "t2");
  const auto event = testing::codes(table, "d3");
  const auto group = testing::codes(table, "group");
  const Json expected = testing::r_case("04_parametric", "rates-poisson-exact");
  Agreement agreement;
  for (std::size_t g = 0; g < 3; ++g) {
    PersonTime counted{0, 0};
    for (std::size_t i = 0; i < time.size(); ++i) {
      if (group[i] != int(g) + 1) continue;
      counted.events += event[i];
      counted.time += time[i] / 365.25 / 100;
    }
    const IncidenceRate rate = incidence_rate(counted).value();
    CHECK(counted.events == expected.at("events")[g]);
    agreement.compare(rate.rate, expected.at("rate100")[g]);
    agreement.compare(rate.interval.lower, expected.at("lower")[g]);
    agreement.compare(rate.interval.upper, expected.at("upper")[g]);
  }
  verify({"incidence_rate", "bmt_kmsurv", "rates and exact limits", "R poisson.test", 12},
         agreement);
}

TEST_CASE("standardised ratios agree with R: exact, Byar, mid-P, p and chi-square") {
  Agreement closed;
  Agreement mid_p;
  const Json cases = testing::r_case("13_relsurv_smr", "smr-exact");
  for (const Json& entry : cases) {
    const std::int64_t observed = entry.at("obs");
    const double count = entry.at("exp");
    CAPTURE(observed);
    const auto with = [&](CountInterval interval) {
      return standardised_ratio(observed, count, {interval}).value();
    };
    const StandardisedRatio exact = with(CountInterval::exact);
    closed.compare(exact.ratio, entry.at("smr"));
    closed.compare(exact.p_value, entry.at("exact_p"));
    closed.compare(exact.chi_square, entry.at("chisq"));
    compare(closed, exact.interval, entry.at("exact"));
    compare(closed, with(CountInterval::byar).interval, entry.at("byar"));
    compare(mid_p, with(CountInterval::mid_p).interval, entry.at("midp"));
  }
  verify({"smr", "4 pairs", "ratio, exact and Byar limits, p", "R poisson.test", 12}, closed);
  verify({"smr", "4 pairs", "mid-P limits", "R uniroot (stops at 1e-13)", 11}, mid_p);
}

TEST_CASE("rate ratios agree with R's poisson.test") {
  const Json expected = testing::r_case("12_exact", "poisson");
  const auto check = [&](const std::string& id, PersonTime exposed, PersonTime reference) {
    Agreement agreement;
    const RatioEstimate ratio = rate_ratio(exposed, reference).value();
    agreement.compare(*ratio.ratio, expected.at(id).at("estimate").at("rate ratio"));
    agreement.compare(ratio.p_value, expected.at(id).at("p_value"));
    compare(agreement, {ratio.lower, *ratio.upper}, expected.at(id).at("ci"));
    verify({"rate_ratio", id, "ratio, exact limits, p", "R poisson.test", 12}, agreement);
  };
  check("two", {11, 800}, {21, 3011});
  check("two2", {18, 220.5}, {4, 150.2});

  const Json safety = testing::read_reference(testing::reference_path("safety/safety.json"));
  Agreement mid_p;
  for (const Json& entry : safety.at("rate_ratios")) {
    const Json& v = entry.at("v");
    const RatioEstimate ratio =
        rate_ratio({v[0], v[1]}, {v[2], v[3]}, {CountInterval::mid_p}).value();
    compare(mid_p, {ratio.lower, *ratio.upper}, entry.at("limits"));
  }
  verify({"rate_ratio", "3 tables", "mid-P limits", "R uniroot on pbinom", 11}, mid_p);
}

TEST_CASE("standardised rates agree with R's epitools") {
  const Json expected = testing::r_case("13_relsurv_smr", "direct-std");
  const auto column = [&](const std::string& inputs, const std::string& name) {
    return expected.at(inputs).at(name).get<std::vector<double>>();
  };
  const auto direct = direct_standardisation(column("inputs", "count"), column("inputs", "pop"),
                                             column("inputs", "stdpop"))
                          .value();
  Agreement agreement;
  agreement.compare(direct.crude, expected.at("direct").at("crude.rate"));
  agreement.compare(direct.standardised, expected.at("direct").at("adj.rate"));
  agreement.compare(direct.interval.lower, expected.at("direct").at("lci"));
  agreement.compare(direct.interval.upper, expected.at("direct").at("uci"));
  verify({"direct_standardisation", "Fay 1997", "rates and gamma limits",
          "R epitools ageadjust.direct", 12},
         agreement);

  const auto events = column("inputs2", "stdcount");
  const auto time = column("inputs2", "stdpop");
  const auto indirect =
      indirect_standardisation(column("inputs2", "count"), column("inputs2", "pop"), {events, time},
                               {CountInterval::log_normal})
          .value();
  const Json& ratio = expected.at("indirect_sir");
  const Json& rate = expected.at("indirect_rate");
  Agreement by_ratio;
  by_ratio.compare(indirect.observed, ratio.at("observed"));
  by_ratio.compare(indirect.expected, ratio.at("exp"));
  by_ratio.compare(indirect.ratio.ratio, ratio.at("sir"));
  by_ratio.compare(indirect.ratio.interval.lower, ratio.at("lci"));
  by_ratio.compare(indirect.ratio.interval.upper, ratio.at("uci"));
  by_ratio.compare(indirect.rate.crude, rate.at("crude.rate"));
  by_ratio.compare(indirect.rate.standardised, rate.at("adj.rate"));
  by_ratio.compare(indirect.rate.interval.lower, rate.at("lci"));
  by_ratio.compare(indirect.rate.interval.upper, rate.at("uci"));
  verify(
      {"smr", "Fay 1997", "indirect ratio, rate and limits", "R epitools ageadjust.indirect", 12},
      by_ratio);
}

// ---- definitions and properties ---------------------------------------------------------------

TEST_CASE("exact limits are the means at which the tail is half of what is left") {
  for (const std::int64_t count : {0, 1, 2, 7, 30, 400, 20'000}) {
    const auto k = double(count);
    const Interval limits = poisson_mean_interval(count, 0.9, CountInterval::exact).value();
    if (count > 0) CHECK(poisson_upper_tail(k - 1, limits.lower) == doctest::Approx(0.05));
    CHECK(poisson_cdf(k, limits.upper) == doctest::Approx(0.05));
    const Interval middle = poisson_mean_interval(count, 0.9, CountInterval::mid_p).value();
    CHECK(middle.lower >= limits.lower);
    CHECK(middle.upper < limits.upper);
    const Interval byar = poisson_mean_interval(count, 0.9, CountInterval::byar).value();
    CHECK(byar.upper == doctest::Approx(limits.upper).epsilon(0.01));
  }
}

TEST_CASE("two-sided p-values are the sum of all counts as unlikely, counted one by one") {
  for (const double mean : {0.3, 2.0, 7.5, 40.0}) {
    for (std::int64_t count = 0; count < 80; count += 3) {
      double sum = 0;
      const double seen = poisson_probability(double(count), mean);
      for (int k = 0; k < 400; ++k) {
        const double p = poisson_probability(k, mean);
        if (p <= seen * (1 + 1e-7)) sum += p;
      }
      CHECK(poisson_two_sided(count, mean) == doctest::Approx(sum).epsilon(1e-10));
    }
  }
  for (const double p : {0.02, 0.3, 0.5, 0.9}) {
    for (std::int64_t count = 0; count <= 25; ++count) {
      double sum = 0;
      const double seen = binomial_probability(double(count), {25, p});
      for (int k = 0; k <= 25; ++k) {
        const double each = binomial_probability(k, {25, p});
        if (each <= seen * (1 + 1e-7)) sum += each;
      }
      CHECK(binomial_two_sided(count, {25, p}) == doctest::Approx(sum).epsilon(1e-10));
    }
  }
}

TEST_CASE("no event: the upper bounds that the rules of three approximate") {
  CHECK(poisson_mean_upper_bound(0, 0.95).value() ==
        doctest::Approx(-std::log(0.05)).epsilon(1e-13));
  CHECK(incidence_rate({0, 200}).value().upper_bound == doctest::Approx(3 / 200.0).epsilon(0.002));
  const ZeroEventBound bound = zero_event_bound(30, 0.975).value();
  CHECK(bound.exact == doctest::Approx(0.1157).epsilon(1e-3));  // Hanley & Lippman-Hand 1983
  CHECK(zero_event_bound(1000).value().exact == doctest::Approx(3.0 / 1000).epsilon(0.01));
}

TEST_CASE("exchanging the groups inverts a ratio and turns a difference") {
  const PersonTime a{9, 120.5};
  const PersonTime b{3, 90.25};
  for (const CountInterval kind :
       {CountInterval::exact, CountInterval::mid_p, CountInterval::log_normal}) {
    const RatioEstimate forth = rate_ratio(a, b, {kind}).value();
    const RatioEstimate back = rate_ratio(b, a, {kind}).value();
    CHECK(forth.lower * *back.upper == doctest::Approx(1).epsilon(1e-10));
    CHECK(forth.p_value == doctest::Approx(back.p_value).epsilon(1e-10));
  }
  const DifferenceEstimate forth = rate_difference(a, b).value();
  const DifferenceEstimate back = rate_difference(b, a).value();
  CHECK(forth.interval.lower == doctest::Approx(-back.interval.upper).epsilon(1e-13));
}

TEST_CASE("a zero is no error where the question has an answer") {
  const RatioEstimate none_exposed = rate_ratio({0, 10}, {5, 10}).value();
  CHECK(*none_exposed.ratio == 0);
  CHECK(none_exposed.lower == 0);
  const RatioEstimate none_reference = rate_ratio({5, 10}, {0, 10}).value();
  CHECK_FALSE(none_reference.ratio);
  CHECK_FALSE(none_reference.upper);
  CHECK(none_reference.lower > 0);
  CHECK(rate_difference({0, 10}, {0, 20}).value().interval.lower < 0);
  CHECK(rate_ratio({0, 10}, {0, 10}).error().message ==
        "rate ratio: there is no event in either group");
}

TEST_CASE("what is no person-time is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(incidence_rate({-1, 10}));
  CHECK_FALSE(incidence_rate({1, 0}));
  CHECK_FALSE(incidence_rate({1, nan}));
  CHECK_FALSE(incidence_rate({1, 1}, {CountInterval::exact, 1}));
  CHECK_FALSE(incidence_rate({0, 1}, {CountInterval::log_normal}));
  CHECK_FALSE(rate_ratio({1, 2}, {0, 2}, {CountInterval::log_normal}));
  CHECK_FALSE(rate_ratio({1, 2}, {1, 2}, {CountInterval::byar}));
  CHECK_FALSE(zero_event_bound(0));
  CHECK_FALSE(standardised_ratio(3, 0));
  const std::vector<double> one = {1};
  const std::vector<double> zero = {0};
  CHECK_FALSE(direct_standardisation(one, zero, one));
  CHECK_FALSE(direct_standardisation(one, one, zero));
  CHECK_FALSE(direct_standardisation({}, {}, {}));
  CHECK(direct_standardisation(zero, one, one).value().interval.lower == 0);
}

}  // namespace
}  // namespace kensho::stats
