// Before and after treatment on a table: analysis of covariance, responders, regression to the
// mean.
#include <cmath>

#include "stats/design/design_matrix.h"
#include "stats/dist/distributions.h"
#include "stats/longitudinal/ancova.h"
#include "stats/longitudinal/marginal_means.h"
#include "stats/longitudinal/regression_to_the_mean.h"
#include "stats/longitudinal/responder.h"
#include "stats/menu/contrast_document.h"
#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/regression_input.h"
#include "stats/multiplicity/adjusted_p_values.h"

namespace kensho::stats {
namespace {

/// The p-values as adjusted under that name, or as they are.
Result<std::vector<double>> adjusted(const std::vector<double>& p_values, const std::string& name) {
  if (name == "none" || p_values.empty()) return p_values;
  return adjust_p_values(p_values, name == "holm" ? Adjustment::holm : Adjustment::bonferroni);
}

/// Means of the groups and all their differences, the later level less the earlier.
struct GroupTables {
  Json means = Json::array();
  Json differences = Json::array();
};

Result<GroupTables> group_tables(const Ancova& model, const std::vector<MarginalMean>& cells,
                                 const Column& group, const std::string& adjustment,
                                 double confidence) {
  const auto name = [&](const MarginalMean& cell) {
    return label_of(group, static_cast<int>(cell.level[0]));
  };
  GroupTables tables;
  std::vector<Json> rows;
  std::vector<double> p_values;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    tables.means.push(mean_json({{"group", name(cells[i])}},
                                ancova_contrast(model, cells[i].weights), confidence));
    for (std::size_t j = 0; j < i; ++j) {
      const ContrastEstimate difference =
          ancova_contrast(model, less(cells[i].weights, cells[j].weights));
      rows.push_back(difference_json({{"group", name(cells[i])}, {"versus", name(cells[j])}},
                                     difference, confidence));
      p_values.push_back(student_t_two_sided(difference.estimate / difference.std_error,
                                             difference.degrees_of_freedom));
    }
  }
  const std::vector<double> after = TRY(adjusted(p_values, adjustment));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].set("adjusted_p_value", number_json(after[i]));
    tables.differences.push(std::move(rows[i]));
  }
  return tables;
}

Result<Json> run_ancova(const DataTable& original, const Arguments& arguments) {
  const std::string group = arguments.column("group").name;
  const double confidence = TRY(checked_confidence(arguments.number("confidence")));
  const DataTable table = TRY(with_categories(original, {group}));
  const Formula formula = TRY(formula_with_outcome(arguments));
  const Design design = TRY(design_of(formula, table));
  const Ancova model = TRY(fit_ancova(design.x, design.outcome, design.names));
  const auto cells = TRY(marginal_means(formula, table, {group}));
  GroupTables tables =
      TRY(group_tables(model, cells, *table.find(group), arguments.text("adjust"), confidence));

  std::vector<CoefficientRow> rows;
  for (std::size_t j = 0; j < design.names.size(); ++j) {
    rows.push_back(coefficient_row(design.names[j], model.coefficients[j],
                                   std::sqrt(model.covariance(j, j)), confidence,
                                   model.residual_df));
  }
  Json document = Json::object();
  document.set("subjects", std::uint64_t{design.rows.size()});
  document.set("rows_left_out", std::uint64_t{table.rows() - design.rows.size()});
  document.set("residual_sd", number_json(model.residual_sd));
  document.set("residual_df", number_json(model.residual_df));
  document.set("r_squared", number_json(model.r_squared));
  document.set("coefficients", coefficients_json(rows));
  document.set("means", std::move(tables.means));
  document.set("differences", std::move(tables.differences));
  document.set("adjustment", arguments.text("adjust"));
  return document;
}

Json responder_json(const ResponderGroup& row, const Column* group) {
  Json object = Json::object();
  if (group != nullptr) object.set("group", label_of(*group, row.group));
  object.set("responders", row.responders).set("subjects", row.subjects);
  object.set("share", number_json(row.share));
  object.set("wilson", interval_json(row.wilson));
  object.set("clopper_pearson", interval_json(row.clopper_pearson));
  return object;
}

Json responder_difference_json(const ResponderDifference& row, const Column& group) {
  Json object = Json::object();
  object.set("group", label_of(group, row.group)).set("versus", label_of(group, row.versus));
  object.set("difference", number_json(row.difference));
  object.set("interval", interval_json(row.interval));
  object.set("statistic", number_json(row.z)).set("p_value", number_json(row.p_value));
  return object;
}

Result<Json> run_responder(const DataTable& table, const Arguments& arguments) {
  const Column& before = arguments.column("before");
  const Column& after = arguments.column("after");
  const Column* group = arguments.has("group") ? &arguments.column("group") : nullptr;
  std::vector<const Column*> needed = {&before};
  if (group != nullptr) needed.push_back(group);
  const bool missing_fails = arguments.text("missing") == "non_responder";
  if (!missing_fails) needed.push_back(&after);
  const CompleteRows complete = complete_rows(table, needed);

  const double threshold = arguments.number("mcid");
  const bool higher = arguments.text("better") == "higher";
  const ResponderRule rule{threshold, higher ? Better::higher : Better::lower};
  std::vector<double> change;
  std::uint64_t missing = 0;
  for (const std::size_t row : complete.rows) {
    const double follow_up = after.values[row];
    if (std::isnan(follow_up)) ++missing;
    change.push_back(std::isnan(follow_up) ? 0 : follow_up - before.values[row]);
  }
  const std::vector<int> responded = TRY(responders(change, rule));
  std::vector<int> groups;
  if (group != nullptr) groups = TRY(codes_at(*group, complete.rows));
  const auto analysis = TRY(responder_analysis(responded, groups, arguments.number("confidence")));

  Json shares = Json::array();
  for (const ResponderGroup& row : analysis.groups) shares.push(responder_json(row, group));
  Json differences = Json::array();
  for (const ResponderDifference& row : analysis.differences) {
    differences.push(responder_difference_json(row, *group));
  }
  Json document = Json::object();
  document.set("mcid", number_json(threshold)).set("better", arguments.text("better"));
  document.set("mcid_source", arguments.text("source"));
  document.set("groups", std::move(shares)).set("differences", std::move(differences));
  document.set("counted_as_non_responders", missing);
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

Json change_json(const MeanChange& change) {
  Json object = Json::object();
  object.set("mean", number_json(change.mean)).set("std_error", number_json(change.std_error));
  object.set("df", number_json(change.degrees_of_freedom));
  object.set("p_value", number_json(change.p_value));
  object.set("lower", number_json(change.interval.lower));
  object.set("upper", number_json(change.interval.upper));
  return object;
}

Json split_json(const SplitChange& split) {
  Json object = Json::object();
  object.set("whole", change_json(split.whole)).set("untreated", change_json(split.untreated));
  object.set("treated", change_json(split.treated));
  object.set("beyond_untreated", change_json(split.beyond_untreated));
  object.set("reliability", number_json(split.reliability));
  object.set("reliability_interval", interval_json(split.reliability_interval));
  object.set("within_sd", number_json(split.within_sd));
  return object;
}

Json mee_chua_json(const MeeChua& test) {
  Json object = Json::object();
  object.set("population_mean", number_json(test.population_mean));
  object.set("effect", number_json(test.effect)).set("std_error", number_json(test.std_error));
  object.set("df", number_json(test.degrees_of_freedom));
  object.set("statistic", number_json(test.t)).set("p_value", number_json(test.p_value));
  object.set("lower", number_json(test.interval.lower));
  object.set("upper", number_json(test.interval.upper));
  object.set("slope", number_json(test.slope));
  return object;
}

Result<Json> run_regression_to_the_mean(const DataTable& table, const Arguments& arguments) {
  const Column& first = arguments.column("before");
  const Column& after = arguments.column("after");
  const Column* second =
      arguments.has("second_before") ? &arguments.column("second_before") : nullptr;
  std::vector<const Column*> needed = {&first, &after};
  if (second != nullptr) needed.push_back(second);
  if (second == nullptr && !arguments.has("population_means")) {
    return Error{Errc::invalid_argument,
                 "regression to the mean needs a second baseline (--second_before) or the mean of "
                 "the population the subjects come from (--population_means)"};
  }
  const CompleteRows complete = complete_rows(table, needed);
  const std::vector<double> before_values = values_at(first, complete.rows);
  const std::vector<double> after_values = values_at(after, complete.rows);
  const double confidence = TRY(checked_confidence(arguments.number("confidence")));
  Json document = Json::object();
  document.set("subjects", std::uint64_t{complete.rows.size()});
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  Json split = nullptr;
  if (second != nullptr) {
    const std::vector<double> second_values = values_at(*second, complete.rows);
    split = split_json(TRY(split_change({before_values, second_values, after_values}, confidence)));
  }
  document.set("two_baselines", std::move(split));
  Json tests = Json::array();
  if (arguments.has("population_means")) {
    const std::vector<double> means = arguments.numbers("population_means");
    for (const MeeChua& test : TRY(mee_chua(before_values, after_values, means, confidence))) {
      tests.push(mee_chua_json(test));
    }
  }
  document.set("mee_chua", std::move(tests));
  return document;
}

Method responder_method() {
  return {.name = "responder",
          .topic = "longitudinal",
          .title = "Share of subjects who changed by at least what matters to patients",
          .card = "responder",
          .version = 1,
          .options = {{"before", OptionKind::numeric_column, "outcome at baseline", "", true},
                      {"after", OptionKind::numeric_column, "outcome at follow-up", "", true},
                      {"mcid", OptionKind::number, "minimal important change, above 0", "", true},
                      {"source", OptionKind::text,
                       "where the minimal important change was published", "", true},
                      {"better",
                       OptionKind::choice,
                       "which way is better",
                       "higher",
                       false,
                       {"higher", "lower"}},
                      {"group", OptionKind::column, "groups to compare with the first", ""},
                      {"missing",
                       OptionKind::choice,
                       "what a missing follow-up counts as",
                       "non_responder",
                       false,
                       {"non_responder", "left_out"}},
                      confidence_option()},
          .run = run_responder};
}

}  // namespace

std::vector<Method> prepost_methods() {
  return {
      {.name = "ancova",
       .topic = "longitudinal",
       .title = "Analysis of covariance of a final value or change, with means by group",
       .card = "ancova",
       .version = 1,
       .options = {{"formula", OptionKind::formula, "outcome ~ group + baseline + covariates", "",
                    true},
                   {"group", OptionKind::column, "the groups; taken as categories", "", true},
                   {"adjust",
                    OptionKind::choice,
                    "adjustment of the p-values of differences",
                    "none",
                    false,
                    {"none", "bonferroni", "holm"}},
                   confidence_option()},
       .run = run_ancova},
      responder_method(),
      {.name = "regression_to_the_mean",
       .topic = "longitudinal",
       .title = "How much of a change is regression to the mean: two baselines, Mee-Chua test",
       .card = "regression_to_the_mean",
       .version = 1,
       .options = {{"before", OptionKind::numeric_column, "outcome at (first) baseline", "", true},
                   {"after", OptionKind::numeric_column, "outcome after treatment", "", true},
                   {"second_before", OptionKind::numeric_column,
                    "outcome at a second baseline, still untreated", ""},
                   {"population_means", OptionKind::numbers,
                    "plausible means of the population, for the Mee-Chua test", ""},
                   confidence_option()},
       .run = run_regression_to_the_mean}};
}

}  // namespace kensho::stats
