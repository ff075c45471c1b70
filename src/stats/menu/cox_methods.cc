// Cox models, their test of proportional hazards and their curves on a table.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "stats/menu/covariate_values.h"
#include "stats/menu/cox_table.h"
#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/survival/cox_curve.h"
#include "stats/survival/cox_proportional_hazards.h"

namespace kensho::stats {
namespace {

Json test_json(const std::optional<CoxTest>& test) {
  if (!test) return nullptr;
  Json object = Json::object();
  object.set("chi_square", number_json(test->chi_square)).set("df", test->degrees_of_freedom);
  object.set("p_value", number_json(test->p_value));
  return object;
}

// ---- cox --------------------------------------------------------------------------------------

Json fit_json(const CoxFit& fit, const CoxTable& table, double confidence) {
  std::vector<CoefficientRow> rows;
  for (std::size_t a = 0; a < fit.coefficients.size(); ++a) {
    rows.push_back(coefficient_row(table.design.names[a], fit.coefficients[a],
                                   std::sqrt(fit.covariance(a, a)), confidence));
  }
  Json document = Json::object();
  document.set("rows", std::uint64_t{fit.rows}).set("events", std::uint64_t{fit.events});
  document.set("coefficients", coefficients_json(rows));
  document.set("hazard_ratios", ratios_json(rows, "hazard_ratio"));
  document.set("covariance", matrix_json(fit.covariance));
  document.set("variance", fit.variance == CoxVariance::robust ? "robust" : "model");
  document.set("log_likelihood_null", number_json(fit.log_likelihood_null));
  document.set("log_likelihood", number_json(fit.log_likelihood));
  document.set("likelihood_ratio_test", test_json(fit.likelihood_ratio));
  document.set("wald_test", test_json(fit.wald)).set("score_test", test_json(fit.score));
  document.set("robust_score_test", test_json(fit.robust_score));
  document.set("iterations", fit.iterations);
  document.set("rows_left_out", std::uint64_t{table.rows_left_out});
  return document;
}

Result<Json> run_cox(const DataTable& table, const Arguments& arguments) {
  const CoxTable columns = TRY(read_cox_table(table, arguments));
  const CoxFit fit = TRY(fit_cox(columns.data(), cox_choice(columns, arguments)));
  return fit_json(fit, columns, arguments.number("confidence"));
}

// ---- cox_zph ----------------------------------------------------------------------------------

TimeTransform transform_of(const std::string& name) {
  if (name == "rank") return TimeTransform::rank;
  if (name == "identity") return TimeTransform::identity;
  return name == "log" ? TimeTransform::log : TimeTransform::km;
}

Result<Json> run_zph(const DataTable& table, const Arguments& arguments) {
  const CoxTable columns = TRY(read_cox_table(table, arguments));
  const CoxSample sample = TRY(CoxSample::make(columns.data()));
  const CoxFit fit = TRY(fit_cox(sample, cox_choice(columns, arguments)));
  const ProportionalHazardsTest test = TRY(proportional_hazards_test(
      sample, fit, transform_of(arguments.text("transform")), columns.design.term));
  Json terms = Json::array();
  for (std::size_t k = 0; k < test.terms.size(); ++k) {
    Json object = test_json(test.terms[k]);
    object.set("term", columns.design.term_names[k]);
    terms.push(std::move(object));
  }
  Json document = Json::object();
  document.set("terms", std::move(terms)).set("global", test_json(test.global));
  document.set("transform", arguments.text("transform"));
  document.set("rows_left_out", std::uint64_t{columns.rows_left_out});
  return document;
}

// ---- cox_curve --------------------------------------------------------------------------------

std::vector<CoxSubject> subjects_of(const Design& design, const CoxTable& columns) {
  std::vector<CoxSubject> subjects(design.x.rows());
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    for (std::size_t a = 0; a < design.x.columns(); ++a) {
      subjects[i].x.push_back(design.x(i, a));
    }
    if (!columns.stratum.empty()) subjects[i].stratum = columns.stratum[i];
    if (!columns.offset.empty()) subjects[i].offset = columns.offset[i];
  }
  return subjects;
}

Json steps_json(std::span<const CoxCurveStep> steps) {
  Json array = Json::array();
  for (const CoxCurveStep& step : steps) {
    Json object = Json::object();
    object.set("time", step.time).set("survival", number_json(step.survival));
    object.set("std_error", number_json(step.std_error));
    object.set("interval", interval_json(step.interval));
    object.set("cumulative_hazard", number_json(step.cumulative_hazard));
    array.push(std::move(object));
  }
  return array;
}

struct Fitted {
  const CoxTable& columns;
  const CoxSample& sample;
  const CoxFit& fit;
  std::vector<double> times;  // empty: every step
};

// One curve in each stratum.
Result<Json> curves_json(const DataTable& table, const Arguments& arguments, const Fitted& fitted) {
  const DataTable row = TRY(row_with(table, fitted.columns.design.rows.front(),
                                     fitted.columns.formula, arguments.text("at")));
  const Design design = without_intercept(TRY(fitted.columns.builder.build(row)));
  CoxSubject subject;
  for (std::size_t a = 0; a < design.x.columns(); ++a) subject.x.push_back(design.x(0, a));
  std::vector<int> strata = fitted.columns.stratum;
  if (strata.empty()) strata = {0};
  std::ranges::sort(strata);
  const auto repeated = std::ranges::unique(strata);
  strata.erase(repeated.begin(), repeated.end());
  Json curves = Json::array();
  for (const int stratum : strata) {
    subject.stratum = stratum;
    auto steps = TRY(cox_curve(fitted.sample, fitted.fit, subject,
                               {.confidence_level = arguments.number("confidence")}));
    if (!fitted.times.empty()) steps = TRY(read_cox_curve(steps, fitted.times));
    Json curve = Json::object();
    if (arguments.has("strata")) {
      curve.set("stratum", label_of(arguments.column("strata"), stratum));
    }
    curve.set("steps", steps_json(steps));
    curves.push(std::move(curve));
  }
  return curves;
}

// The mean curve were everybody in each group in turn.
Result<Json> standardised_json(const DataTable& table, const Arguments& arguments,
                               const Fitted& fitted) {
  const Column& group = arguments.column("standardise");
  if (fitted.times.empty()) {
    return Error{Errc::invalid_argument, "standardise: say at which --times"};
  }
  const std::vector<std::string> needed = columns_of(fitted.columns.formula);
  if (std::ranges::find(needed, group.name) == needed.end()) {
    return Error{Errc::invalid_argument,
                 fmt::format("standardise: the formula has no column '{}'", group.name)};
  }
  std::map<double, int> values;
  for (const std::size_t row : fitted.columns.design.rows) values[group.values[row]] = 1;
  if (values.size() > 20) {
    return Error{Errc::invalid_argument,
                 fmt::format("standardise: '{}' has {} values; at most 20 are groups", group.name,
                             values.size())};
  }
  Json groups = Json::array();
  for (const auto& [value, seen] : values) {
    std::vector<Column> changed = table.rows_at(fitted.columns.design.rows).columns();
    Column& column = *std::ranges::find(changed, group.name, &Column::name);
    std::ranges::fill(column.values, value);
    const DataTable everybody = TRY(DataTable::make(std::move(changed)));
    const Design design = without_intercept(TRY(fitted.columns.builder.build(everybody)));
    const auto survival = TRY(standardised_survival(
        fitted.sample, fitted.fit, subjects_of(design, fitted.columns), fitted.times));
    Json object = Json::object();
    object.set("group", group.categorical() ? group.levels[static_cast<std::size_t>(value)]
                                            : fmt::format("{}", value));
    object.set("times", numbers_json(fitted.times)).set("survival", numbers_json(survival));
    groups.push(std::move(object));
  }
  return groups;
}

Result<Json> run_curve(const DataTable& table, const Arguments& arguments) {
  if (arguments.has("at") == arguments.has("standardise")) {
    return Error{Errc::invalid_argument,
                 "cox_curve: say for whom: either --at age=60,sex=f or --standardise arm"};
  }
  const CoxTable columns = TRY(read_cox_table(table, arguments));
  const CoxSample sample = TRY(CoxSample::make(columns.data()));
  const CoxFit fit = TRY(fit_cox(sample, cox_choice(columns, arguments)));
  const Fitted fitted{columns, sample, fit,
                      arguments.has("times") ? arguments.numbers("times") : std::vector<double>{}};
  Json document = Json::object();
  if (arguments.has("at")) {
    document.set("curves", TRY(curves_json(table, arguments, fitted)));
  } else {
    document.set("standardised", TRY(standardised_json(table, arguments, fitted)));
  }
  document.set("rows_left_out", std::uint64_t{columns.rows_left_out});
  return document;
}

}  // namespace

std::vector<Method> cox_methods() {
  const Option transform{"transform",
                         OptionKind::choice,
                         "the function of time a coefficient may change along",
                         "km",
                         false,
                         {"km", "rank", "identity", "log"}};
  return {{.name = "cox",
           .topic = "survival",
           .title = "Cox proportional hazards model: hazard ratios, with strata, entry times, "
                    "weights and clusters",
           .card = "cox",
           .version = 1,
           .options = cox_options({}),
           .run = run_cox},
          {.name = "cox_zph",
           .topic = "survival",
           .title = "Score test of proportional hazards for each term of a Cox model",
           .card = "proportional_hazards_test",
           .version = 1,
           .options = cox_options({transform}),
           .run = run_zph},
          {.name = "cox_curve",
           .topic = "survival",
           .title = "Survival predicted by a Cox model for given covariates, or standardised",
           .card = "cox",
           .version = 1,
           .options =
               cox_options({{"at", OptionKind::text, "covariates of the curve: age=60,sex=f", ""},
                            {"standardise", OptionKind::column,
                             "mean curve of all rows, were this column each of its values", ""},
                            {"times", OptionKind::numbers, "times to read the curve at", ""}}),
           .run = run_curve}};
}

}  // namespace kensho::stats
