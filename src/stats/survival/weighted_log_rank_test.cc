// The family of weights and the trend test of log_rank.h; log_rank_test.cc has the unweighted one.
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/dist/distributions.h"
#include "stats/survival/log_rank.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::Table;

struct Columns {
  std::vector<double> time;
  std::vector<int> event;
  std::vector<int> group;
  std::vector<int> stratum;

  LogRankData view() const { return {time, event, group, stratum}; }
};

Columns transplants() {
  const Table table = testing::reference_data("bmt_kmsurv");
  return {testing::numbers(table, "t2"),
          testing::codes(table, "d3"),
          testing::codes(table, "group"),
          {}};
}

Columns lung(const std::string& group, const std::string& stratum) {
  const Table all = testing::reference_data("lung");
  const Table table =
      testing::rows_where(all, [&](std::size_t i) { return all.at("ph.ecog")[i] != ""; });
  Columns columns{testing::numbers(table, "time"),
                  testing::codes(table, "status"),
                  testing::codes(table, group),
                  {}};
  for (int& status : columns.event) status = status == 2 ? 1 : 0;
  if (!stratum.empty()) columns.stratum = testing::codes(table, stratum);
  return columns;
}

Columns autografts() {
  const Table table = testing::reference_data("alloauto");
  return {testing::numbers(table, "time"),
          testing::codes(table, "delta"),
          testing::codes(table, "type"),
          {}};
}

const std::string survdiff = "R survival 3.5-3 survdiff";

// A case of survdiff, whose observed and expected are weighted.
void check_survdiff(const std::string& data_set, const Columns& columns, const Json& expected,
                    double rho = 0) {
  const LogRankTest got = log_rank_test(columns.view(), {.rho = rho}).value();
  Agreement agreement;
  for (std::size_t i = 0; i < got.groups.size(); ++i) {
    CHECK(got.groups[i].subjects == expected.at("n")[i]);
    agreement.compare(got.groups[i].weighted_observed, expected.at("observed")[i]);
    agreement.compare(got.groups[i].weighted_expected, expected.at("expected")[i]);
    for (std::size_t j = 0; j < got.groups.size(); ++j) {
      agreement.compare(got.variance[i * got.groups.size() + j],
                        expected.at("variance").at("data")[i][j]);
    }
  }
  agreement.compare(got.chi_square, expected.at("chisq"));
  CHECK(got.degrees_of_freedom == expected.at("df"));
  agreement.compare(got.p_value, expected.at("p_value"));
  testing::verify(
      {"log_rank", data_set, "observed, expected, variance, chi-square, p", survdiff, 11},
      agreement);
}

TEST_CASE("weighted and stratified log-rank tests agree with R's survdiff") {
  const auto expected = [](const std::string& id) { return testing::r_case("01_survival", id); };
  check_survdiff("bmt", transplants(), expected("logrank-bmt-group"));
  check_survdiff("bmt, rho 1", transplants(), expected("logrank-bmt-peto"), 1);
  check_survdiff("bmt, rho 0.5", transplants(), expected("logrank-bmt-rho05"), 0.5);
  check_survdiff("alloauto", autografts(), expected("logrank-alloauto"));
  check_survdiff("lung by ECOG", lung("sex", "ph.ecog"), expected("logrank-stratified-lung"));
  Columns by_hospital = transplants();
  by_hospital.stratum = testing::codes(testing::reference_data("bmt_kmsurv"), "z9");
  check_survdiff("bmt by hospital", by_hospital, expected("logrank-stratified-bmt-hospital"));
}

// A case of the definition in R: scores of all groups, and their variance.
void compare_definition(Agreement& agreement, const Columns& columns, const Json& expected,
                        const LogRankChoice& choice) {
  const LogRankTest got = log_rank_test(columns.view(), choice).value();
  std::size_t i = 0;
  for (const Json& score : expected.at("U")) {
    agreement.compare(got.groups[i].weighted_observed - got.groups[i].weighted_expected, score);
    for (std::size_t j = 0; j < got.groups.size(); ++j) {
      agreement.compare(got.variance[i * got.groups.size() + j], expected.at("V").at("data")[i][j]);
    }
    ++i;
  }
  agreement.compare(got.chi_square, expected.at("chisq"));
  agreement.compare(got.p_value, expected.at("p_value"));
}

TEST_CASE("the family of log-rank weights agrees with its definition written in R") {
  const Json three = testing::r_case("01_survival", "wlr-family-bmt");
  const Json two = testing::r_case("01_survival", "wlr-2group-strat-alloauto");
  const auto gehan = LogRankFamily::gehan;
  const auto tarone_ware = LogRankFamily::tarone_ware;
  Agreement agreement;

  compare_definition(agreement, transplants(), three.at("logrank"), {});
  compare_definition(agreement, transplants(), three.at("gehan"), {.family = gehan});
  compare_definition(agreement, transplants(), three.at("tarone_ware"), {.family = tarone_ware});
  compare_definition(agreement, transplants(), three.at("fh_1_0"), {.rho = 1});
  compare_definition(agreement, transplants(), three.at("fh_0_1"), {.gamma = 1});
  compare_definition(agreement, transplants(), three.at("fh_1_1"), {.rho = 1, .gamma = 1});
  compare_definition(agreement, transplants(), three.at("fh_05_05"), {.rho = 0.5, .gamma = 0.5});
  compare_definition(agreement, autografts(), two.at("gehan"), {.family = gehan});
  compare_definition(agreement, autografts(), two.at("fh_0_1"), {.gamma = 1});
  compare_definition(agreement, autografts(), two.at("fh_0_05"), {.gamma = 0.5});

  testing::verify({"log_rank", "bmt, alloauto", "weighted family: U, V, chi-square, p",
                   "definition written in R 4.2.2", 11},
                  agreement);
}

TEST_CASE("the trend test agrees with survdiff's sums put together") {
  const Json expected = testing::r_case("01_survival", "logrank-trend");

  const LogRankTest test = log_rank_test(lung("ph.ecog", "").view()).value();
  const LogRankTrend trend = log_rank_trend(test, std::vector<double>{0, 1, 2, 3}).value();

  Agreement agreement;
  agreement.compare(trend.score, expected.at("U"));
  agreement.compare(trend.variance, expected.at("V"));
  agreement.compare(trend.z * trend.z, expected.at("chisq"));
  agreement.compare(trend.p_value, expected.at("p"));
  testing::verify({"log_rank", "lung by ECOG", "trend test", survdiff, 11}, agreement);
}

// ---- properties -------------------------------------------------------------------------------

TEST_CASE("the trend of two groups is the log-rank test") {
  const LogRankTest test = log_rank_test(autografts().view()).value();

  const LogRankTrend trend = log_rank_trend(test, std::vector<double>{5, 9}).value();

  CHECK(trend.z * trend.z == doctest::Approx(test.chi_square).epsilon(1e-12));
  CHECK(trend.p_value == doctest::Approx(test.p_value).epsilon(1e-12));
}

TEST_CASE("a trend and a weight are refused where they say nothing") {
  const LogRankTest test = log_rank_test(autografts().view()).value();
  const auto message = [](const auto& result) { return result.error().message; };

  CHECK(message(log_rank_trend(test, std::vector<double>{1})).find("1 scores") !=
        std::string::npos);
  CHECK(message(log_rank_trend(test, std::vector<double>{4, 4})).find("do not differ") !=
        std::string::npos);
  CHECK(message(log_rank_trend(test, std::vector<double>{0, std::nan("")})).find("not finite") !=
        std::string::npos);
  CHECK(message(log_rank_test(autografts().view(), {.rho = -1})).find("rho is -1") !=
        std::string::npos);
}

TEST_CASE("one event is enough for an early weight and too little for a late one") {
  const std::vector<double> time = {1, 2, 3, 4};
  const std::vector<int> event = {1, 0, 0, 0};
  const std::vector<int> group = {0, 1, 0, 1};

  CHECK(log_rank_test({time, event, group, {}}, {.rho = 1}));
  CHECK_FALSE(log_rank_test({time, event, group, {}}, {.gamma = 1}));
}

}  // namespace
}  // namespace kensho::stats
