#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/menu/method.h"
#include "stats/regression/glm.h"

namespace kensho::stats {
namespace {

/// 240 rows with every kind of column a regression of the menu asks for.
DataTable table() {
  Rng rng(12, 0);
  std::map<std::string, std::vector<double>> columns;
  for (int i = 0; i < 240; ++i) {
    const double age = 50 + 10 * rng.normal();
    const double treated = i % 2;
    const double arm = i % 3;
    const double eta = 0.03 * (age - 50) - 0.7 * treated + 0.2 * arm;
    columns["age"].push_back(i == 7 ? std::nan("") : age);
    columns["treated"].push_back(treated);
    columns["arm"].push_back(arm);
    columns["site"].push_back(i / 40);
    columns["cured"].push_back(rng.uniform() < 1 / (1 + std::exp(-eta)) ? 1 : 0);
    columns["score"].push_back(eta + rng.normal());
    columns["grade"].push_back(std::floor(2.99 / (1 + std::exp(-eta - rng.normal()))));
    columns["falls"].push_back(std::floor(2 * rng.exponential() * std::exp(0.5 * eta)));
    columns["log_years"].push_back(std::log(1 + rng.uniform()));
  }
  std::vector<Column> all;
  for (auto& [name, values] : columns) {
    Column column{name, values, {}};
    if (name == "arm") column.levels = {"low", "middle", "high"};
    all.push_back(column);
  }
  return DataTable::make(std::move(all)).value();
}

Result<Json> run(const std::string& name, const std::map<std::string, std::string>& values) {
  static const DataTable data = table();
  const Method* method = find_method(name);
  REQUIRE((method != nullptr));
  const auto arguments = Arguments::make(method->options, values, data);
  if (!arguments) return arguments.error();
  return method->run(data, *arguments);
}

std::string text_of(const std::string& name, const std::map<std::string, std::string>& values) {
  const auto document = run(name, values);
  REQUIRE_MESSAGE(document, document.error().message);
  return to_json_text(*document);
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("every regression of the menu answers with its document") {
  const std::vector<std::pair<std::string, std::map<std::string, std::string>>> calls = {
      {"linear_model", {{"formula", "score ~ age + arm"}, {"robust", "hc3"}}},
      {"linear_model", {{"formula", "score ~ age + arm"}, {"cluster", "site"}}},
      {"anova", {{"formula", "score ~ age * arm"}, {"type", "II"}}},
      {"anova", {{"formula", "score ~ arm"}}},
      {"estimated_means", {{"formula", "score ~ age + arm"}, {"of", "arm"}}},
      {"estimated_means",
       {{"formula", "cured ~ age + arm"}, {"of", "arm"}, {"family", "binomial"}}},
      {"logistic", {{"formula", "cured ~ age + treated + arm"}, {"intervals", "profile"}}},
      {"poisson",
       {{"formula", "falls ~ treated"}, {"offset", "log_years"}, {"dispersion", "estimated"}}},
      {"generalised_linear",
       {{"formula", "cured ~ treated"}, {"family", "binomial"}, {"link", "identity"}}},
      {"negative_binomial", {{"formula", "falls ~ treated"}, {"offset", "log_years"}}},
      {"firth_logistic", {{"formula", "cured ~ treated + arm"}}},
      {"proportional_odds", {{"formula", "grade ~ age + treated"}}},
      {"standardised_risk", {{"formula", "cured ~ age + treated"}, {"treatment", "treated"}}},
      {"mantel_haenszel",
       {{"event", "cured"}, {"exposure", "treated"}, {"strata", "site"}, {"exact", "yes"}}},
      {"trend_in_proportions", {{"event", "cured"}, {"score", "arm"}}}};
  for (const auto& [name, values] : calls) {
    CAPTURE(name);
    const std::string text = text_of(name, values);
    CHECK(holds(text, "rows_left_out"));
    CHECK_FALSE(holds(text, "nan"));
  }
}

TEST_CASE("a row with a missing value is left out and counted") {
  CHECK(holds(text_of("logistic", {{"formula", "cured ~ age"}}), "\"rows_left_out\":1"));
  CHECK(holds(text_of("logistic", {{"formula", "cured ~ treated"}}), "\"rows_left_out\":0"));
}

TEST_CASE("what the data cannot bear is refused with the name of the column") {
  CHECK(holds(run("logistic", {{"formula", "cured ~ score + falls + cured"}}).error().message,
              "cured"));
  CHECK_FALSE(run("logistic", {{"formula", "score ~ age"}}));
  CHECK_FALSE(run("logistic", {{"formula", "~ age"}}));
  CHECK_FALSE(run("standardised_risk", {{"formula", "cured ~ arm"}, {"treatment", "arm"}}));
  CHECK_FALSE(run("anova", {{"formula", "score ~ 0 + arm"}}));
  CHECK_FALSE(
      run("mantel_haenszel", {{"event", "falls"}, {"exposure", "treated"}, {"strata", "site"}}));
  CHECK_FALSE(run("proportional_odds", {{"formula", "score ~ age"}}));
}

}  // namespace
}  // namespace kensho::stats
