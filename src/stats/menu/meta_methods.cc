// Meta-analysis and meta-regression on a table with one study a row.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/design/design_matrix.h"
#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/meta/effect_size.h"
#include "stats/meta/mantel_haenszel.h"
#include "stats/meta/meta_regression.h"
#include "stats/meta/random_effects.h"
#include "stats/meta/small_study_effects.h"

namespace kensho::stats {
namespace {

// Names in the order of their enumerations.
const std::vector<std::string_view> ESTIMATORS = {
    "equal",  "dersimonian_laird", "reml",          "ml", "paule_mandel",
    "hedges", "sidik_jonkman",     "hunter_schmidt"};
const std::vector<std::string_view> TESTS = {"normal", "knapp_hartung", "knapp_hartung_at_least_1"};
const std::vector<std::string_view> SPREADS = {"as_test", "one_fewer"};
const std::vector<std::string_view> BINARY = {"log_risk_ratio", "log_odds_ratio", "risk_difference",
                                              "peto_log_odds_ratio", "arcsine_difference"};
const std::vector<std::string_view> MEANS = {"mean_difference", "standardised_mean_difference"};
const std::vector<std::string_view> PROPORTIONS = {
    "logit_proportion", "proportion", "arcsine_proportion", "double_arcsine_proportion"};

std::vector<std::string_view> measures() {
  std::vector<std::string_view> all = {"given"};
  for (const auto& part : {BINARY, MEANS, PROPORTIONS}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

// Where a name stands in a list; the list's size where it does not.
std::size_t place_in(const std::vector<std::string_view>& names, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

PoolingChoice pooling_choice(const Arguments& arguments) {
  return {
      .estimator = static_cast<TauEstimator>(place_in(ESTIMATORS, arguments.text("estimator"))),
      .test = static_cast<SmallSampleTest>(place_in(TESTS, arguments.text("test"))),
      .prediction = static_cast<PredictionSpread>(place_in(SPREADS, arguments.text("prediction"))),
      .confidence_level = arguments.number("confidence")};
}

// The columns a measure is made of.
std::vector<std::string_view> columns_of(std::string_view measure) {
  if (measure == "given") return {"effect", "std_error"};
  if (place_in(BINARY, measure) < BINARY.size()) {
    return {"events", "total", "control_events", "control_total"};
  }
  if (place_in(MEANS, measure) < MEANS.size()) {
    return {"mean", "sd", "total", "control_mean", "control_sd", "control_total"};
  }
  return {"events", "total"};
}

Result<std::vector<const Column*>> used_columns(const Arguments& arguments,
                                                std::string_view measure) {
  std::vector<const Column*> columns;
  for (const std::string_view name : columns_of(measure)) {
    if (!arguments.has(name)) {
      return Error{Errc::invalid_argument,
                   fmt::format("meta-analysis: the measure {} needs the option {}", measure, name)};
    }
    columns.push_back(&arguments.column(name));
  }
  return columns;
}

using Rows = std::vector<std::vector<double>>;  // the used columns, at the complete rows

std::vector<ExposureTable> tables_of(const Rows& r) {
  std::vector<ExposureTable> tables;
  for (std::size_t i = 0; i < r[0].size(); ++i) {
    tables.push_back({r[0][i], r[1][i] - r[0][i], r[2][i], r[3][i] - r[2][i]});
  }
  return tables;
}

Result<std::vector<StudyEffect>> effects_of(std::string_view measure, const Rows& r) {
  if (measure == "given") {
    std::vector<StudyEffect> effects;
    for (std::size_t i = 0; i < r[0].size(); ++i) effects.push_back({r[0][i], r[1][i] * r[1][i]});
    return effects;
  }
  if (const std::size_t place = place_in(BINARY, measure); place < BINARY.size()) {
    return binary_effects(tables_of(r), static_cast<BinaryMeasure>(place));
  }
  if (const std::size_t place = place_in(MEANS, measure); place < MEANS.size()) {
    std::vector<TwoMeans> studies;
    for (std::size_t i = 0; i < r[0].size(); ++i) {
      studies.push_back({{r[0][i], r[1][i], r[2][i]}, {r[3][i], r[4][i], r[5][i]}});
    }
    return mean_effects(studies, static_cast<MeanMeasure>(place));
  }
  std::vector<EventCount> studies;
  for (std::size_t i = 0; i < r[0].size(); ++i) studies.push_back({r[0][i], r[1][i]});
  return proportion_effects(studies,
                            static_cast<ProportionMeasure>(place_in(PROPORTIONS, measure)));
}

Json heterogeneity_json(const Heterogeneity& h) {
  Json json = Json::object();
  json.set("q", number_json(h.q)).set("df", std::uint64_t{h.degrees_of_freedom});
  json.set("p_value", number_json(h.p_value));
  json.set("tau_squared", number_json(h.tau_squared.estimate));
  json.set("tau_squared_std_error", number_json(h.tau_squared.std_error));
  json.set("i_squared", number_json(h.i_squared)).set("h_squared", number_json(h.h_squared));
  return json;
}

Json pooled_json(const PooledEffect& effect) {
  Json json = Json::object();
  json.set("estimate", number_json(effect.estimate));
  json.set("std_error", number_json(effect.std_error));
  json.set("statistic", number_json(effect.statistic));
  json.set("df", number_json(effect.degrees_of_freedom));
  json.set("p_value", number_json(effect.p_value));
  json.set("interval", interval_json(effect.interval));
  json.set("prediction_interval", interval_json(effect.prediction));
  return json;
}

Json asymmetry_json(const AsymmetryTest& test) {
  return Json::object()
      .set("statistic", number_json(test.statistic))
      .set("df", number_json(test.degrees_of_freedom))
      .set("p_value", number_json(test.p_value));
}

Json common_json(const CommonEffect& effect) {
  Json json = Json::object();
  json.set("estimate", number_json(effect.estimate));
  json.set("std_error", number_json(effect.std_error));
  json.set("p_value", number_json(effect.p_value));
  json.set("interval", interval_json(effect.interval));
  json.set("heterogeneity_p_value", number_json(effect.heterogeneity.p_value));
  return json;
}

// One study a line: its name, its effect, and the pooled one without it.
Result<Json> studies_json(const std::vector<StudyEffect>& studies, const PoolingChoice& choice,
                          const Column* name, const std::vector<std::size_t>& rows) {
  std::vector<PooledEffect> without;
  const std::size_t least = choice.test == SmallSampleTest::normal ? 2 : 3;
  if (studies.size() >= least && choice.prediction == PredictionSpread::as_test) {
    without = TRY(leave_one_out(studies, choice));
  }
  Json array = Json::array();
  for (std::size_t i = 0; i < studies.size(); ++i) {
    Json json = Json::object();
    if (name != nullptr) {
      json.set("study", label_of(*name, static_cast<int>(name->values[rows[i]])));
    } else {
      json.set("study", std::uint64_t{rows[i] + 1});
    }
    json.set("effect", number_json(studies[i].effect));
    json.set("std_error", number_json(std::sqrt(studies[i].variance)));
    if (!without.empty()) {
      json.set("without_it", number_json(without[i].estimate));
      json.set("without_it_interval", interval_json(without[i].interval));
    }
    array.push(std::move(json));
  }
  return array;
}

Json asymmetries_json(const std::vector<StudyEffect>& studies, const PoolingChoice& choice,
                      Json& warnings) {
  Json json = Json::object();
  const auto add = [&](std::string_view name, const Result<AsymmetryTest>& test) {
    json.set(name, test ? asymmetry_json(*test) : Json(nullptr));
    if (!test) warnings.push(fmt::format("{}: {}", name, test.error().message));
  };
  add("egger", egger_test(studies, choice));
  add("egger_least_squares", egger_test_least_squares(studies));
  add("rank", rank_test(studies));
  return json;
}

Result<Json> run_meta_analysis(const DataTable& table, const Arguments& arguments) {
  const std::string& measure = arguments.text("measure");
  const auto used = TRY(used_columns(arguments, measure));
  const CompleteRows complete = complete_rows(table, used);
  Rows values;
  for (const Column* column : used) values.push_back(values_at(*column, complete.rows));
  const std::vector<StudyEffect> studies = TRY(effects_of(measure, values));
  const PoolingChoice choice = pooling_choice(arguments);
  const PooledEffect effect = TRY(pooled_effect(studies, choice));

  Json warnings = Json::array();
  Json document = Json::object();
  document.set("measure", measure).set("studies", std::uint64_t{effect.studies});
  document.set("pooled", pooled_json(effect));
  Json heterogeneity = heterogeneity_json(effect.heterogeneity);
  if (studies.size() > 1) {
    heterogeneity.set("tau_squared_interval",
                      interval_json(TRY(tau_squared_interval(studies, choice.confidence_level))));
  }
  document.set("heterogeneity", std::move(heterogeneity));
  if (const std::size_t place = place_in(BINARY, measure); place < 3) {
    const auto common = mantel_haenszel(tables_of(values), static_cast<BinaryMeasure>(place),
                                        choice.confidence_level);
    document.set("mantel_haenszel", common ? common_json(*common) : Json(nullptr));
    if (!common) warnings.push(common.error().message);
  }
  const Column* name = arguments.has("study") ? &arguments.column("study") : nullptr;
  document.set("effects", TRY(studies_json(studies, choice, name, complete.rows)));
  document.set("asymmetry", asymmetries_json(studies, choice, warnings));
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  document.set("warnings", std::move(warnings));
  return document;
}

Result<Json> run_meta_regression(const DataTable& table, const Arguments& arguments) {
  const std::string& measure = arguments.text("measure");
  const auto used = TRY(used_columns(arguments, measure));
  std::vector<std::string> names;
  for (const Column* column : used) names.push_back(column->name);
  const Formula formula = TRY(parse_formula(arguments.text("formula")));
  const Design design = TRY(design_of(formula, table, names));
  Rows values;
  for (const Column* column : used) values.push_back(values_at(*column, design.rows));
  const std::vector<StudyEffect> studies = TRY(effects_of(measure, values));
  const PoolingChoice choice = pooling_choice(arguments);
  const MetaRegression model = TRY(meta_regression(studies, design.x, choice, design.names));

  std::vector<CoefficientRow> rows;
  for (std::size_t j = 0; j < design.names.size(); ++j) {
    rows.push_back(coefficient_row(design.names[j], model.coefficients[j],
                                   std::sqrt(model.covariance(j, j)), choice.confidence_level,
                                   model.degrees_of_freedom));
  }
  Json omnibus = Json::object();
  omnibus.set("statistic", number_json(model.omnibus.statistic));
  omnibus.set("df", number_json(model.omnibus.numerator_df));
  omnibus.set("denominator_df", number_json(model.omnibus.denominator_df));
  omnibus.set("p_value", number_json(model.omnibus.p_value));
  Json document = Json::object();
  document.set("measure", measure).set("studies", std::uint64_t{studies.size()});
  document.set("coefficients", coefficients_json(rows));
  document.set("covariance", matrix_json(model.covariance));
  document.set("omnibus", std::move(omnibus));
  document.set("heterogeneity", heterogeneity_json(model.heterogeneity));
  document.set("rows_left_out", std::uint64_t{table.rows() - design.rows.size()});
  return document;
}

std::vector<Option> shared_options() {
  using enum OptionKind;
  return {
      {"measure", choice, "what is pooled: effects given, or made from the columns of the groups",
       "given", false, measures()},
      {"effect", numeric_column, "effect of each study, on its pooling scale", ""},
      {"std_error", numeric_column, "standard error of each effect", ""},
      {"events", numeric_column, "events among the treated, or in all for a proportion", ""},
      {"total", numeric_column, "size of the treated group, or in all for a proportion", ""},
      {"control_events", numeric_column, "events in the control group", ""},
      {"control_total", numeric_column, "size of the control group", ""},
      {"mean", numeric_column, "mean of the treated", ""},
      {"sd", numeric_column, "standard deviation of the treated", ""},
      {"control_mean", numeric_column, "mean of the control group", ""},
      {"control_sd", numeric_column, "standard deviation of the control group", ""},
      {"estimator", choice, "of the variance between studies", "reml", false, ESTIMATORS},
      {"test", choice, "normal, or Student's t with the Hartung-Knapp scale", "knapp_hartung",
       false, TESTS},
      {"prediction", choice,
       "degrees of freedom of the prediction interval: the test's, or one "
       "fewer",
       "as_test", false, SPREADS},
      confidence_option()};
}

std::vector<Option> with(std::vector<Option> options, Option added) {
  options.insert(options.begin(), added);
  return options;
}

}  // namespace

std::vector<Method> meta_methods() {
  return {
      {.name = "meta_analysis",
       .topic = "meta",
       .title = "Pooled effect of studies with heterogeneity, prediction and influence",
       .card = "meta_analysis",
       .version = 1,
       .options = with(shared_options(), {"study", OptionKind::column, "names of the studies", ""}),
       .run = run_meta_analysis},
      {.name = "meta_regression",
       .topic = "meta",
       .title = "Effects of studies explained by what differs between them",
       .card = "meta_analysis",
       .version = 1,
       .options = with(shared_options(),
                       {"formula", OptionKind::formula, "moderators, as ~ dose + year", "", true}),
       .run = run_meta_regression}};
}

}  // namespace kensho::stats
