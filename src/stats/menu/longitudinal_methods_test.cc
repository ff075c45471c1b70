// The longitudinal part of the menu, run as the command line runs it.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/menu/method.h"
#include "stats/testing/longitudinal_samples.h"

namespace kensho::stats {
namespace {

using Options = std::map<std::string, std::string>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Column categorical(const testing::Table& table, const std::string& name) {
  const std::vector<int> codes = testing::level_codes(table.at(name));
  Column column{name, std::vector<double>(codes.begin(), codes.end()), {}};
  column.levels.resize(static_cast<std::size_t>(*std::ranges::max_element(codes)) + 1);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    column.levels[static_cast<std::size_t>(codes[i])] = table.at(name)[i];
  }
  return column;
}

DataTable lung_function() {
  const testing::Table table = testing::reference_data("fev_data");
  return DataTable::make({{"FEV1", testing::numbers(table, "FEV1"), {}},
                          categorical(table, "RACE"),
                          categorical(table, "SEX"),
                          categorical(table, "ARMCD"),
                          {"VISITN", testing::numbers(table, "VISITN"), {}},
                          categorical(table, "USUBJID")})
      .value();
}

/// Six subjects before (twice) and after, in two groups.
DataTable before_and_after() {
  return DataTable::make({{"first", {50, 61, 55, 70, 48, 66}, {}},
                          {"second", {52, 58, 55, 66, 51, 63}, {}},
                          {"after", {60, 62, 70, nan, 58, 68}, {}},
                          {"arm", {0, 0, 0, 1, 1, 1}, {"usual", "cells"}}})
      .value();
}

Result<Json> run(const std::string& name, const DataTable& table, const Options& options) {
  const Method* method = find_method(name);
  REQUIRE(method != nullptr);
  const auto arguments = Arguments::make(method->options, options, table);
  REQUIRE_MESSAGE(arguments, (arguments ? "" : arguments.error().message));
  return method->run(table, *arguments);
}

Json document(const std::string& name, const DataTable& table, const Options& options) {
  const auto result = run(name, table, options);
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  return result.value();
}

double number_at(const Json& object, std::string_view key) {
  REQUIRE(object.find(key) != nullptr);
  return std::stod(to_json_text(*object.find(key)));
}

const Options lung_options = {{"formula", "FEV1 ~ RACE + SEX + ARMCD*VISITN"},
                              {"subject", "USUBJID"},
                              {"visit", "VISITN"},
                              {"arm", "ARMCD"}};

TEST_CASE("mmrm gives means, differences and changes by visit") {
  const auto expected = testing::r_case("06_longitudinal", "mmrm-fev-emmeans");

  const Json result = document("mmrm", lung_function(), lung_options);

  CHECK(number_at(result, "observations") == 537);
  CHECK(number_at(result, "rows_left_out") == 800 - 537);
  CHECK(result.find("means")->items().size() == 8);
  CHECK(result.find("changes")->items().size() == 6);
  const auto& differences = result.find("differences")->items();
  REQUIRE(differences.size() == 4);
  for (std::size_t visit = 0; visit < 4; ++visit) {
    CHECK(*differences[visit].find("arm") == Json("TRT"));
    CHECK(*differences[visit].find("versus") == Json("PBO"));
    CHECK(testing::difference(number_at(differences[visit], "estimate"),
                              expected.at("contrasts").at("estimate")[visit]) < 1e-6);
    CHECK(testing::difference(number_at(differences[visit], "p_value"),
                              expected.at("contrasts").at("p.value")[visit]) < 1e-5);
  }
}

TEST_CASE("mmrm runs with every structure and every degree of freedom") {
  const DataTable table = lung_function();
  for (const std::string structure :
       {"us", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh", "sp_exp"}) {
    Options options = lung_options;
    options["covariance"] = structure;
    options["df"] = "kenward_roger";
    CAPTURE(structure);
    CHECK(number_at(document("mmrm", table, options), "deviance") > 3000);
  }
  for (const std::string df : {"kenward_roger_linear", "between_within", "residual"}) {
    Options options = lung_options;
    options["df"] = df;
    options["method"] = "ml";
    options["group"] = "ARMCD";
    CAPTURE(df);
    CHECK(document("mmrm", table, options).find("visit_covariance")->items().size() == 2);
  }
}

TEST_CASE("mixed_model runs with and without a slope") {
  const testing::Table table = testing::reference_data("sleepstudy");
  const DataTable sleep = DataTable::make({{"Reaction", testing::numbers(table, "Reaction"), {}},
                                           {"Days", testing::numbers(table, "Days"), {}},
                                           categorical(table, "Subject")})
                              .value();
  Options options = {{"formula", "Reaction ~ Days"}, {"subject", "Subject"}};

  const Json intercept = document("mixed_model", sleep, options);
  options["slope"] = "Days";
  options["df"] = "kenward_roger";
  const Json slope = document("mixed_model", sleep, options);

  CHECK(number_at(*intercept.find("test_of_no_random_effect"), "p_value") < 1e-10);
  CHECK(slope.find("covariance_parameters")->items().size() == 4);
  CHECK(number_at(slope.find("coefficients")->items()[1], "df") == doctest::Approx(17));
}

TEST_CASE("ancova gives means by group and adjusted differences") {
  const Json result =
      document("ancova", before_and_after(),
               {{"formula", "after ~ arm + first"}, {"group", "arm"}, {"adjust", "holm"}});

  CHECK(number_at(result, "subjects") == 5);
  CHECK(result.find("means")->items().size() == 2);
  const auto& difference = result.find("differences")->items().front();
  CHECK(*difference.find("group") == Json("cells"));
  CHECK(number_at(difference, "p_value") == number_at(difference, "adjusted_p_value"));
}

TEST_CASE("responder counts who is missing as no responder, or leaves them out") {
  Options options = {{"before", "first"},
                     {"after", "after"},
                     {"mcid", "5"},
                     {"source", "an example"},
                     {"group", "arm"}};

  const Json counted = document("responder", before_and_after(), options);
  options["missing"] = "left_out";
  const Json left_out = document("responder", before_and_after(), options);

  CHECK(number_at(counted.find("groups")->items()[1], "subjects") == 3);
  CHECK(number_at(counted, "counted_as_non_responders") == 1);
  CHECK(number_at(left_out.find("groups")->items()[1], "subjects") == 2);
  CHECK(number_at(left_out, "rows_left_out") == 1);
}

TEST_CASE("regression_to_the_mean needs a second baseline or a population mean") {
  const DataTable table = before_and_after();
  Options options = {{"before", "first"}, {"after", "after"}};

  CHECK_FALSE(run("regression_to_the_mean", table, options));
  options["second_before"] = "second";
  options["population_means"] = "45,50";
  const Json result = document("regression_to_the_mean", table, options);

  CHECK(number_at(*result.find("two_baselines")->find("whole"), "df") == 4);
  CHECK(result.find("mee_chua")->items().size() == 2);
}

TEST_CASE("the longitudinal menu passes refusals on") {
  Options options = lung_options;
  options["subject"] = options["visit"];
  CHECK_FALSE(run("mmrm", lung_function(), options));
  options = lung_options;
  options["formula"] = "FEV1 ~ nothing";
  CHECK_FALSE(run("mmrm", lung_function(), options));
  options["formula"] = "FEV1 ~ RACE";  // no visit in the model: no means, but a fit
  CHECK(document("mmrm", lung_function(), options).find("means")->items().empty());
}

}  // namespace
}  // namespace kensho::stats
