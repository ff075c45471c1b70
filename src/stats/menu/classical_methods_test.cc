// Descriptions, tests, agreement and resampling as the menu runs them.
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/json.h"
#include "stats/menu/method.h"

namespace kensho::stats {
namespace {

constexpr double MISSING = std::numeric_limits<double>::quiet_NaN();

DataTable trial() {
  return DataTable::make({{"arm", {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, MISSING}, {"new", "old"}},
                          {"before", {5, 7, 6, 9, 8, 4, 6, 7, 8, 5, 6}, {}},
                          {"after", {8, 9, 9, 12, MISSING, 5, 6, 9, 8, 6, 7}, {}},
                          {"cured", {1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1}, {}},
                          {"sick", {0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1}, {}},
                          {"rater1", {0, 1, 2, 1, 0, 2, 2, 1, 0, 1, 2}, {"low", "mid", "high"}},
                          {"always_cured", {1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0}, {"no", "yes"}},
                          {"rater2", {0, 1, 1, 1, 0, 1, 1, 2, 0, 2, 1}, {"low", "high", "mid"}},
                          {"p", {0.01, 0.04, 0.3, 0.02, 0.6, 0.5, 0.9, 0.1, 0.2, 0.03, 0.7}, {}}})
      .value();
}

using Values = std::map<std::string, std::string>;

Result<Json> run(const std::string& name, const Values& values) {
  const Method* method = find_method(name);
  REQUIRE(method != nullptr);
  const DataTable table = trial();
  const auto arguments = Arguments::make(method->options, values, table);
  REQUIRE_MESSAGE(arguments, (arguments ? "" : arguments.error().message));
  return method->run(table, *arguments);
}

Json document(const std::string& name, const Values& values) {
  const auto result = run(name, values);
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  return *result;
}

double number_at(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  REQUIRE(value != nullptr);
  REQUIRE(value->if_number() != nullptr);
  return std::stod(value->if_number()->text);
}

std::string text_at(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  REQUIRE(value != nullptr);
  REQUIRE(value->if_string() != nullptr);
  return *value->if_string();
}

TEST_CASE("every description, test, agreement and resampling answers with a document") {
  const std::vector<std::pair<std::string, Values>> requests = {
      {"summary", {{"value", "after"}, {"group", "arm"}}},
      {"quantiles", {{"value", "after"}, {"probabilities", "0.1,0.9"}, {"definition", "2"}}},
      {"shapiro_wilk", {{"value", "after"}}},
      {"proportion", {{"value", "cured"}, {"null", "0.5"}, {"interval", "clopper_pearson"}}},
      {"smd", {{"value", "after"}, {"group", "arm"}}},
      {"t_test", {{"value", "after"}, {"group", "arm"}, {"variances", "equal"}}},
      {"t_test", {{"value", "after"}, {"paired", "before"}}},
      {"wilcoxon", {{"value", "after"}, {"group", "arm"}}},
      {"wilcoxon", {{"value", "after"}, {"paired", "before"}, {"distribution", "normal"}}},
      {"kruskal_wallis", {{"value", "after"}, {"group", "arm"}}},
      {"friedman", {{"conditions", "before,after"}}},
      {"correlation", {{"x", "before"}, {"y", "after"}, {"kind", "kendall"}}},
      {"chi_square", {{"row", "arm"}, {"column", "cured"}, {"correction", "yates"}}},
      {"fisher", {{"row", "arm"}, {"column", "cured"}, {"alternative", "less"}}},
      {"fisher", {{"row", "arm"}, {"column", "rater1"}}},
      {"mcnemar", {{"first", "cured"}, {"second", "sick"}}},
      {"kappa", {{"first", "rater1"}, {"second", "rater2"}, {"weights", "linear"}}},
      {"icc", {{"raters", "before,after"}}},
      {"bland_altman", {{"first", "before"}, {"second", "after"}}},
      {"roc", {{"marker", "after"}, {"disease", "sick"}, {"compare", "before"}}},
      {"diagnostic_accuracy", {{"test", "cured"}, {"disease", "sick"}}},
      {"bootstrap", {{"value", "after"}, {"group", "arm"}, {"replicates", "200"}}},
      {"bootstrap", {{"value", "after"}, {"statistic", "median"}, {"replicates", "200"}}},
      {"permutation", {{"value", "after"}, {"group", "arm"}}},
      {"permutation", {{"value", "p"}}},
      {"multiplicity", {{"p_value", "p"}}}};
  for (const auto& [name, values] : requests) {
    CAPTURE(name);
    CHECK(document(name, values).is_object());
  }
}

TEST_CASE("rows with a missing value are left out, counted, and change nothing") {
  const Json test = document("t_test", {{"value", "after"}, {"group", "arm"}});
  CHECK(number_at(test, "rows_left_out") == 2);
  CHECK(text_at(test, "estimate_of") == "new - old");
  // new: 8, 9, 9, 12; old: 5, 6, 9, 8, 6
  CHECK(number_at(test, "estimate") == doctest::Approx(9.5 - 6.8));
}

TEST_CASE("categories of two raters meet by their names, in the first rater's order") {
  const Json kappa = document("kappa", {{"first", "rater1"}, {"second", "rater2"}});
  CHECK(to_json_text(*kappa.find("categories")) == R"(["low","mid","high"])");
  // low-low 3, mid-mid 2, mid-high 2, high-high 4
  CHECK(to_json_text(*kappa.find("counts")) == "[[3,0,0],[0,2,2],[0,0,4]]");
}

TEST_CASE("the seed and not the threads decides a bootstrap") {
  Values values = {{"value", "before"}, {"replicates", "300"}, {"seed", "5"}};
  const std::string once = to_json_text(document("bootstrap", values));
  values["threads"] = "4";
  CHECK(to_json_text(document("bootstrap", values)) == once);
  values["seed"] = "6";
  CHECK(to_json_text(document("bootstrap", values)) != once);
}

TEST_CASE("an open end is null with a warning, not a number") {
  const Json test = document("fisher", {{"row", "always_cured"}, {"column", "cured"}});
  CHECK(test.find("upper")->is_null());
  CHECK(to_json_text(*test.find("warnings")).find("infinite") != std::string::npos);
}

TEST_CASE("what a method cannot be asked is refused with the reason") {
  const auto refusal = [](const std::string& name, const Values& values) {
    const auto result = run(name, values);
    REQUIRE_FALSE(result);
    return result.error().message;
  };
  CHECK(refusal("t_test", {{"value", "after"}, {"group", "rater1"}}) ==
        "column 'rater1' has 3 groups (low, mid, high); this method compares two");
  CHECK(refusal("t_test", {{"value", "after"}, {"group", "arm"}, {"paired", "before"}}) ==
        "give --group or --paired, not both");
  CHECK(refusal("fisher", {{"row", "arm"}, {"column", "rater1"}, {"alternative", "less"}}) ==
        "--alternative is for 2 by 2 tables");
  CHECK(refusal("permutation", {{"value", "p"}, {"seed", "-1"}}) == "--seed -1: give 0 or more");
  CHECK(refusal("mcnemar", {{"first", "before"}, {"second", "sick"}}) ==
        "row 1: answers must be 0 or 1");
  CHECK(refusal("icc", {{"raters", "before,rater1"}}) ==
        "column 'rater1' holds words, not numbers");
  CHECK(refusal("quantiles", {{"value", "p"}, {"definition", "10"}}) ==
        "--definition 10: give 1 to 9");
  CHECK(refusal("bootstrap", {{"value", "p"}, {"threads", "0"}}) == "--threads 0: give 1 to 1024");
  CHECK(refusal("proportion", {{"value", "p"}}) == "value 0.01 is neither 0 nor 1");
}

}  // namespace
}  // namespace kensho::stats
