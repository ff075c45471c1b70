#include "stats/survival/gray_k_sample.h"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/survival/log_rank.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::Table;

// Columns that own what GrayTestData borrows.
struct Columns {
  std::vector<double> time;
  std::vector<int> cause;
  std::vector<int> group;
  std::vector<int> stratum;

  GrayTestData view() const { return {time, cause, group, stratum}; }
};

Columns columns_of(const Table& table, const std::string& time, const std::string& cause,
                   const std::string& group) {
  return {testing::numbers(table, time),
          testing::codes(table, cause),
          testing::level_codes(table.at(group)),
          {}};
}

Table complete(const std::string& name, const std::string& column) {
  const Table all = testing::reference_data(name);
  return testing::rows_where(all, [&](std::size_t i) { return all.at(column)[i] != ""; });
}

void check_against_cuminc(const std::string& data_set, const Columns& columns, const Json& expected,
                          double rho = 0) {
  Agreement statistics;
  Agreement p_values;
  for (std::size_t k = 0; k < expected.at("rows").size(); ++k) {
    const GrayTest got =
        gray_test(columns.view(), {.cause = static_cast<int>(k) + 1, .rho = rho}).value();
    statistics.compare(got.chi_square, expected.at("data")[k][0]);
    // R computes 1 - pchisq, which loses digits as p falls: 1e-15 of 1 is its resolution.
    const double p = expected.at("data")[k][1];
    if (p > 1e-6) p_values.compare(got.p_value, p);
    CHECK(got.degrees_of_freedom == expected.at("data")[k][2]);
  }
  testing::verify({"gray_test", data_set, "chi-square", "R cmprsk 2.2-11 cuminc", 10}, statistics);
  testing::verify({"gray_test", data_set, "p-value", "R cmprsk 2.2-11 cuminc (1 - pchisq)", 9},
                  p_values);
}

TEST_CASE("Gray's test agrees with R's cuminc") {
  const auto tests_of = [](const std::string& id) {
    return testing::r_case("03_competing", id).at("gray_tests");
  };
  const Table transplants = testing::reference_data("bmt_cibmtr");
  Columns platelet = columns_of(transplants, "time", "cause", "platelet");
  check_against_cuminc("bmt_cibmtr, platelet", platelet, tests_of("gray-bmt-platelet"));
  check_against_cuminc("bmt_cibmtr, platelet, rho 1", platelet, tests_of("gray-rho1"), 1);
  check_against_cuminc("bmt_cibmtr, tcell", columns_of(transplants, "time", "cause", "tcell"),
                       tests_of("gray-bmt-tcell"));
  platelet.stratum = testing::codes(transplants, "tcell");
  check_against_cuminc("bmt_cibmtr, platelet by tcell", platelet, tests_of("gray-bmt-strat"));
}

TEST_CASE("Gray's test agrees with R's cuminc on other data") {
  const auto tests_of = [](const std::string& id) {
    return testing::r_case("03_competing", id).at("gray").at("gray_tests");
  };
  Columns melanoma = columns_of(testing::reference_data("melanoma"), "time", "status", "ulcer");
  for (int& cause : melanoma.cause) cause = cause == 1 ? 1 : cause == 2 ? 0 : 2;
  check_against_cuminc("melanoma, ulcer", melanoma, tests_of("melanoma"));

  check_against_cuminc("aidssi, ccr5",
                       columns_of(complete("aidssi", "ccr5"), "time", "status", "ccr5"),
                       tests_of("aidssi-cif"));

  const Table waiting = testing::reference_data("transplant_waitlist");
  const std::map<std::string, int> codes = {
      {"censored", 0}, {"death", 1}, {"ltx", 2}, {"withdraw", 3}};
  Columns columns{
      testing::numbers(waiting, "futime"), {}, testing::level_codes(waiting.at("abo")), {}};
  for (const std::string& event : waiting.at("event")) columns.cause.push_back(codes.at(event));
  check_against_cuminc("transplant waiting list, abo", columns, tests_of("transplant-waitlist"));
}

TEST_CASE("Gray's test agrees with R's cuminc on six causes of 8966 subjects") {
  const Table table = testing::reference_data("ebmt2");
  check_against_cuminc("ebmt2, dissub", columns_of(table, "time", "status", "dissub"),
                       testing::r_case("03_competing", "gray-ebmt2").at("gray_tests"));
}

// ---- properties -------------------------------------------------------------------------------

Columns made_up(std::uint64_t seed, int n, int groups, int strata) {
  Rng rng(seed, 7);
  Columns columns;
  for (int i = 0; i < n; ++i) {
    columns.time.push_back(std::ceil(rng.exponential() * 20));
    columns.cause.push_back(static_cast<int>(rng.below(4)));
    columns.group.push_back(rng.between(1, groups) * 3);
    if (strata > 1) columns.stratum.push_back(rng.between(1, strata));
  }
  return columns;
}

TEST_CASE("scores of Gray's test sum to 0, as do the rows of their variance") {
  const GrayTest got = gray_test(made_up(1, 200, 4, 2).view()).value();

  double sum = 0;
  for (const GrayTestGroup& group : got.groups) sum += group.score;
  CHECK(std::abs(sum) < 1e-10);
  for (std::size_t i = 0; i < 4; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < 4; ++j) row += got.variance[i * 4 + j];
    CHECK(std::abs(row) < 1e-9);
  }
}

TEST_CASE("without competing events the score of Gray's test is that of the log-rank test") {
  Columns columns = made_up(2, 150, 3, 1);
  for (int& cause : columns.cause) cause = cause == 0 ? 0 : 1;

  const GrayTest gray = gray_test(columns.view()).value();
  const LogRankTest log_rank =
      log_rank_test({columns.time, columns.cause, columns.group, {}}).value();

  for (std::size_t i = 0; i < 3; ++i) {
    const LogRankGroup& group = log_rank.groups[i];
    CHECK(gray.groups[i].events == group.observed);
    CHECK(std::abs(gray.groups[i].score - (group.weighted_observed - group.weighted_expected)) <
          1e-10);
  }
}

TEST_CASE("Gray's test does not depend on row order, names of groups or unit of time") {
  const Columns columns = made_up(3, 120, 3, 2);
  Columns other = columns;
  std::ranges::reverse(other.time);
  std::ranges::reverse(other.cause);
  std::ranges::reverse(other.group);
  std::ranges::reverse(other.stratum);
  for (double& time : other.time) time *= 7;
  for (int& group : other.group) group += 100;

  const GrayTest a = gray_test(columns.view()).value();
  const GrayTest b = gray_test(other.view()).value();

  CHECK(a.chi_square == b.chi_square);
  CHECK(a.variance == b.variance);
}

TEST_CASE("Gray's test refuses what cannot be compared") {
  const auto refusal = [](const Columns& columns, const GrayTestChoice& choice = {}) {
    const auto got = gray_test(columns.view(), choice);
    REQUIRE_FALSE(got);
    return got.error().message;
  };
  const Columns columns = made_up(4, 50, 2, 1);

  Columns one_group = columns;
  for (int& group : one_group.group) group = 3;
  CHECK(refusal(one_group).find("at least 2") != std::string::npos);
  CHECK(refusal(columns, {.cause = 9}).find("at least 2") != std::string::npos);
  CHECK(refusal(columns, {.cause = 0}).find("cause 0") != std::string::npos);
  CHECK(refusal(columns, {.rho = -1}).find("rho -1") != std::string::npos);
  Columns confounded = columns;
  confounded.stratum = confounded.group;
  CHECK(refusal(confounded).find("at least 2") != std::string::npos);
  Columns short_group = columns;
  short_group.group.pop_back();
  CHECK(refusal(short_group).find("49 groups") != std::string::npos);
  CHECK_FALSE(gray_test({std::vector<double>{1, 1, 1, 1},
                         std::vector<int>{1, 1, 1, 1},
                         std::vector<int>{0, 0, 1, 1},
                         {}}));
}

}  // namespace
}  // namespace kensho::stats
