// The menu rows of meta-analysis, GEE and sequential methods, run as a user runs them.
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/json.h"
#include "stats/menu/method.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using Values = std::map<std::string, std::string>;
using Document = testing::Json;

Result<Document> run(const std::string& name, const DataTable& table, const Values& values) {
  const Method* method = find_method(name);
  REQUIRE((method != nullptr));
  const Arguments arguments = TRY(Arguments::make(method->options, values, table));
  const kensho::Json answer = TRY(method->run(table, arguments));
  return Document::parse(to_json_text(answer));
}

DataTable table_of(const std::string& name, const std::vector<std::string>& columns) {
  const auto csv = testing::reference_data(name);
  std::vector<Column> read;
  for (const std::string& column : columns) {
    read.push_back({column, testing::numbers(csv, column), {}});
  }
  return DataTable::make(read).value();
}

DataTable bcg() {
  const auto counts = table_of("dat_bcg", {"tpos", "tneg", "cpos", "cneg", "ablat", "year"});
  std::vector<Column> columns = counts.columns();
  Column treated{"treated", columns[0].values, {}}, control{"control", columns[2].values, {}};
  for (std::size_t i = 0; i < counts.rows(); ++i) {
    treated.values[i] += columns[1].values[i];
    control.values[i] += columns[3].values[i];
  }
  columns.push_back(treated);
  columns.push_back(control);
  return DataTable::make(columns).value();
}

const Values BCG = {{"measure", "log_risk_ratio"}, {"events", "tpos"},
                    {"total", "treated"},          {"control_events", "cpos"},
                    {"control_total", "control"},  {"test", "normal"}};

// The values are those of R metafor in tests/reference/r/10_meta.json.
TEST_CASE("the menu's meta-analysis of the BCG trials gives metafor's numbers") {
  const Document document = run("meta_analysis", bcg(), BCG).value();

  CHECK(document["pooled"]["estimate"] == doctest::Approx(-0.7145323421581394).epsilon(1e-10));
  CHECK(document["heterogeneity"]["tau_squared"] ==
        doctest::Approx(0.3132432581364808).epsilon(1e-10));
  CHECK(document["effects"].size() == 13);
  CHECK(document["effects"][0]["without_it"] == doctest::Approx(-0.7070837846992585).epsilon(1e-9));
  CHECK(document["asymmetry"]["rank"]["p_value"] ==
        doctest::Approx(0.9523619079608663).epsilon(1e-10));
  CHECK(document["mantel_haenszel"]["estimate"] ==
        doctest::Approx(-0.4537096046837539).epsilon(1e-10));
}

TEST_CASE("the menu's meta-regression takes a formula") {
  Values values = BCG;
  values["formula"] = "~ ablat + year";
  const Document document = run("meta_regression", bcg(), values).value();
  CHECK(document["coefficients"][1]["name"] == "ablat");
  CHECK(document["coefficients"][1]["estimate"] ==
        doctest::Approx(-0.028011329444205996).epsilon(1e-8));
  CHECK(document["omnibus"]["statistic"] == doctest::Approx(12.2044868791917).epsilon(1e-7));
}

TEST_CASE("a measure says which columns it needs") {
  const auto missing = run("meta_analysis", bcg(), {{"measure", "mean_difference"}});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find("needs the option mean") != std::string::npos);
}

TEST_CASE("effects given without their columns made from groups are pooled as they are") {
  const DataTable table =
      DataTable::make({{"y", {0.1, 0.4, 0.2}, {}}, {"se", {0.1, 0.2, 0.1}, {}}}).value();
  const Document document =
      run("meta_analysis", table,
          {{"effect", "y"}, {"std_error", "se"}, {"estimator", "equal"}, {"test", "normal"}})
          .value();
  // weights 100, 25, 100
  CHECK(document["pooled"]["estimate"] == doctest::Approx(40.0 / 225).epsilon(1e-12));
}

TEST_CASE("the menu's GEE of the seizure counts gives geepack's numbers") {
  const DataTable table = table_of("epil", {"y", "V4", "lbase", "subject", "period"});
  const Document document = run("gee", table,
                                {{"formula", "y ~ V4 + lbase"},
                                 {"cluster", "subject"},
                                 {"visit", "period"},
                                 {"family", "poisson"},
                                 {"correction", "none"}})
                                .value();
  CHECK(document["clusters"] == 59);
  CHECK(document["observations"] == 236);
  CHECK(document["coefficients"].size() == 3);
  CHECK(document["coefficients"][0]["name"] == "(Intercept)");
  CHECK_FALSE(document["coefficients"][0].contains("df"));
  CHECK(document["correlation"].size() == 1);
  CHECK_FALSE(run("gee", table, {{"formula", "~ V4"}, {"cluster", "subject"}}));
}

TEST_CASE("the menu computes a MaxSPRT and reads the looks of a table") {
  const DataTable table =
      DataTable::make({{"n", {1, 4, 9}, {}}, {"mu", {1.5, 2.5, 3}, {}}}).value();
  const Document document =
      run("maxsprt", table,
          {{"expected_events", "10"}, {"events_min", "4"}, {"observed", "n"}, {"expected", "mu"}})
          .value();
  CHECK(document["critical_value"] == doctest::Approx(2.921561).epsilon(1e-6));  // Kulldorff 2011
  CHECK(document["power"].size() == 3);
  CHECK(document["looks"][0]["signal"] == false);
  CHECK(document["looks"][1]["signal"] == false);
  CHECK(document["looks"][2]["signal"] == true);
  CHECK_FALSE(run("maxsprt", table, {{"expected_events", "10"}, {"observed", "n"}}));
}

TEST_CASE("the menu designs a group-sequential trial") {
  const DataTable table = DataTable::make({{"n", {1}, {}}}).value();
  const Document document =
      run("group_sequential", table, {{"information", "0.2,0.55,0.8,1"}}).value();
  // R rpact, tests/reference/r/11_design.json, gs-asof-unequal
  CHECK(document["looks"][1]["efficacy_z"] == doctest::Approx(2.805958516895771).epsilon(1e-7));
  CHECK(document["inflation"] == doctest::Approx(1.0236685443259854).epsilon(1e-7));
  CHECK_FALSE(run("group_sequential", table,
                  {{"information", "0.5,1"}, {"bounds", "spending_kim_demets"}}));
  CHECK(run("group_sequential", table,
            {{"information", "0.5,1"}, {"bounds", "pocock"}, {"sides", "two"}}));
}

}  // namespace
}  // namespace kensho::stats
