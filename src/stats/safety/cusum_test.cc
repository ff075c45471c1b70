#include "stats/safety/cusum.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/optimize/newton.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

// The reference takes its risks from a logistic regression of the outcome on age: fitted here,
// since the file does not hold them.
std::vector<double> logistic_risks(const std::vector<int>& y, const std::vector<double>& x) {
  const auto likelihood = [&](std::span<const double> b) {
    Likelihood at{0, {0, 0}, Matrix(2, 2)};
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double eta = b[0] + b[1] * x[i];
      const double p = 1 / (1 + std::exp(-eta));
      at.value += y[i] * eta - std::log1p(std::exp(eta));
      at.score[0] += y[i] - p;
      at.score[1] += (y[i] - p) * x[i];
      at.information(0, 0) += p * (1 - p);
      at.information(1, 0) += p * (1 - p) * x[i];
      at.information(1, 1) += p * (1 - p) * x[i] * x[i];
    }
    at.information(0, 1) = at.information(1, 0);
    return at;
  };
  const Maximum fit = maximise(likelihood, {0, 0}, "logistic").value();
  std::vector<double> risks;
  for (const double value : x) {
    risks.push_back(1 / (1 + std::exp(-fit.parameters[0] - fit.parameters[1] * value)));
  }
  return risks;
}

TEST_CASE("the risk-adjusted chart agrees with R") {
  const auto table = testing::reference_data("bmt_kmsurv");
  const auto recovered = testing::codes(table, "d1");
  const auto time = testing::numbers(table, "t1");
  std::vector<int> failed;
  for (std::size_t i = 0; i < time.size(); ++i) {
    failed.push_back(recovered[i] == 1 && time[i] <= 100 ? 1 : 0);
  }
  const auto risk = logistic_risks(failed, testing::numbers(table, "z1"));
  const Json expected = testing::r_case("16_safety", "cusum-binary");
  const CusumChart chart = risk_adjusted_cusum(failed, risk, 2, 1.5).value();
  Agreement agreement;
  // R's Reduce leaves the first value below 0; the chart is held at 0 from its start
  for (std::size_t i = 1; i < failed.size(); ++i) {
    agreement.compare(1 + chart.cusum[i], 1 + expected.at("cusum")[i].get<double>());
  }
  const auto top = std::ranges::max_element(chart.cusum);
  agreement.compare(*top, expected.at("max"));
  CHECK(top - chart.cusum.begin() + 1 == expected.at("which_max"));
  CHECK(std::abs(chart.expected_minus_observed.back() - expected.at("vlad_final").get<double>()) <
        1e-12);
  CHECK(chart.cusum[chart.first_signal.value()] >= 1.5);
  CHECK(chart.cusum[chart.first_signal.value() - 1] < 1.5);
  verify({"cusum", "bmt_kmsurv", "chart", "R, definition written out", 12}, agreement);
}

TEST_CASE("average run lengths agree with the chain solved in R") {
  const Json file = testing::read_reference(testing::reference_path("safety/safety.json"));
  const Json& chain = file.at("cusum");
  const std::vector<double> risk = chain.at("risks");
  Agreement agreement;
  CusumDesign design{.risk = risk, .odds_ratio = 2};
  agreement.compare(cusum_run_length(design, 3).value(), chain.at("run_length"));
  design.true_odds_ratio = 2;
  agreement.compare(cusum_run_length(design, 3).value(), chain.at("out_of_control"));
  verify({"cusum", "3 risks", "average run lengths", "R solve on the same chain", 10}, agreement);
}

// ---- simulation: the chain against the chart itself -------------------------------------------

double simulated_run_length(const CusumDesign& design, double limit, int runs) {
  double total = 0;
  for (int run = 0; run < runs; ++run) {
    Rng rng(77, std::uint64_t(run));
    double value = 0;
    while (value < limit) {
      const double p = design.risk[rng.below(std::uint32_t(design.risk.size()))];
      const double odds = design.odds_ratio;
      const bool failed = rng.bernoulli(p);
      value = std::max(0.0, value + std::log((failed ? odds : 1) / (1 - p + odds * p)));
      ++total;
    }
  }
  return total / runs;
}

TEST_CASE("the chain's run length is that of simulated charts" * doctest::test_suite("slow")) {
  const std::vector<double> risk = {0.05, 0.1, 0.2};
  const CusumDesign design{.risk = risk, .odds_ratio = 2, .states = 1000};
  const double length = cusum_run_length(design, 2).value();
  constexpr int runs = 20'000;
  // run lengths are nearly exponential: their standard deviation is their mean; the cells of the
  // chain add up to 1 %
  const double simulated = simulated_run_length(design, 2, runs);
  CHECK(std::abs(simulated - length) < 4 * length / std::sqrt(double(runs)) + 0.01 * length);
}

TEST_CASE("a simulated limit keeps the false alarms at the level asked for") {
  const std::vector<double> risk = {0.05, 0.1, 0.2};
  const CusumDesign design{.risk = risk, .odds_ratio = 2};
  const FalseAlarmGoal goal{.patients = 200, .probability = 0.1, .runs = 4000, .seed = 5};
  const SimulatedLimit limit = cusum_limit(design, goal).value();
  for (const unsigned threads : {2U, 8U}) {
    CHECK(cusum_limit(design, goal, threads).value().limit == limit.limit);
  }
  int alarms = 0;
  constexpr int runs = 4000;
  for (int run = 0; run < runs; ++run) {
    Rng rng(6, std::uint64_t(run));
    std::vector<int> failed;
    std::vector<double> risks;
    for (int i = 0; i < goal.patients; ++i) {
      risks.push_back(risk[rng.below(3)]);
      failed.push_back(rng.bernoulli(risks.back()) ? 1 : 0);
    }
    alarms += risk_adjusted_cusum(failed, risks, 2, limit.limit).value().first_signal ? 1 : 0;
  }
  const double error = std::sqrt(2 * 0.1 * 0.9 / runs);
  CHECK(std::abs(double(alarms) / runs - 0.1) < 4 * error);
  CHECK(cusum_run_length(design, limit.limit).value() > 200);
}

TEST_CASE("a chart for fewer failures falls with failures; nothing else is accepted") {
  const std::vector<int> failed = {0, 0, 1, 0};
  const std::vector<double> risk = {0.3, 0.3, 0.3, 0.3};
  const CusumChart chart = risk_adjusted_cusum(failed, risk, 0.5).value();
  CHECK(chart.cusum[1] > chart.cusum[0]);
  CHECK(chart.cusum[2] < chart.cusum[1]);
  CHECK_FALSE(chart.first_signal);
  CHECK_FALSE(risk_adjusted_cusum(failed, risk, 1));
  CHECK_FALSE(risk_adjusted_cusum(failed, std::vector{0.3}, 2));
  CHECK_FALSE(risk_adjusted_cusum(std::vector{2}, std::vector{0.3}, 2));
  CHECK_FALSE(risk_adjusted_cusum(std::vector{1}, std::vector{1.0}, 2));
  CHECK_FALSE(risk_adjusted_cusum({}, {}, 2));
  CHECK_FALSE(risk_adjusted_cusum(failed, risk, 2, 0.0));
  CHECK_FALSE(cusum_run_length({.risk = risk, .odds_ratio = 2, .states = 5}, 2));
  CHECK_FALSE(cusum_run_length({.risk = risk, .odds_ratio = 2}, 500));
  CHECK_FALSE(
      cusum_limit({.risk = risk, .odds_ratio = 2}, {.patients = 0, .probability = 0.1, .seed = 1}));
}

}  // namespace
}  // namespace kensho::stats
