// Linear models, analysis of variance and estimated means on a table.
#include "stats/location/rank_analysis.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/regression_input.h"
#include "stats/regression/anova_table.h"
#include "stats/regression/estimated_means.h"
#include "stats/regression/glm.h"
#include "stats/regression/linear_model.h"
#include "stats/regression/one_way.h"

namespace kensho::stats {
namespace {

Json f_test_json(const FTest& test) {
  return Json::object()
      .set("statistic", number_json(test.statistic))
      .set("numerator_df", number_json(test.numerator_df))
      .set("denominator_df", number_json(test.denominator_df))
      .set("p_value", number_json(test.p_value));
}

// ---- linear model -----------------------------------------------------------------------------

Result<Matrix> chosen_covariance(const LinearModel& model, const RegressionInput& input,
                                 const std::string& robust) {
  const Matrix& x = input.design.x;
  if (!input.cluster.empty()) {
    return clustered_covariance(model, x, input.cluster, ClusterFactor::clusters_and_rows);
  }
  if (robust == "hc0") return robust_covariance(model, x, RobustKind::hc0);
  if (robust == "hc1") return robust_covariance(model, x, RobustKind::hc1);
  if (robust == "hc2") return robust_covariance(model, x, RobustKind::hc2);
  if (robust == "hc3") return robust_covariance(model, x, RobustKind::hc3);
  return model.covariance;
}

Result<Json> run_linear_model(const DataTable& table, const Arguments& arguments) {
  const RegressionInput input = TRY(regression_input(table, arguments));
  const Design& design = input.design;
  const LinearModel model = TRY(linear_model(design.x, design.outcome, input.weight, design.names));
  const Matrix covariance = TRY(chosen_covariance(model, input, arguments.text("robust")));
  const auto rows = coefficient_rows(design.names, model.fit.coefficients, covariance,
                                     arguments.number("confidence"), model.degrees_of_freedom);
  Json document = Json::object();
  document.set("coefficients", coefficients_json(rows)).set("covariance", matrix_json(covariance));
  document.set("sigma", number_json(model.sigma));
  document.set("residual_df", number_json(model.degrees_of_freedom));
  document.set("r_squared", number_json(model.r_squared));
  document.set("adjusted_r_squared", number_json(model.adjusted_r_squared));
  document.set("f_test", model.f ? f_test_json(*model.f) : Json(nullptr));
  document.set("log_likelihood", number_json(model.log_likelihood));
  document.set("aic", number_json(model.aic)).set("bic", number_json(model.bic));
  document.set("rows", std::uint64_t{model.rows});
  document.set("rows_left_out", std::uint64_t{input.left_out});
  return document;
}

// ---- analysis of variance ---------------------------------------------------------------------

Json anova_json(const AnovaTable& table) {
  Json lines = Json::array();
  for (const AnovaLine& line : table.lines) {
    Json object = Json::object();
    object.set("term", line.name).set("df", number_json(line.degrees_of_freedom));
    object.set("sum_of_squares", number_json(line.sum_of_squares));
    object.set("f", number_json(line.f.statistic)).set("p_value", number_json(line.f.p_value));
    lines.push(std::move(object));
  }
  Json document = Json::object();
  document.set("terms", std::move(lines)).set("residual_df", number_json(table.residual_df));
  document.set("residual_sum_of_squares", number_json(table.residual_sum_of_squares));
  return document;
}

/// The group of each row, levels in use numbered from 0, and their names.
struct Groups {
  std::vector<int> codes;
  std::vector<std::string> names;
};

Groups groups_of(const Column& column, std::span<const std::size_t> rows) {
  Groups groups;
  std::vector<int> number(column.levels.size(), -1);
  for (const std::size_t row : rows) number[static_cast<std::size_t>(column.values[row])] = 0;
  for (std::size_t level = 0; level < number.size(); ++level) {
    if (number[level] < 0) continue;
    number[level] = static_cast<int>(groups.names.size());
    groups.names.push_back(column.levels[level]);
  }
  for (const std::size_t row : rows) {
    groups.codes.push_back(number[static_cast<std::size_t>(column.values[row])]);
  }
  return groups;
}

Json tukey_json(const std::vector<TukeyPair>& pairs, const std::vector<std::string>& names) {
  Json array = Json::array();
  for (const TukeyPair& pair : pairs) {
    Json object = Json::object();
    object.set("pair", names[pair.second] + " - " + names[pair.first]);
    object.set("difference", number_json(pair.difference));
    object.set("lower", number_json(pair.interval.lower));
    object.set("upper", number_json(pair.interval.upper));
    object.set("p_value", number_json(pair.p_value));
    array.push(std::move(object));
  }
  return array;
}

/// What one categorical term alone allows beyond the table.
Status add_one_way(Json& document, const RegressionInput& input, const Column& column,
                   double confidence_level) {
  const Groups groups = groups_of(column, input.design.rows);
  const GroupedValues data{input.design.outcome, groups.codes};
  const OneWayAnova anova = TRY(one_way_anova(data));
  document.set("tukey", tukey_json(TRY(tukey_comparisons(anova, confidence_level)), groups.names));
  if (const auto kruskal = kruskal_wallis_test(data.values, data.group)) {
    document.set(
        "kruskal_wallis",
        chi_square_json({kruskal->chi_square, kruskal->degrees_of_freedom, kruskal->p_value}));
  }
  if (const auto levene = levene_test(data)) document.set("levene", f_test_json(*levene));
  if (const auto welch = welch_test(data)) document.set("welch", f_test_json(*welch));
  if (const auto bartlett = bartlett_test(data)) {
    document.set("bartlett", chi_square_json(*bartlett));
  }
  return ok();
}

Result<Json> run_anova(const DataTable& table, const Arguments& arguments) {
  const RegressionInput input = TRY(regression_input(table, arguments));
  const AnovaModel model = TRY(anova_model(input.formula, table, input.design.rows));
  const std::string& type = arguments.text("type");
  const SumsOfSquares kind = type == "I"    ? SumsOfSquares::sequential
                             : type == "II" ? SumsOfSquares::hierarchical
                                            : SumsOfSquares::marginal;
  const AnovaTable result = TRY(anova_table(model, input.design.outcome, input.weight, kind));
  Json document = anova_json(result);
  const Column* first = table.find(input.formula.terms.front().front().column);
  if (model.factors.size() == 1 && first->categorical() && input.weight.empty()) {
    TRY(add_one_way(document, input, *first, arguments.number("confidence")));
  }
  document.set("rows_left_out", std::uint64_t{input.left_out});
  return document;
}

// ---- estimated means --------------------------------------------------------------------------

/// Coefficients of either kind of model, and their degrees of freedom.
struct Fit {
  std::vector<double> coefficients;
  Matrix covariance;
  std::vector<double> degrees_of_freedom;  // empty: normal
};

Result<Fit> fit_for_means(const RegressionInput& input, const Arguments& arguments) {
  const Design& design = input.design;
  const Family family = family_named(arguments.text("family")).value_or(Family::gaussian);
  if (family == Family::gaussian) {
    const LinearModel model =
        TRY(linear_model(design.x, design.outcome, input.weight, design.names));
    return Fit{model.fit.coefficients, model.covariance, {model.degrees_of_freedom}};
  }
  const GlmData data{design.x, design.outcome, input.weight, input.offset, design.names};
  const Glm fit = TRY(fit_glm(data, {{family, default_link(family)}}));
  return Fit{fit.coefficients, fit.covariance, {}};
}

Json estimates_json(const std::vector<LinearEstimate>& estimates,
                    const std::vector<std::string>& names, Link link, bool with_response) {
  Json array = Json::array();
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const LinearEstimate& row = estimates[i];
    Json object = Json::object();
    object.set("name", names[i]).set("estimate", number_json(row.estimate));
    object.set("std_error", number_json(row.std_error));
    object.set("df", number_json(row.degrees_of_freedom));
    object.set("lower", number_json(row.interval.lower));
    object.set("upper", number_json(row.interval.upper));
    object.set("p_value", number_json(row.p_value));
    if (with_response) {
      object.set("response", number_json(mean_at(link, row.estimate).value));
      object.set("response_interval",
                 interval_json(Interval{mean_at(link, row.interval.lower).value,
                                        mean_at(link, row.interval.upper).value}));
    }
    array.push(std::move(object));
  }
  return array;
}

Result<Json> run_estimated_means(const DataTable& table, const Arguments& arguments) {
  const RegressionInput input = TRY(regression_input(table, arguments));
  const Fit fit = TRY(fit_for_means(input, arguments));
  const GridWeights weights =
      arguments.text("grid") == "proportional" ? GridWeights::proportional : GridWeights::equal;
  const DataTable complete = table.rows_at(input.design.rows);
  const MarginalForms means =
      TRY(marginal_forms(input.formula, complete, arguments.text("of"), weights));
  const Contrasts pairs = pairwise_contrasts(means.levels, means.forms);
  const double level = arguments.number("confidence");
  const FittedCoefficients of{fit.coefficients, fit.covariance};
  const auto levels = TRY(linear_estimates(of, means.forms, fit.degrees_of_freedom, level));
  const auto differences = TRY(linear_estimates(of, pairs.forms, fit.degrees_of_freedom, level));
  const Family family = family_named(arguments.text("family")).value_or(Family::gaussian);
  const Link link = default_link(family);

  Json document = Json::object();
  document.set("scale", std::string(name_of(link)));
  document.set("means", estimates_json(levels, means.levels, link, link != Link::identity));
  document.set("differences", estimates_json(differences, pairs.names, link, false));
  document.set("rows_left_out", std::uint64_t{input.left_out});
  return document;
}

}  // namespace

std::vector<Method> linear_methods() {
  const Option weights = weights_option("weights in inverse proportion to the variance");
  return {
      {.name = "linear_model",
       .topic = "regression",
       .title = "Linear model by least squares, with robust or clustered errors if asked",
       .card = "linear_model",
       .version = 1,
       .options = {formula_option(), weights, robust_option(), cluster_option(),
                   confidence_option()},
       .run = run_linear_model},
      {.name = "anova",
       .topic = "regression",
       .title = "Analysis of variance of types I to III; of one factor with Tukey's comparisons",
       .card = "anova",
       .version = 1,
       .options = {formula_option(),
                   weights,
                   {"type",
                    OptionKind::choice,
                    "what a term is judged against",
                    "III",
                    false,
                    {"I", "II", "III"}},
                   confidence_option()},
       .run = run_anova},
      {.name = "estimated_means",
       .topic = "regression",
       .title = "Estimated marginal means of a factor and their differences",
       .card = "estimated_means",
       .version = 1,
       .options = {formula_option(),
                   {"of", OptionKind::column, "the factor whose means are asked for", "", true},
                   {"family",
                    OptionKind::choice,
                    "the model's family, with its default link",
                    "gaussian",
                    false,
                    {"gaussian", "binomial", "poisson", "gamma"}},
                   {"grid",
                    OptionKind::choice,
                    "how other factors are averaged",
                    "equal",
                    false,
                    {"equal", "proportional"}},
                   weights_option("weights, or numbers of trials"),
                   offset_option(),
                   confidence_option()},
       .run = run_estimated_means}};
}

}  // namespace kensho::stats
