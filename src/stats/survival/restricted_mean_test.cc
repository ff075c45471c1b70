#include "stats/survival/restricted_mean.h"

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

std::vector<SurvivalCurve> curves_of(const std::string& data, const std::string& time,
                                     const std::string& event, const std::string& group) {
  const Table table = testing::reference_data(data);
  std::map<std::string, std::pair<std::vector<double>, std::vector<int>>> groups;
  const std::vector<double> times = testing::numbers(table, time);
  const std::vector<int> events = testing::codes(table, event);
  for (std::size_t i = 0; i < times.size(); ++i) {
    auto& to = groups[group.empty() ? "" : table.at(group)[i]];
    to.first.push_back(times[i]);
    to.second.push_back(events[i]);
  }
  std::vector<SurvivalCurve> curves;
  for (const auto& [label, columns] : groups) {
    curves.push_back(kaplan_meier(columns.first, columns.second).value());
  }
  return curves;
}

const std::string survfit = "R survival 3.5-3 survfit";

void check_case(const std::string& data_set, const std::vector<SurvivalCurve>& curves,
                const std::string& id) {
  const Json expected = testing::r_case("01_survival", id).at("rmst");
  Agreement agreement;
  for (std::size_t k = 0; k < curves.size(); ++k) {
    const RestrictedMean got = restricted_mean(curves[k], expected.at("tau")).value();
    const Json& table = expected.at("table");
    const bool one = !table.contains("data");
    agreement.compare(got.mean, one ? table.at("rmean") : table.at("data")[k][0]);
    agreement.compare(got.std_error, one ? table.at("se(rmean)") : table.at("data")[k][1]);
  }
  testing::verify({"rmst", data_set, "mean and standard error", survfit, 13}, agreement);
}

TEST_CASE("restricted means agree with R's survfit") {
  check_case("bmt", curves_of("bmt_kmsurv", "t2", "d3", "group"), "km-bmt-group");
  check_case("bmt, overall", curves_of("bmt_kmsurv", "t1", "d1", ""), "km-bmt-overall-os");
  check_case("alloauto", curves_of("alloauto", "time", "delta", "type"), "km-alloauto");
  check_case("cytomegalovirus",
             curves_of("cytomegalovirus_hsct", "time.to.cmv", "cmv", "recipient.cmv"),
             "km-cmv-reactivation");
}

TEST_CASE("difference and ratio of restricted means agree with R") {
  const Json expected = testing::r_case("01_survival", "rmst-diff-alloauto");
  const auto curves = curves_of("alloauto", "time", "delta", "type");

  const RestrictedMeanContrast got =
      compare_restricted_means(restricted_mean(curves[0], 36).value(),
                               restricted_mean(curves[1], 36).value())
          .value();

  Agreement agreement;
  agreement.compare(got.difference.estimate, expected.at("diff_1_minus_2"));
  agreement.compare(got.difference.std_error, expected.at("se_diff"));
  agreement.compare(got.difference.interval.lower, expected.at("ci")[0]);
  agreement.compare(got.difference.interval.upper, expected.at("ci")[1]);
  agreement.compare(got.difference.p_value, expected.at("p"));
  REQUIRE(got.ratio);
  agreement.compare(got.ratio->estimate, expected.at("ratio"));
  agreement.compare(got.ratio->interval.lower, expected.at("ratio_ci")[0]);
  agreement.compare(got.ratio->interval.upper, expected.at("ratio_ci")[1]);
  testing::verify({"rmst", "alloauto", "difference and ratio, intervals, p", survfit, 11},
                  agreement);
}

TEST_CASE("a landmark analysis agrees with R") {
  const Table table = testing::reference_data("bmt_kmsurv");
  const auto t2 = testing::numbers(table, "t2");
  const auto d3 = testing::codes(table, "d3");
  const auto dp = testing::codes(table, "dp");
  const auto tp = testing::numbers(table, "tp");
  const Json expected = testing::r_case("01_survival", "landmark-bmt");

  const LandmarkSample sample = landmark_sample(t2, 100).value();
  std::vector<int> event;
  std::vector<int> recovered;
  for (const std::size_t row : sample.rows) {
    event.push_back(d3[row]);
    recovered.push_back(dp[row] == 1 && tp[row] <= 100 ? 1 : 0);
  }
  const LogRankTest test = log_rank_test({sample.time, event, recovered, {}}).value();

  CHECK(sample.rows.size() == expected.at("n"));
  Agreement agreement;
  agreement.compare(test.chi_square, expected.at("lr").at("chisq"));
  agreement.compare(test.p_value, expected.at("lr").at("p_value"));
  agreement.compare(test.groups[0].expected, expected.at("lr").at("expected")[0]);
  testing::verify({"log_rank", "bmt, landmark day 100", "chi-square, p, expected",
                   "R survival 3.5-3 survdiff", 13},
                  agreement);
}

// ---- properties -------------------------------------------------------------------------------

TEST_CASE("without censoring the restricted mean is the mean of the cut times") {
  Rng rng(1, 1);
  std::vector<double> time;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 200; ++i) {
    time.push_back(std::ceil(rng.exponential() * 10));
    const double cut = std::min(time.back(), 12.0);
    sum += cut;
    squares += cut * cut;
  }
  const SurvivalCurve curve = kaplan_meier(time, std::vector<int>(200, 1)).value();

  const RestrictedMean got = restricted_mean(curve, 12).value();

  const double mean = sum / 200;
  CHECK(got.mean == doctest::Approx(mean).epsilon(1e-13));
  CHECK(got.std_error ==
        doctest::Approx(std::sqrt((squares / 200 - mean * mean) / 200)).epsilon(1e-11));
}

TEST_CASE("a horizon before the first event leaves nothing to vary") {
  const SurvivalCurve curve =
      kaplan_meier(std::vector<double>{3, 4, 5}, std::vector<int>{1, 0, 1}).value();

  const RestrictedMean got = restricted_mean(curve, 2).value();

  CHECK(got.mean == 2);
  CHECK(got.std_error == 0);
  CHECK(restricted_mean(curve, 10).value().mean == doctest::Approx(3 + 2.0 / 3 * 2));
}

TEST_CASE("restricted means are refused where they are not defined") {
  const SurvivalCurve curve =
      kaplan_meier(std::vector<double>{3, 4, 5}, std::vector<int>{1, 1, 0}).value();
  const auto message = [](const auto& result) { return result.error().message; };

  CHECK(message(restricted_mean(curve, 6)).find("last follow-up 5") != std::string::npos);
  CHECK(message(restricted_mean(curve, 0)).find("above 0") != std::string::npos);
  CHECK(message(compare_restricted_means({5, 1, 1}, {6, 1, 1})).find("differ") !=
        std::string::npos);
  CHECK(message(compare_restricted_means({5, 5, 0}, {5, 5, 0})).find("neither") !=
        std::string::npos);
  CHECK_FALSE(landmark_sample(std::vector<double>{1, 2}, -1));
}

}  // namespace
}  // namespace kensho::stats
