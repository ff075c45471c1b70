// The numbers of the example study: 137 bone marrow transplants (Klein & Moeschberger 1997, 1.3).
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/survival/aalen_johansen.h"
#include "stats/survival/kaplan_meier.h"
#include "stats/survival/log_rank.h"
#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

constexpr double tolerance = 1e-10;

// The columns of one disease group, or of all patients.
struct Patients {
  std::vector<double> to_death;    // t1, or end of follow-up
  std::vector<double> to_failure;  // t2: relapse, death or end of follow-up
  std::vector<int> dead;           // d1
  std::vector<int> failed;         // d3
  std::vector<int> cause;          // 1 relapse, 2 death in remission, 0 neither
  std::vector<int> group;
};

Patients patients(int wanted_group = 0) {
  const testing::Table table =
      testing::read_csv(testing::reference_path("survival/data/bmt_kmsurv.csv"));
  const auto group = testing::codes(table, "group");
  const auto t1 = testing::numbers(table, "t1");
  const auto t2 = testing::numbers(table, "t2");
  const auto d1 = testing::codes(table, "d1");
  const auto d2 = testing::codes(table, "d2");
  const auto d3 = testing::codes(table, "d3");
  Patients chosen;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (wanted_group != 0 && group[i] != wanted_group) continue;
    chosen.to_death.push_back(t1[i]);
    chosen.to_failure.push_back(t2[i]);
    chosen.dead.push_back(d1[i]);
    chosen.failed.push_back(d3[i]);
    chosen.cause.push_back(d2[i] == 1 ? 1 : 2 * d1[i]);
    chosen.group.push_back(group[i]);
  }
  return chosen;
}

Json reference() {
  return testing::read_reference(testing::reference_path("survival/bone_marrow_transplant.json"));
}

void compare_optional(Agreement& agreement, const std::optional<double>& got,
                      const Json& expected) {
  CHECK(got.has_value() == !expected.is_null());
  if (got && !expected.is_null()) agreement.compare(*got, expected);
}

void compare_ends(Agreement& agreement, const std::optional<Interval>& got, const Json& lower,
                  const Json& upper) {
  compare_optional(agreement, got ? std::optional(got->lower) : std::nullopt, lower);
  compare_optional(agreement, got ? std::optional(got->upper) : std::nullopt, upper);
}

void compare_survival(Agreement& agreement, const SurvivalCurve& curve,
                      const std::vector<double>& times, const Json& expected) {
  const auto readings = read_curve(curve, times, {}).value();
  for (std::size_t i = 0; i < times.size(); ++i) {
    CHECK(readings[i].at_risk == expected.at("at_risk")[i]);
    agreement.compare(readings[i].survival, expected.at("survival")[i]);
    compare_optional(agreement, readings[i].std_error, expected.at("std_error")[i]);
    compare_ends(agreement, readings[i].interval, expected["lower"][i], expected["upper"][i]);
  }
  const auto median = survival_quantiles(curve, std::vector{0.5}, {}).value()[0];
  compare_optional(agreement, median.estimate, expected.at("median").at("estimate"));
  compare_optional(agreement, median.lower, expected.at("median").at("lower"));
  compare_optional(agreement, median.upper, expected.at("median").at("upper"));
}

void compare_cause(Agreement& agreement, const CumulativeIncidence& curves, std::size_t cause,
                   const std::vector<double>& times, const Json& expected) {
  const auto aalen = read_incidence(curves, times, {}).value();
  const auto jackknife =
      read_incidence(curves, times, {.variance = IncidenceVariance::infinitesimal_jackknife})
          .value();
  for (std::size_t i = 0; i < times.size(); ++i) {
    const CauseReading& a = aalen[i].causes[cause - 1];
    const CauseReading& j = jackknife[i].causes[cause - 1];
    agreement.compare(a.incidence, expected.at("incidence")[i]);
    agreement.compare(a.std_error, expected.at("aalen_std_error")[i]);
    agreement.compare(j.std_error, expected.at("jackknife_std_error")[i]);
    compare_ends(agreement, a.interval, expected["aalen_lower"][i], expected["aalen_upper"][i]);
    compare_ends(agreement, j.interval, expected["jackknife_lower"][i],
                 expected["jackknife_upper"][i]);
  }
}

void compare_follow_up(Agreement& agreement, const Patients& group, const Json& expected) {
  std::vector<int> followed;
  for (const int dead : group.dead) followed.push_back(1 - dead);
  const SurvivalCurve curve = kaplan_meier(group.to_death, followed).value();
  const auto median = survival_quantiles(curve, std::vector{0.5}, {}).value()[0];
  compare_optional(agreement, median.estimate, expected.at("estimate"));
  compare_optional(agreement, median.lower, expected.at("lower"));
  compare_optional(agreement, median.upper, expected.at("upper"));
}

TEST_CASE("survival, medians, follow-up and incidences of every disease group agree with R") {
  const Json expected = reference();
  const std::vector<double> times = expected.at("times");
  Agreement agreement;

  for (const Json& entry : expected.at("groups")) {
    CAPTURE(entry.at("group").get<int>());
    const Patients group = patients(entry.at("group"));
    CHECK(group.cause.size() == entry.at("n"));
    compare_survival(agreement, kaplan_meier(group.to_failure, group.failed).value(), times,
                     entry.at("disease_free"));
    compare_survival(agreement, kaplan_meier(group.to_death, group.dead).value(), times,
                     entry.at("overall"));
    const auto curves = aalen_johansen(group.to_failure, group.cause, 2).value();
    compare_cause(agreement, curves, 1, times, entry.at("relapse"));
    compare_cause(agreement, curves, 2, times, entry.at("death_in_remission"));
    compare_follow_up(agreement, group, entry.at("median_follow_up"));
  }

  MESSAGE("bone marrow: ", agreement.count(), " values to ", agreement.correct_digits(), " digits");
  CHECK(agreement.worst() <= tolerance);
}

LogRankTest disease_free_test(const Patients& all) {
  return log_rank_test({all.to_failure, all.failed, all.group, {}}).value();
}

TEST_CASE("the log-rank test of disease-free survival agrees with R") {
  const Json expected = reference().at("log_rank_disease_free");
  const LogRankTest got = disease_free_test(patients());
  Agreement agreement;

  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(got.groups[i].observed == expected.at("observed")[i]);
    agreement.compare(got.groups[i].expected, expected.at("expected")[i]);
  }
  for (std::size_t i = 0; i < 9; ++i) {
    agreement.compare(got.variance[i], expected.at("variance")[i]);
  }
  agreement.compare(got.chi_square, expected.at("chi_square"));
  agreement.compare(got.p_value, expected.at("p_value"));
  CHECK(got.degrees_of_freedom == expected.at("degrees_of_freedom"));
  CHECK(agreement.worst() <= tolerance);
}

// True where `value` is printed as `printed` with that many decimals.
bool prints_as(double value, double printed, int decimals) {
  return std::abs(value - printed) <= 0.5 * std::pow(10, -decimals) + 1e-12;
}

TEST_CASE("the log-rank test rounds to the figures others published") {
  const Json published = reference().at("published")[0];
  const LogRankTest got = disease_free_test(patients());

  for (std::size_t i = 0; i < 3; ++i) {
    const LogRankGroup& group = got.groups[i];
    const double square = std::pow(double(group.observed) - group.expected, 2);
    CHECK(group.subjects == published.at("n")[i]);
    CHECK(group.observed == published.at("observed")[i]);
    CHECK(prints_as(group.expected, published.at("expected_1_decimal")[i], 1));
    CHECK(
        prints_as(square / group.expected, published.at("square_over_expected_3_decimals")[i], 3));
    CHECK(prints_as(square / got.variance[i * 4],
                    published.at("square_over_variance_3_decimals")[i], 3));
  }
  CHECK(prints_as(got.chi_square, published.at("chi_square_1_decimal"), 1));
  CHECK(prints_as(got.p_value, published.at("p_value_3_decimals"), 3));
}

TEST_CASE("failures of the data are the relapses and the deaths in remission, but for one time") {
  const Patients all = patients();
  std::size_t different_times = 0;
  for (std::size_t i = 0; i < all.cause.size(); ++i) {
    CHECK((all.cause[i] != 0) == (all.failed[i] == 1));
    if (all.cause[i] != 1 && all.to_death[i] != all.to_failure[i]) ++different_times;
  }
  // One patient without relapse failed on day 332 and died on day 350.
  CHECK(different_times == 1);
}

}  // namespace
}  // namespace kensho::stats
