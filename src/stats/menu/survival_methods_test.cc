// The survival methods of the menu, run on data with known results.
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/menu/method.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

// A data set of the reference cases as a table; words become levels in order of name.
DataTable table_of(const std::string& name) {
  const testing::Table data = testing::reference_data(name);
  std::vector<Column> columns;
  for (const auto& [column, cells] : data) {
    std::vector<double> values = testing::numbers(data, column);
    std::map<std::string, double> levels;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (std::isnan(values[i]) && !cells[i].empty()) levels[cells[i]] = 0;
    }
    Column made{column, values, {}};
    if (!levels.empty()) {
      for (auto& [level, code] : levels) {
        code = static_cast<double>(made.levels.size());
        made.levels.push_back(level);
      }
      for (std::size_t i = 0; i < cells.size(); ++i) {
        made.values[i] =
            cells[i].empty() ? std::numeric_limits<double>::quiet_NaN() : levels.at(cells[i]);
      }
    }
    columns.push_back(std::move(made));
  }
  return DataTable::make(std::move(columns)).value();
}

Result<Json> run(const std::string& name, const DataTable& table,
                 const std::map<std::string, std::string>& values) {
  const Method* method = find_method(name);
  REQUIRE(method != nullptr);
  const Arguments arguments = TRY(Arguments::make(method->options, values, table));
  return method->run(table, arguments);
}

Json answer(const std::string& name, const std::string& data,
            const std::map<std::string, std::string>& values) {
  auto document = run(name, table_of(data), values);
  if (!document) FAIL(document.error().message);
  return *document;
}

double number(const Json* json) {
  REQUIRE(json != nullptr);
  REQUIRE(json->is_number());
  return std::stod(json->if_number()->text);
}

// The member at a path of names and places.
const Json& at(const Json& json, const std::vector<std::string>& path) {
  const Json* found = &json;
  for (const std::string& step : path) {
    if (found->is_array()) {
      found = &found->items().at(static_cast<std::size_t>(std::stoi(step)));
    } else {
      found = found->find(step);
    }
    REQUIRE_MESSAGE(found != nullptr, step);
  }
  return *found;
}

double number_at(const Json& json, const std::vector<std::string>& path) {
  return number(&at(json, path));
}

TEST_CASE("kaplan_meier answers with curves, quantiles and readings of each group") {
  const Json document =
      answer("kaplan_meier", "bmt_kmsurv",
             {{"time", "t2"}, {"event", "d3"}, {"group", "group"}, {"times", "100,365"}});
  const auto expected = testing::r_case("01_survival", "km-bmt-group");

  CHECK(number_at(document, {"groups", "0", "at_times", "1", "survival"}) ==
        doctest::Approx(expected["at_times_loglog"]["surv"][2].get<double>()).epsilon(1e-13));
  CHECK(number_at(document, {"groups", "0", "quantiles", "1", "time"}) == 418);
  CHECK(at(document, {"groups", "0", "quantiles", "2", "time"}).is_null());
  CHECK(at(document, {"groups", "0", "curve"}).items().size() == 37);
}

TEST_CASE("log_rank answers a landmark question") {
  const Json document = answer("log_rank", "bmt_kmsurv",
                               {{"time", "t2"},
                                {"event", "d3"},
                                {"group", "group"},
                                {"landmark", "100"},
                                {"trend", "0,1,2"}});

  CHECK(number_at(document, {"rows_left_out"}) == 24);
  CHECK(number_at(document, {"df"}) == 2);
  CHECK(number_at(document, {"trend", "p_value"}) > 0);
}

TEST_CASE("nelson_aalen and mean_cumulative_function read the hazard") {
  const Json hazard = answer("nelson_aalen", "bmt_kmsurv",
                             {{"time", "t2"}, {"event", "d3"}, {"ties", "fleming_harrington"}});
  const auto expected = testing::r_case("01_survival", "cumhaz-fleming-harrington");
  CHECK(number_at(hazard, {"groups", "0", "curve", "3", "cumulative"}) ==
        doctest::Approx(expected["cumhaz"][3].get<double>()).epsilon(1e-13));

  const Json mean = answer("mean_cumulative_function", "cgd",
                           {{"time", "tstop"},
                            {"event", "status"},
                            {"start", "tstart"},
                            {"subject", "id"},
                            {"group", "treat"},
                            {"times", "60,360"}});
  const auto recurrent = testing::r_case("01_survival", "mean-cumulative-function");
  CHECK(number_at(mean, {"groups", "0", "at_times", "1", "cumulative"}) ==
        doctest::Approx(recurrent["mcf"][5].get<double>()).epsilon(1e-13));
}

TEST_CASE("rmst compares two groups") {
  const Json document =
      answer("rmst", "alloauto",
             {{"time", "time"}, {"event", "delta"}, {"group", "type"}, {"horizon", "36"}});
  const auto expected = testing::r_case("01_survival", "rmst-diff-alloauto");

  CHECK(number_at(document, {"difference", "estimate"}) ==
        doctest::Approx(expected["diff_1_minus_2"].get<double>()).epsilon(1e-12));
  CHECK(number_at(document, {"ratio", "estimate"}) ==
        doctest::Approx(expected["ratio"].get<double>()).epsilon(1e-12));
}

TEST_CASE("cumulative_incidence, gray_test and fine_gray answer for competing risks") {
  const std::map<std::string, std::string> columns = {{"time", "time"}, {"cause", "cause"}};
  auto incidence = columns;
  incidence["times"] = "12";
  incidence["variance"] = "jackknife";
  const auto aalen = testing::r_case("03_competing", "aj-bmt")["overall"];
  CHECK(number_at(answer("cumulative_incidence", "bmt_cibmtr", incidence),
                  {"groups", "0", "at_times", "0", "causes", "0", "std_error"}) ==
        doctest::Approx(aalen["se"]["data"][2][1].get<double>()).epsilon(1e-11));

  auto gray = columns;
  gray["group"] = "platelet";
  gray["strata"] = "tcell";
  const auto tests = testing::r_case("03_competing", "gray-bmt-strat")["gray_tests"];
  CHECK(number_at(answer("gray_test", "bmt_cibmtr", gray), {"chi_square"}) ==
        doctest::Approx(tests["data"][0][0].get<double>()).epsilon(1e-11));

  auto regression = columns;
  regression["formula"] = "~ platelet + age + tcell";
  const Json fit = answer("fine_gray", "bmt_cibmtr", regression);
  const auto crr = testing::r_case("03_competing", "fg-bmt-trm");
  CHECK(number_at(fit, {"coefficients", "1", "estimate"}) ==
        doctest::Approx(crr["coef"]["age"].get<double>()).epsilon(1e-9));
  CHECK(number_at(fit, {"coefficients", "1", "std_error"}) ==
        doctest::Approx(crr["se"]["age"].get<double>()).epsilon(1e-9));
}

TEST_CASE("fine_gray refuses a formula without covariates") {
  const auto refused = run("fine_gray", table_of("bmt_cibmtr"),
                           {{"time", "time"}, {"cause", "cause"}, {"formula", "~ 1"}});
  CHECK_FALSE(refused);
}

TEST_CASE("multi_state answers with transition probabilities, occupation and time in states") {
  const DataTable table = DataTable::make({{"id", {1, 1, 2, 3, 4}, {}},
                                           {"in", {0, 2, 0, 0, 0}, {}},
                                           {"out", {2, 5, 3, 4, 6}, {}},
                                           {"was", {0, 1, 0, 0, 0}, {}},
                                           {"is", {1, 2, 2, 0, 2}, {}}})
                              .value();
  const Json document = run("multi_state", table,
                            {{"subject", "id"},
                             {"start", "in"},
                             {"time", "out"},
                             {"from", "was"},
                             {"to", "is"},
                             {"times", "0,2,10"},
                             {"horizon", "6"}})
                            .value();

  CHECK(number_at(document, {"states"}) == 3);
  CHECK(number_at(document, {"transition_probabilities", "1", "probability", "0", "1"}) == 0.25);
  CHECK(number_at(document, {"state_occupation", "2", "probability", "2"}) ==
        doctest::Approx(1).epsilon(1e-15));
  double total = 0;
  for (const Json& part : at(document, {"expected_time_in_states"}).items()) total += number(&part);
  CHECK(total == doctest::Approx(6));
}

// The lung data, whose status is 1 or 2, with the event as 0 or 1.
DataTable lung_with_deaths() {
  const DataTable lung = table_of("lung");
  std::vector<Column> columns = lung.columns();
  Column dead = *lung.find("status");
  dead.name = "dead";
  for (double& status : dead.values) status -= 1;
  columns.push_back(std::move(dead));
  return DataTable::make(std::move(columns)).value();
}

TEST_CASE("parametric_curve: quantiles and survival of a given subject as R predicts them") {
  const testing::Json& expected = testing::r_case("04_parametric", "weibull-predict");
  const std::vector<std::string> subjects = {"age=50,sex=1", "age=70,sex=2"};
  testing::Agreement agreement;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const Json document = run("parametric_curve", lung_with_deaths(),
                              {{"time", "time"},
                               {"event", "dead"},
                               {"formula", "~ age + sex"},
                               {"at", subjects[i]},
                               {"times", "365"},
                               {"probabilities", "0.1,0.5,0.9"}})
                              .value();
    const Json& curve = at(document, {"curves", "0"});
    for (std::size_t q = 0; q < 3; ++q) {
      const Json& quantile = at(curve, {"quantiles", std::to_string(q)});
      agreement.compare(number(quantile.find("time")), expected.at("quantile").at("data")[i][q]);
      agreement.compare(number(quantile.find("std_error")), expected.at("se").at("data")[i][q]);
    }
    agreement.compare(number(at(curve, {"survival", "0"}).find("survival")),
                      expected.at("surv_at_365")[i]);
  }
  CHECK(agreement.worst() < 1e-9);
}

TEST_CASE("parametric_curve refuses covariates it cannot place") {
  const std::map<std::string, std::string> model = {
      {"time", "time"}, {"event", "dead"}, {"formula", "~ age"}};
  const auto refusal = [&](const std::string& at) {
    auto values = model;
    values["at"] = at;
    const auto document = run("parametric_curve", lung_with_deaths(), values);
    REQUIRE_FALSE(document);
    return document.error().message;
  };
  CHECK(refusal("sex=1").find("'age' has no value") != std::string::npos);
  CHECK(refusal("age=1,sex=1").find("no column 'sex'") != std::string::npos);
  CHECK(refusal("age=old").find("'old' is no value of the column 'age'") != std::string::npos);
}

}  // namespace
}  // namespace kensho::stats
