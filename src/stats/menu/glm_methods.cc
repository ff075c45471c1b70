// Logistic, Poisson and other generalised linear models on a table.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/menu/method_lists.h"
#include "stats/menu/regression_input.h"
#include "stats/regression/firth_logistic.h"
#include "stats/regression/glm_inference.h"
#include "stats/regression/negative_binomial.h"
#include "stats/regression/proportional_odds.h"
#include "stats/regression/standardised_risk.h"

namespace kensho::stats {
namespace {

GlmData data_of(const RegressionInput& input) {
  return {input.design.x, input.design.outcome, input.weight, input.offset, input.design.names};
}

Result<Matrix> chosen_covariance(const GlmData& data, const Glm& fit, const RegressionInput& input,
                                 const std::string& robust) {
  if (!input.cluster.empty()) {
    return clustered_covariance(data, fit, input.cluster, ClusterFactor::clusters);
  }
  if (robust == "hc0") return robust_covariance(data, fit, RobustKind::hc0);
  if (robust == "hc1") return robust_covariance(data, fit, RobustKind::hc1);
  if (robust == "hc2") return robust_covariance(data, fit, RobustKind::hc2);
  if (robust == "hc3") return robust_covariance(data, fit, RobustKind::hc3);
  return fit.covariance;
}

/// The parts every such document has.
void add_fit(Json& document, const Glm& fit, const RegressionInput& input) {
  document.set("family", std::string(name_of(fit.model.family)));
  document.set("link", std::string(name_of(fit.model.link)));
  document.set("dispersion", number_json(fit.dispersion));
  document.set("deviance", number_json(fit.deviance));
  document.set("null_deviance", number_json(fit.null_deviance));
  document.set("pearson_chi_square", number_json(fit.pearson));
  document.set("residual_df", number_json(fit.degrees_of_freedom));
  document.set("log_likelihood", number_json(fit.log_likelihood));
  document.set("aic", number_json(fit.aic)).set("bic", number_json(fit.bic));
  document.set("iterations", std::uint64_t(static_cast<unsigned>(fit.iterations)));
  document.set("rows", std::uint64_t{fit.rows});
  document.set("rows_left_out", std::uint64_t{input.left_out});
}

Result<Json> profiles_json(const GlmData& data, const GlmChoice& choice, const Glm& fit,
                           double level) {
  Json array = Json::array();
  for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
    const ProfileInterval ends = TRY(profile_interval(data, choice, fit, j, level));
    Json object = Json::object();
    object.set("name", data.names[j]);
    object.set("lower", number_json(ends.lower)).set("upper", number_json(ends.upper));
    array.push(std::move(object));
  }
  return array;
}

Result<Json> run_model(const DataTable& table, const Arguments& arguments,
                       const GlmChoice& choice) {
  const RegressionInput input = TRY(regression_input(table, arguments));
  const GlmData data = data_of(input);
  const Glm fit = TRY(fit_glm(data, choice));
  const Matrix covariance = TRY(chosen_covariance(data, fit, input, arguments.text("robust")));
  const double level = arguments.number("confidence");
  std::optional<double> df;
  if (fit.dispersion != 1) df = fit.degrees_of_freedom;  // exactly: it was estimated
  const auto rows = coefficient_rows(input.design.names, fit.coefficients, covariance, level, df);
  Json document = Json::object();
  document.set("coefficients", coefficients_json(rows));
  const Link link = fit.model.link;
  if (link == Link::log || link == Link::logit) document.set("ratios", ratios_json(rows));
  if (arguments.has("intervals") && arguments.text("intervals") == "profile") {
    document.set("profile_intervals", TRY(profiles_json(data, choice, fit, level)));
  }
  document.set("covariance", matrix_json(covariance));
  add_fit(document, fit, input);
  return document;
}

Result<Json> run_logistic(const DataTable& table, const Arguments& arguments) {
  return run_model(table, arguments, {{Family::binomial, Link::logit}});
}

Result<Json> run_poisson(const DataTable& table, const Arguments& arguments) {
  const Dispersion dispersion =
      arguments.text("dispersion") == "estimated" ? Dispersion::estimated : Dispersion::of_family;
  return run_model(table, arguments, {{Family::poisson, Link::log}, dispersion});
}

Result<Json> run_generalised(const DataTable& table, const Arguments& arguments) {
  const Family family = family_named(arguments.text("family")).value_or(Family::gaussian);
  const Link link =
      arguments.has("link") ? link_named(arguments.text("link")).value() : default_link(family);
  const Dispersion dispersion =
      arguments.text("dispersion") == "estimated" ? Dispersion::estimated : Dispersion::of_family;
  return run_model(table, arguments, {{family, link}, dispersion});
}

Result<Json> run_negative_binomial(const DataTable& table, const Arguments& arguments) {
  const RegressionInput input = TRY(regression_input(table, arguments));
  const GlmData data = data_of(input);
  const NegativeBinomial result = TRY(fit_negative_binomial(data));
  const Matrix covariance =
      TRY(chosen_covariance(data, result.fit, input, arguments.text("robust")));
  const auto rows = coefficient_rows(input.design.names, result.fit.coefficients, covariance,
                                     arguments.number("confidence"));
  Json document = Json::object();
  document.set("coefficients", coefficients_json(rows)).set("ratios", ratios_json(rows));
  document.set("theta", number_json(result.theta));
  document.set("theta_std_error", number_json(result.theta_std_error));
  document.set("covariance", matrix_json(covariance));
  Glm counting_theta = result.fit;
  counting_theta.aic = result.aic;
  counting_theta.bic = result.bic;
  add_fit(document, counting_theta, input);
  return document;
}

Result<Json> run_firth(const DataTable& table, const Arguments& arguments) {
  const RegressionInput input = TRY(regression_input(table, arguments));
  const Design& design = input.design;
  const FirthData data{design.x, design.outcome, input.weight, design.names};
  const FirthLogistic fit = TRY(firth_logistic(data));
  const double level = arguments.number("confidence");
  auto rows = coefficient_rows(design.names, fit.coefficients, fit.covariance, level);
  Json tests = Json::array();
  for (std::size_t j = 0; j < rows.size(); ++j) {
    const PenalisedProfile profile = TRY(penalised_profile(data, fit, j, level));
    rows[j].interval = profile.interval;
    rows[j].p_value = profile.p_value;
    tests.push(Json::object()
                   .set("name", rows[j].name)
                   .set("chi_square", number_json(profile.chi_square))
                   .set("p_value", number_json(profile.p_value)));
  }
  Json document = Json::object();
  document.set("coefficients", coefficients_json(rows)).set("ratios", ratios_json(rows));
  document.set("penalised_likelihood_ratio_tests", std::move(tests));
  document.set("covariance", matrix_json(fit.covariance));
  document.set("log_likelihood", number_json(fit.log_likelihood));
  document.set("penalised_log_likelihood", number_json(fit.penalised_log_likelihood));
  document.set("rows_left_out", std::uint64_t{input.left_out});
  return document;
}

// ---- proportional odds ------------------------------------------------------------------------

/// The classes in use, numbered from 0 in their order.
Result<std::vector<int>> classes_of(const std::vector<double>& outcome) {
  std::vector<double> distinct = outcome;
  std::ranges::sort(distinct);
  distinct.erase(std::ranges::unique(distinct).begin(), distinct.end());
  if (distinct.size() > 50) {
    return Error{Errc::invalid_argument,
                 fmt::format("proportional odds: the outcome has {} values; at most 50 classes",
                             distinct.size())};
  }
  std::vector<int> classes;
  for (const double value : outcome) {
    classes.push_back(
        static_cast<int>(std::ranges::lower_bound(distinct, value) - distinct.begin()));
  }
  return classes;
}

/// The thresholds are the intercepts: the design without its constant column.
struct WithoutIntercept {
  Matrix x;
  std::vector<std::string> names;
};

WithoutIntercept without_intercept(const Design& design) {
  WithoutIntercept rest;
  std::vector<double> values;
  for (std::size_t j = 0; j < design.x.columns(); ++j) {
    if (design.term[j] == 0) continue;
    values.insert(values.end(), design.x.column(j).begin(), design.x.column(j).end());
    rest.names.push_back(design.names[j]);
  }
  rest.x = Matrix(design.x.rows(), rest.names.size(), std::move(values));
  return rest;
}

Result<Json> run_proportional_odds(const DataTable& table, const Arguments& arguments) {
  const RegressionInput input = TRY(regression_input(table, arguments));
  const WithoutIntercept design = without_intercept(input.design);
  const std::vector<int> classes = TRY(classes_of(input.design.outcome));
  const ProportionalOdds fit =
      TRY(proportional_odds({design.x, classes, input.weight, design.names}));
  const auto rows = coefficient_rows(design.names, fit.coefficients, fit.covariance,
                                     arguments.number("confidence"));
  Json thresholds = Json::array();
  for (std::size_t k = 0; k < fit.thresholds.size(); ++k) {
    const std::size_t at = rows.size() + k;
    thresholds.push(Json::object()
                        .set("estimate", number_json(fit.thresholds[k]))
                        .set("std_error", number_json(std::sqrt(fit.covariance(at, at)))));
  }
  Json document = Json::object();
  document.set("coefficients", coefficients_json(rows)).set("ratios", ratios_json(rows));
  document.set("thresholds", std::move(thresholds));
  document.set("log_likelihood", number_json(fit.log_likelihood));
  document.set("deviance", number_json(fit.deviance)).set("aic", number_json(fit.aic));
  document.set("rows_left_out", std::uint64_t{input.left_out});
  return document;
}

// ---- standardised risks -----------------------------------------------------------------------

/// The table with one column set to one value for everybody.
Result<DataTable> everybody_at(const DataTable& table, const std::string& name, double value) {
  std::vector<Column> columns = table.columns();
  for (Column& column : columns) {
    if (column.name == name) std::ranges::fill(column.values, value);
  }
  return DataTable::make(std::move(columns));
}

Json delta_json(const DeltaEstimate& estimate) {
  return Json::object()
      .set("estimate", number_json(estimate.estimate))
      .set("std_error", number_json(estimate.std_error))
      .set("lower", number_json(estimate.interval.lower))
      .set("upper", number_json(estimate.interval.upper));
}

/// The two values the treatment takes, the smaller (or first level) as the reference.
Result<std::pair<double, double>> two_values(const Column& column,
                                             std::span<const std::size_t> rows) {
  std::vector<double> values = values_at(column, rows);
  std::ranges::sort(values);
  values.erase(std::ranges::unique(values).begin(), values.end());
  if (values.size() == 2) return std::pair(values[0], values[1]);
  return Error{Errc::invalid_argument,
               fmt::format("standardised risk: '{}' takes {} values among the complete rows; it "
                           "must take two",
                           column.name, values.size())};
}

Result<Json> run_standardised_risk(const DataTable& table, const Arguments& arguments) {
  const RegressionInput input = TRY(regression_input(table, arguments));
  const DesignBuilder builder = TRY(DesignBuilder::make(input.formula, table));
  const GlmData data = data_of(input);
  const Glm fit = TRY(fit_glm(data, {{Family::binomial, Link::logit}}));
  const Matrix covariance = TRY(chosen_covariance(data, fit, input, arguments.text("robust")));
  const Column& treatment = arguments.column("treatment");
  const auto [reference, treated] = TRY(two_values(treatment, input.design.rows));
  const DataTable people = table.rows_at(input.design.rows);
  std::vector<Matrix> scenarios;
  for (const double value : {treated, reference}) {
    const DataTable all = TRY(everybody_at(people, treatment.name, value));
    scenarios.push_back(TRY(builder.build(all)).x);
  }
  const StandardisedMeans means =
      TRY(standardised_means(fit, covariance, scenarios, input.weight, {}));
  const StandardisedContrast contrast =
      TRY(risk_contrast(means, 0, 1, arguments.number("confidence")));

  Json document = Json::object();
  document.set("risk_treated", number_json(means.means[0]));
  document.set("risk_reference", number_json(means.means[1]));
  document.set("risk_difference", delta_json(contrast.difference));
  document.set("log_risk_ratio", delta_json(contrast.log_ratio));
  document.set("log_odds_ratio", delta_json(contrast.log_odds_ratio));
  document.set("rows_left_out", std::uint64_t{input.left_out});
  return document;
}

Option intervals_option() {
  return {.name = "intervals",
          .kind = OptionKind::choice,
          .help = "profile adds intervals by the profile likelihood",
          .fallback = "wald",
          .required = false,
          .choices = {"wald", "profile"}};
}

Option dispersion_option() {
  return {.name = "dispersion",
          .kind = OptionKind::choice,
          .help = "estimated multiplies the variance by Pearson's chi-square over its df",
          .fallback = "of_family",
          .required = false,
          .choices = {"of_family", "estimated"}};
}

Method method(std::string_view name, std::string_view title, std::string_view card,
              std::vector<Option> options,
              Result<Json> (*run)(const DataTable&, const Arguments&)) {
  return {.name = name,
          .topic = "regression",
          .title = title,
          .card = card,
          .version = 1,
          .options = std::move(options),
          .run = run};
}

}  // namespace

std::vector<Method> glm_methods() {
  const Option trials = weights_option("weights; with proportions as outcome, numbers of trials");
  const Option cases = weights_option("weights: how many rows each row stands for");
  const Option family{"family",
                      OptionKind::choice,
                      "the distribution of the outcome",
                      "",
                      true,
                      {"gaussian", "binomial", "poisson", "gamma"}};
  const Option link{"link",
                    OptionKind::choice,
                    "the function of the mean that is linear",
                    "",
                    false,
                    {"identity", "log", "logit", "probit", "cloglog", "inverse"}};
  const Option treatment{"treatment", OptionKind::column, "a column of the formula with two values",
                         "", true};
  return {method("logistic", "Logistic regression: odds ratios", "generalised_linear",
                 {formula_option(), trials, offset_option(), robust_option(), cluster_option(),
                  intervals_option(), confidence_option()},
                 run_logistic),
          method("poisson", "Poisson regression: rate ratios", "generalised_linear",
                 {formula_option(), cases, offset_option(), robust_option(), cluster_option(),
                  intervals_option(), dispersion_option(), confidence_option()},
                 run_poisson),
          method("generalised_linear", "Generalised linear model of a chosen family and link",
                 "generalised_linear",
                 {formula_option(), family, link, trials, offset_option(), robust_option(),
                  cluster_option(), intervals_option(), dispersion_option(), confidence_option()},
                 run_generalised),
          method("negative_binomial", "Negative binomial regression of overdispersed counts",
                 "negative_binomial",
                 {formula_option(), cases, offset_option(), robust_option(), cluster_option(),
                  confidence_option()},
                 run_negative_binomial),
          method("firth_logistic",
                 "Logistic regression with Firth's penalty, for separated or rare outcomes",
                 "firth_logistic", {formula_option(), cases, confidence_option()}, run_firth),
          method("proportional_odds", "Proportional odds regression of an ordered outcome",
                 "proportional_odds", {formula_option(), cases, confidence_option()},
                 run_proportional_odds),
          method("standardised_risk",
                 "Risks if everybody were treated and if nobody were, by logistic standardisation",
                 "standardised_risk",
                 {formula_option(), treatment, cases, robust_option(), cluster_option(),
                  confidence_option()},
                 run_standardised_risk)};
}

}  // namespace kensho::stats
