// Parametric survival models on a table.
#include <cmath>
#include <limits>

#include "stats/design/design_matrix.h"
#include "stats/dist/distributions.h"
#include "stats/menu/covariate_values.h"
#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/row_groups.h"
#include "stats/survival/parametric_prediction.h"
#include "stats/survival/parametric_survival.h"

namespace kensho::stats {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Both ends of each time of the design's rows; a missing end is infinite.
struct Ends {
  std::vector<double> lower;
  std::vector<double> upper;
};

Result<Ends> ends_of(const Arguments& arguments, const Design& design) {
  Ends ends{values_at(arguments.column("time"), design.rows), {}};
  if (arguments.has("upper") == arguments.has("event")) {
    return Error{Errc::invalid_argument,
                 "give either --event (right-censored times) or --upper (the upper ends of "
                 "intervals)"};
  }
  if (arguments.has("event")) {
    const auto events = TRY(codes_at(arguments.column("event"), design.rows));
    ends.upper = TRY(right_censored_ends(ends.lower, events));
    return ends;
  }
  ends.upper = values_at(arguments.column("upper"), design.rows);
  for (double& end : ends.lower) end = std::isnan(end) ? -infinity : end;
  for (double& end : ends.upper) end = std::isnan(end) ? infinity : end;
  return ends;
}

/// A fitted model with the columns it was fitted to.
struct Fitted {
  Formula formula;
  DesignBuilder builder;  // made on the whole table
  Design design;
  Ends ends;
  std::vector<double> weight;
  std::vector<double> offset;
  std::vector<int> stratum;
  ParametricFit fit;

  ParametricData data() const {
    return {.lower = ends.lower,
            .upper = ends.upper,
            .x = design.x,
            .names = design.names,
            .weight = weight,
            .offset = offset,
            .stratum = stratum};
  }
};

// The columns that must be there in every row beside those of the formula.
std::vector<std::string> complete_columns(const Arguments& arguments) {
  std::vector<std::string> complete;
  for (const char* option : {"event", "strata", "weights", "offset"}) {
    if (arguments.has(option)) complete.push_back(arguments.text(option));
  }
  if (arguments.has("event")) complete.push_back(arguments.text("time"));
  return complete;
}

Result<Fitted> fit_model(const DataTable& table, const Arguments& arguments) {
  const Formula formula = TRY(parse_formula(arguments.text("formula")));
  const DesignBuilder builder =
      TRY(DesignBuilder::make(formula, table, complete_columns(arguments)));
  Fitted model{formula, builder, TRY(builder.build(table)), {}, {}, {}, {}, {}};
  model.ends = TRY(ends_of(arguments, model.design));
  const auto values = [&](const char* option) {
    return arguments.has(option) ? values_at(arguments.column(option), model.design.rows)
                                 : std::vector<double>{};
  };
  model.weight = values("weights");
  model.offset = values("offset");
  if (arguments.has("strata")) {
    model.stratum = TRY(codes_at(arguments.column("strata"), model.design.rows));
  }
  const ParametricFamily family = parametric_family(arguments.text("family")).value();
  model.fit = TRY(fit_parametric(model.data(), family));
  TRY(normal_multiplier(arguments.number("confidence")));
  return model;
}

Json coefficient_table(const ParametricFit& fit, const Design& design, double level) {
  std::vector<CoefficientRow> rows;
  for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
    rows.push_back(coefficient_row(design.names[j], fit.coefficients[j],
                                   std::sqrt(fit.covariance(j, j)), level));
  }
  if (fit.shape) {
    const std::size_t q = fit.parameters() - 1;
    rows.push_back(coefficient_row("shape", *fit.shape, std::sqrt(fit.covariance(q, q)), level));
  }
  return coefficients_json(rows);
}

Json scale_table(const ParametricFit& fit, double level) {
  const double z = normal_quantile(1 - (1 - level) / 2);
  Json scales = Json::array();
  for (std::size_t s = 0; s < fit.scales.size(); ++s) {
    Json row = Json::object();
    row.set("stratum", fit.strata[s]).set("scale", fit.scales[s]);
    std::optional<Interval> interval;
    if (fit.family != ParametricFamily::exponential) {
      const std::size_t at = fit.coefficients.size() + s;
      const double stretch = std::exp(z * std::sqrt(fit.covariance(at, at)));
      interval = Interval{fit.scales[s] / stretch, fit.scales[s] * stretch};
    }
    row.set("interval", interval_json(interval));
    scales.push(std::move(row));
  }
  return scales;
}

// Against the model with the intercept alone; null where there is none or nothing else.
Result<Json> likelihood_ratio(const ParametricData& data, const ParametricFit& fit,
                              std::span<const std::string> names) {
  if (names.size() < 2 || names.front() != "(Intercept)") return Json(nullptr);
  const Matrix ones(data.x.rows(), 1, std::vector<double>(data.x.rows(), 1));
  const ParametricData alone{.lower = data.lower,
                             .upper = data.upper,
                             .x = ones,
                             .names = names.first(1),
                             .weight = data.weight,
                             .offset = data.offset,
                             .stratum = data.stratum};
  const ParametricFit null = TRY(fit_parametric(alone, fit.family));
  const double chi_square = std::max(0.0, 2 * (fit.log_likelihood - null.log_likelihood));
  const auto df = static_cast<int>(names.size()) - 1;
  Json test = Json::object();
  test.set("log_likelihood_null", null.log_likelihood).set("chi_square", chi_square);
  test.set("df", df).set("p_value", chi_square_upper_tail(chi_square, df));
  return test;
}

Result<Json> run_parametric_survival(const DataTable& table, const Arguments& arguments) {
  const Fitted model = TRY(fit_model(table, arguments));
  const ParametricFit& fit = model.fit;
  const double level = arguments.number("confidence");
  Json document = Json::object();
  document.set("family", std::string(name_of(fit.family)));
  document.set("subjects", std::uint64_t{fit.subjects}).set("events", std::uint64_t{fit.events});
  document.set("coefficients", coefficient_table(fit, model.design, level));
  document.set("scales", scale_table(fit, level));
  document.set("covariance", matrix_json(fit.covariance));
  document.set("log_likelihood", fit.log_likelihood).set("aic", fit.akaike());
  document.set("likelihood_ratio_test",
               TRY(likelihood_ratio(model.data(), fit, model.design.names)));
  document.set("iterations", fit.iterations);
  document.set("rows_left_out", std::uint64_t{table.rows() - model.design.rows.size()});
  return document;
}

// ---- parametric_curve -------------------------------------------------------------------------

Json survival_json(std::span<const PredictedSurvival> readings) {
  Json array = Json::array();
  for (const PredictedSurvival& reading : readings) {
    Json object = Json::object();
    object.set("time", reading.time).set("survival", reading.survival);
    object.set("std_error", number_json(reading.std_error));
    object.set("interval", interval_json(reading.interval));
    array.push(std::move(object));
  }
  return array;
}

Json quantiles_json(std::span<const PredictedQuantile> quantiles) {
  Json array = Json::array();
  for (const PredictedQuantile& quantile : quantiles) {
    Json object = Json::object();
    object.set("probability", quantile.probability).set("time", number_json(quantile.time));
    object.set("std_error", number_json(quantile.std_error));
    object.set("interval", interval_json(quantile.interval));
    array.push(std::move(object));
  }
  return array;
}

// One prediction in each stratum of the scale.
Result<Json> curves_json(const Fitted& model, std::span<const double> row,
                         const Arguments& arguments) {
  const double level = arguments.number("confidence");
  const auto times = arguments.has("times") ? arguments.numbers("times") : std::vector<double>{};
  Json curves = Json::array();
  for (std::size_t s = 0; s < model.fit.scales.size(); ++s) {
    const ParametricSubject subject{.row = row, .offset = 0, .stratum_index = s};
    Json curve = Json::object();
    if (arguments.has("strata")) {
      curve.set("stratum", label_of(arguments.column("strata"), model.fit.strata[s]));
    }
    curve.set("quantiles", quantiles_json(TRY(predict_quantiles(
                               model.fit, subject, arguments.numbers("probabilities"), level))));
    curve.set("survival", survival_json(TRY(predict_survival(model.fit, subject, times, level))));
    curves.push(std::move(curve));
  }
  return curves;
}

Result<Json> run_parametric_curve(const DataTable& table, const Arguments& arguments) {
  const Fitted model = TRY(fit_model(table, arguments));
  const std::string at = arguments.has("at") ? arguments.text("at") : std::string();
  std::vector<double> row;
  if (columns_of(model.formula).empty() && at.empty()) {
    row.assign(model.design.x.columns(), 1);
  } else {
    const DataTable one = TRY(row_with(table, model.design.rows.front(), model.formula, at));
    const Design design = TRY(model.builder.build(one));
    for (std::size_t j = 0; j < design.x.columns(); ++j) row.push_back(design.x(0, j));
  }
  Json document = Json::object();
  document.set("family", std::string(name_of(model.fit.family)));
  document.set("curves", TRY(curves_json(model, row, arguments)));
  document.set("rows_left_out", std::uint64_t{table.rows() - model.design.rows.size()});
  return document;
}

// The options of every parametric model, then `more`.
std::vector<Option> parametric_options(std::vector<Option> more) {
  std::vector<Option> options = {
      {"time", OptionKind::numeric_column,
       "follow-up time, or lower end of an interval (missing: from the start)", "", true},
      {"event", OptionKind::numeric_column, "1 = event, 0 = censored", ""},
      {"upper", OptionKind::numeric_column,
       "upper end of an interval (missing: still free of the event)", ""},
      {"formula", OptionKind::formula, "the covariates, as in ~ age + arm", "~ 1"},
      {"family",
       OptionKind::choice,
       "law of the time",
       "weibull",
       false,
       {"exponential", "weibull", "log_normal", "log_logistic", "gamma", "generalised_gamma",
        "gaussian", "logistic"}},
      {"strata", OptionKind::column, "groups with a scale of their own", ""},
      {"weights", OptionKind::numeric_column, "weights, 0 or more", ""},
      {"offset", OptionKind::numeric_column, "a known part of the location", ""},
      confidence_option()};
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

}  // namespace

std::vector<Method> parametric_survival_methods() {
  return {{.name = "parametric_survival",
           .topic = "survival",
           .title = "Accelerated failure time model of right-, left- or interval-censored times",
           .card = "parametric_survival",
           .version = 1,
           .options = parametric_options({}),
           .run = run_parametric_survival},
          {.name = "parametric_curve",
           .topic = "survival",
           .title = "Quantiles and survival predicted by an accelerated failure time model",
           .card = "parametric_survival",
           .version = 1,
           .options = parametric_options(
               {{"at", OptionKind::text, "covariates of the subject: age=60,sex=f", ""},
                {"times", OptionKind::numbers, "times to read the survival at", ""},
                {"probabilities", OptionKind::numbers, "quantiles of the time", "0.25,0.5,0.75"}}),
           .run = run_parametric_curve}};
}

}  // namespace kensho::stats
