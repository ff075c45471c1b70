#include "stats/survival/hazard_estimate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::Table;

// Columns that own what FollowUpRows borrows.
struct Columns {
  std::vector<double> time;
  std::vector<int> event;
  std::vector<double> entry;
  std::vector<double> weight;
  std::vector<int> subject;

  FollowUpRows view() const { return {time, event, entry, weight, subject}; }
};

HazardEstimate estimate(const Columns& columns, const HazardChoice& choice = {}) {
  auto found = estimate_hazard(columns.view(), choice);
  if (!found) FAIL(found.error().message);
  return *found;
}

const std::string survfit = "R survival 3.5-3 survfit";

// ---- agreement with R -------------------------------------------------------------------------

// The groups of a case, in R's order of rows: tables are one group after another.
struct Comparison {
  Agreement curve;
  Agreement intervals;
  Agreement hazard;
  std::size_t row = 0;
};

void compare_nullable(Agreement& agreement, std::optional<double> got, const Json& expected) {
  if (expected.is_null() || !got) return;
  agreement.compare(*got, expected);
}

void compare_intervals(Comparison& to, const SurvivalCurve& curve, const Json& expected,
                       const std::string& name, SurvivalTransform transform) {
  const auto intervals = pointwise_intervals(curve, {.transform = transform}).value();
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const Json& lower = expected.at("ci_" + name).at("lower")[to.row + i];
    const Json& upper = expected.at("ci_" + name).at("upper")[to.row + i];
    if (!intervals[i]) continue;
    compare_nullable(to.intervals, intervals[i]->lower, lower);
    compare_nullable(to.intervals, intervals[i]->upper, upper);
  }
}

void compare_group(Comparison& to, const Columns& group, const Json& expected,
                   const HazardChoice& choice) {
  const HazardEstimate got = estimate(group, choice);
  const Json& table = expected.at("table");
  for (std::size_t i = 0; i < got.hazard.size(); ++i) {
    const std::size_t row = to.row + i;
    const SurvivalStep& step = got.survival.steps[i];
    REQUIRE(step.time == table.at("time")[row]);
    to.curve.compare(got.hazard[i].at_risk, table.at("n_risk")[row]);
    to.curve.compare(got.hazard[i].events, table.at("n_event")[row]);
    to.curve.compare(step.survival, table.at("surv")[row]);
    if (step.survival > 0) compare_nullable(to.curve, step.std_error, table.at("se_surv")[row]);
    to.hazard.compare(got.hazard[i].cumulative, expected.at("nelson_aalen").at("cumhaz")[row]);
    to.hazard.compare(got.hazard[i].std_error, expected.at("nelson_aalen").at("se_cumhaz")[row]);
  }
  compare_intervals(to, got.survival, expected, "loglog", SurvivalTransform::log_log);
  compare_intervals(to, got.survival, expected, "plain", SurvivalTransform::plain);
  compare_intervals(to, got.survival, expected, "log", SurvivalTransform::log);
  to.row += got.hazard.size();
}

void check_case(const std::string& data_set, const std::vector<Columns>& groups,
                const Json& expected, double digits, const HazardChoice& choice = {}) {
  Comparison to;
  for (const Columns& group : groups) compare_group(to, group, expected, choice);
  CHECK(to.row == expected.at("table").at("time").size());
  testing::verify({"kaplan_meier", data_set, "survival and its standard error", survfit, digits},
                  to.curve);
  testing::verify({"kaplan_meier", data_set, "intervals on three scales", survfit, digits},
                  to.intervals);
  testing::verify({"nelson_aalen", data_set, "hazard and its standard error", survfit, digits},
                  to.hazard);
}

// One set of columns for each value of `group`, in ascending order.
std::vector<Columns> grouped(const Columns& all, const std::vector<int>& group) {
  std::map<int, Columns> groups;
  for (std::size_t i = 0; i < group.size(); ++i) {
    Columns& to = groups[group[i]];
    to.time.push_back(all.time[i]);
    to.event.push_back(all.event[i]);
    if (!all.entry.empty()) to.entry.push_back(all.entry[i]);
    if (!all.weight.empty()) to.weight.push_back(all.weight[i]);
    if (!all.subject.empty()) to.subject.push_back(all.subject[i]);
  }
  std::vector<Columns> found;
  for (const auto& [label, columns] : groups) found.push_back(columns);
  return found;
}

TEST_CASE("weighted Kaplan-Meier and Nelson-Aalen agree with R's survfit") {
  const Table lung = testing::reference_data("lung");
  Columns all{testing::numbers(lung, "time"), testing::codes(lung, "status"), {}, {}, {}};
  const std::vector<double> age = testing::numbers(lung, "age");
  const std::vector<int> sex = testing::codes(lung, "sex");
  for (std::size_t i = 0; i < age.size(); ++i) {
    all.event[i] = all.event[i] == 2 ? 1 : 0;
    all.weight.push_back(1 + (age[i] > 60 ? 1 : 0) + (sex[i] == 1 ? 0.25 : 0));
  }
  const Json expected = testing::r_case("01_survival", "km-weighted");

  check_case("lung, weighted", grouped(all, sex), expected.at("greenwood_weighted_counts"), 13);
  check_case("lung, weighted, jackknife", grouped(all, sex),
             expected.at("robust_infinitesimal_jackknife"), 10,
             {.variance = HazardVariance::infinitesimal_jackknife});
}

TEST_CASE("left-truncated Kaplan-Meier agrees with R's survfit") {
  const Table heart = testing::reference_data("jasa_heart");
  const Columns all{testing::numbers(heart, "stop"),
                    testing::codes(heart, "event"),
                    testing::numbers(heart, "start"),
                    {},
                    {}};

  check_case("jasa, delayed entry", grouped(all, testing::codes(heart, "transplant")),
             testing::r_case("01_survival", "km-lefttrunc"), 13);
}

TEST_CASE("unweighted Kaplan-Meier and Nelson-Aalen agree with R's survfit") {
  const auto columns = [](const std::string& data, const std::string& time,
                          const std::string& event) {
    const Table table = testing::reference_data(data);
    return Columns{testing::numbers(table, time), testing::codes(table, event), {}, {}, {}};
  };
  const auto group = [](const std::string& data, const std::string& name) {
    return testing::codes(testing::reference_data(data), name);
  };
  const auto expected = [](const std::string& id) { return testing::r_case("01_survival", id); };

  check_case("bmt", grouped(columns("bmt_kmsurv", "t2", "d3"), group("bmt_kmsurv", "group")),
             expected("km-bmt-group"), 13);
  check_case("bmt, overall", {columns("bmt_kmsurv", "t1", "d1")}, expected("km-bmt-overall-os"),
             13);
  check_case("alloauto", grouped(columns("alloauto", "time", "delta"), group("alloauto", "type")),
             expected("km-alloauto"), 13);
  check_case("cytomegalovirus",
             grouped(columns("cytomegalovirus_hsct", "time.to.cmv", "cmv"),
                     group("cytomegalovirus_hsct", "recipient.cmv")),
             expected("km-cmv-reactivation"), 13);
}

TEST_CASE("Kaplan-Meier curves of a trial's events agree with R's survfit") {
  const Table table = testing::reference_data("cdisc_adam_adtte");
  Columns all{testing::numbers(table, "AVAL"), {}, {}, {}, {}};
  for (const int censored : testing::codes(table, "CNSR")) {
    all.event.push_back(censored == 0 ? 1 : 0);
  }
  std::vector<int> group;
  for (const std::string& arm : table.at("TRTA")) {
    group.push_back(arm == "Placebo" ? 0 : arm == "Xanomeline High Dose" ? 1 : 2);
  }

  check_case("cdisc adtte", grouped(all, group), testing::r_case("01_survival", "km-cdisc-adtte"),
             13);
}

TEST_CASE("the Fleming-Harrington estimate agrees with R's survfit") {
  const Table table = testing::reference_data("bmt_kmsurv");
  const Columns columns{testing::numbers(table, "t2"), testing::codes(table, "d3"), {}, {}, {}};
  const Json expected = testing::r_case("01_survival", "cumhaz-fleming-harrington");

  const HazardEstimate got = estimate(
      columns, {.ties = HazardTies::fleming_harrington, .form = SurvivalForm::exponential});

  Agreement agreement;
  for (std::size_t i = 0; i < got.hazard.size(); ++i) {
    agreement.compare(got.hazard[i].cumulative, expected.at("cumhaz")[i]);
    agreement.compare(got.hazard[i].std_error, expected.at("se_cumhaz")[i]);
    agreement.compare(got.survival.steps[i].survival, expected.at("surv")[i]);
  }
  testing::verify({"nelson_aalen", "bmt, Fleming-Harrington ties",
                   "hazard, standard error, exp(-H)", survfit, 12},
                  agreement);
}

TEST_CASE("the mean cumulative function of recurrent infections agrees with R's survfit") {
  const Table cgd = testing::reference_data("cgd");
  const Columns all{testing::numbers(cgd, "tstop"),
                    testing::codes(cgd, "status"),
                    testing::numbers(cgd, "tstart"),
                    {},
                    testing::codes(cgd, "id")};
  std::vector<int> treated;
  for (const std::string& treat : cgd.at("treat")) treated.push_back(treat == "placebo" ? 0 : 1);
  const Json expected = testing::r_case("01_survival", "mean-cumulative-function");
  const std::vector<double> times = {60, 120, 180, 240, 300, 360};

  Agreement agreement;
  std::size_t row = 0;
  for (const Columns& group : grouped(all, treated)) {
    const HazardEstimate got =
        estimate(group, {.variance = HazardVariance::infinitesimal_jackknife});
    const std::vector<HazardReading> readings = read_hazard(got, times).value();
    for (const HazardReading& reading : readings) {
      agreement.compare(reading.at_risk, expected.at("n_risk")[row]);
      agreement.compare(reading.cumulative, expected.at("mcf")[row]);
      agreement.compare(reading.std_error, expected.at("robust_se")[row]);
      ++row;
    }
  }
  CHECK(row == expected.at("mcf").size());
  testing::verify(
      {"mean_cumulative_function", "cgd", "mean, robust standard error, at risk", survfit, 10},
      agreement);
}

// ---- the definition, written out --------------------------------------------------------------

Columns made_up(std::uint64_t seed, int rows, int subjects) {
  Rng rng(seed, 3);
  Columns columns;
  for (int i = 0; i < rows; ++i) {
    const double entry = rng.between(0, 6);
    columns.entry.push_back(entry);
    columns.time.push_back(entry + rng.between(1, 8));
    columns.event.push_back(rng.bernoulli(0.6) ? 1 : 0);
    columns.weight.push_back(rng.between(0, 3) * 0.5);
    columns.subject.push_back(rng.between(0, subjects - 1));
  }
  return columns;
}

double weight_where(const Columns& columns, double t, bool event) {
  double sum = 0;
  for (std::size_t i = 0; i < columns.time.size(); ++i) {
    const bool at_risk = columns.entry[i] < t && t <= columns.time[i];
    const bool counted = event ? columns.time[i] == t && columns.event[i] == 1 : at_risk;
    sum += counted ? columns.weight[i] : 0;
  }
  return sum;
}

TEST_CASE("the jackknife is the sum of squared derivatives of the hazard by subject") {
  const Columns columns = made_up(1, 60, 15);
  const HazardEstimate got =
      estimate(columns, {.variance = HazardVariance::infinitesimal_jackknife});

  std::vector<double> influence(15);
  double hazard = 0;
  for (std::size_t k = 0; k < got.hazard.size(); ++k) {
    const double t = got.survival.steps[k].time;
    const double at_risk = weight_where(columns, t, false);
    const double step = at_risk > 0 ? weight_where(columns, t, true) / at_risk : 0;
    hazard += step;
    for (std::size_t i = 0; i < columns.time.size() && at_risk > 0; ++i) {
      if (!(columns.entry[i] < t && t <= columns.time[i])) continue;
      const double event = columns.time[i] == t && columns.event[i] == 1 ? 1 : 0;
      influence[static_cast<std::size_t>(columns.subject[i])] +=
          columns.weight[i] * (event - step) / at_risk;
    }
    double variance = 0;
    for (const double value : influence) variance += value * value;
    CHECK(got.hazard[k].cumulative == doctest::Approx(hazard).epsilon(1e-12));
    CHECK(got.hazard[k].std_error == doctest::Approx(std::sqrt(variance)).epsilon(1e-9));
  }
}

TEST_CASE("whole weights are the same as repeated rows") {
  Columns weighted = made_up(2, 40, 5);
  for (double& weight : weighted.weight) weight *= 2;
  Columns repeated;
  for (std::size_t i = 0; i < weighted.time.size(); ++i) {
    for (int copy = 0; copy < static_cast<int>(weighted.weight[i]); ++copy) {
      repeated.time.push_back(weighted.time[i]);
      repeated.event.push_back(weighted.event[i]);
      repeated.entry.push_back(weighted.entry[i]);
    }
  }
  const HazardEstimate a = estimate(weighted);
  const HazardEstimate b = estimate(repeated);

  for (std::size_t k = 0; k < b.hazard.size(); ++k) {
    const auto same =
        std::ranges::find(a.survival.steps, b.survival.steps[k].time, &SurvivalStep::time);
    REQUIRE(same != a.survival.steps.end());
    CHECK(same->survival == doctest::Approx(b.survival.steps[k].survival).epsilon(1e-13));
    CHECK(a.hazard[static_cast<std::size_t>(same - a.survival.steps.begin())].std_error ==
          doctest::Approx(b.hazard[k].std_error).epsilon(1e-12));
  }
}

TEST_CASE("splitting follow-up into rows changes neither estimate nor jackknife") {
  Columns whole;
  Columns split;
  Rng rng(3, 3);
  for (int i = 0; i < 50; ++i) {
    const double time = rng.between(2, 20);
    const int event = rng.bernoulli(0.5) ? 1 : 0;
    whole.time.push_back(time);
    whole.event.push_back(event);
    const double cut = rng.uniform() * time;
    const auto add = [&](double from, double to, int observed) {
      split.entry.push_back(from);
      split.time.push_back(to);
      split.event.push_back(observed);
      split.subject.push_back(i);
    };
    add(0, cut, 0);
    add(cut, time, event);
  }
  const HazardChoice choice{.variance = HazardVariance::infinitesimal_jackknife};
  const HazardEstimate a = estimate(whole, choice);
  const HazardEstimate b = estimate(split, choice);

  const std::vector<double> times = {1, 3.5, 7, 12, 19};
  const auto at_a = read_hazard(a, times).value();
  const auto at_b = read_hazard(b, times).value();
  const auto curve_a = read_curve(a.survival, times, {}).value();
  const auto curve_b = read_curve(b.survival, times, {}).value();
  for (std::size_t i = 0; i < times.size(); ++i) {
    CHECK(at_a[i].cumulative == doctest::Approx(at_b[i].cumulative).epsilon(1e-13));
    CHECK(at_a[i].std_error == doctest::Approx(at_b[i].std_error).epsilon(1e-9));
    CHECK(curve_a[i].survival == doctest::Approx(curve_b[i].survival).epsilon(1e-13));
    CHECK(curve_a[i].std_error.value_or(-1) ==
          doctest::Approx(curve_b[i].std_error.value_or(-1)).epsilon(1e-9));
  }
}

TEST_CASE("without weights and entry the estimate is Kaplan-Meier's") {
  Columns columns = made_up(4, 100, 10);
  columns.entry.clear();
  columns.weight.clear();
  columns.subject.clear();
  const HazardEstimate got = estimate(columns);
  const SurvivalCurve curve = kaplan_meier(columns.time, columns.event).value();

  REQUIRE(got.survival.steps.size() == curve.steps.size());
  for (std::size_t k = 0; k < curve.steps.size(); ++k) {
    CHECK(got.survival.steps[k].at_risk == curve.steps[k].at_risk);
    CHECK(got.survival.steps[k].survival == doctest::Approx(curve.steps[k].survival));
    CHECK(got.survival.steps[k].std_error.has_value() == curve.steps[k].std_error.has_value());
  }
}

TEST_CASE("the hazard does not depend on the order of rows") {
  const Columns columns = made_up(5, 80, 12);
  Columns reversed = columns;
  std::ranges::reverse(reversed.time);
  std::ranges::reverse(reversed.event);
  std::ranges::reverse(reversed.entry);
  std::ranges::reverse(reversed.weight);
  std::ranges::reverse(reversed.subject);
  const HazardChoice choice{.variance = HazardVariance::infinitesimal_jackknife};
  const HazardEstimate a = estimate(columns, choice);
  const HazardEstimate b = estimate(reversed, choice);

  CHECK(a.hazard.back().cumulative == doctest::Approx(b.hazard.back().cumulative).epsilon(1e-14));
  CHECK(a.hazard.back().std_error == doctest::Approx(b.hazard.back().std_error).epsilon(1e-9));
}

TEST_CASE("an empty risk set before the end is a gap, not an error") {
  const Columns columns{{1, 9}, {1, 1}, {0, 5}, {}, {}};
  const HazardEstimate got = estimate(columns);

  CHECK(got.survival.steps[0].survival == 0);
  CHECK_FALSE(got.survival.steps[0].std_error);
  CHECK(got.hazard[1].cumulative == 2);
}

TEST_CASE("intervals of a hazard are symmetric on their scale and absent at 0") {
  const HazardEstimate got = estimate({{1, 2, 3, 4}, {0, 1, 1, 0}, {}, {}, {}});
  const std::vector<double> times = {0.5, 3};

  const auto log = read_hazard(got, times, {.transform = HazardTransform::log}).value();
  const auto plain = read_hazard(got, times, {.transform = HazardTransform::plain}).value();

  CHECK_FALSE(log[0].interval);
  CHECK(plain[0].interval->upper == 0);
  CHECK(log[1].interval->lower * log[1].interval->upper ==
        doctest::Approx(log[1].cumulative * log[1].cumulative));
  CHECK(plain[1].interval->lower == 0);
}

TEST_CASE("rows no hazard can be estimated from are refused") {
  const auto refusal = [](const Columns& columns, const HazardChoice& choice = {}) {
    const auto got = estimate_hazard(columns.view(), choice);
    REQUIRE_FALSE(got);
    return got.error().message;
  };

  CHECK(refusal({{1, 2}, {1, 1}, {0, 2}, {}, {}}).find("row 2 enters at 2") != std::string::npos);
  CHECK(refusal({{1, 2}, {1, 1}, {0}, {}, {}}).find("1 entries") != std::string::npos);
  CHECK(refusal({{1, 2}, {1, 1}, {}, {1, -1}, {}}).find("row 2 is -1") != std::string::npos);
  CHECK(refusal({{1, 2}, {1, 1}, {}, {0, 0}, {}}).find("every weight is 0") != std::string::npos);
  CHECK(refusal({{1, 2}, {1, 1}, {}, {}, {}}, {.ties = HazardTies::fleming_harrington,
                                               .variance = HazardVariance::infinitesimal_jackknife})
            .find("Nelson-Aalen ties only") != std::string::npos);
}

}  // namespace
}  // namespace kensho::stats
