// Agreement of raters and methods, and the accuracy of tests and markers.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "stats/agreement/intraclass_correlation.h"
#include "stats/agreement/kappa.h"
#include "stats/agreement/method_comparison.h"
#include "stats/diagnostic/accuracy.h"
#include "stats/diagnostic/roc.h"
#include "stats/menu/document.h"
#include "stats/menu/group_samples.h"
#include "stats/menu/method_lists.h"

namespace kensho::stats {
namespace {

// What a rating is called; the same category has one name in both columns.
std::string category_of(const Column& column, std::size_t row) {
  const double value = column.values[row];
  return column.categorical() ? column.levels[static_cast<std::size_t>(value)]
                              : fmt::format("{}", value);
}

// The categories in use: numbers ascending; words in the order of the first column's levels, then
// of the second's.
std::vector<std::string> categories_of(const Column& first, const Column& second,
                                       const std::vector<std::size_t>& rows) {
  std::vector<std::pair<double, std::string>> used;  // with their place in the order
  for (const std::size_t row : rows) {
    used.emplace_back(first.values[row], category_of(first, row));
    const double behind = first.categorical() ? static_cast<double>(first.levels.size()) : 0;
    used.emplace_back(second.values[row] + behind, category_of(second, row));
  }
  std::ranges::sort(used);
  std::vector<std::string> order;
  for (const auto& [place, name] : used) {
    if (std::ranges::find(order, name) == order.end()) order.push_back(name);
  }
  return order;
}

Result<Json> run_kappa(const DataTable& table, const Arguments& arguments) {
  const Column& first = arguments.column("first");
  const Column& second = arguments.column("second");
  const std::vector<const Column*> used = {&first, &second};
  const CompleteRows complete = complete_rows(table, used);
  const auto categories = categories_of(first, second, complete.rows);
  Matrix counts(categories.size(), categories.size());
  const auto place = [&](const Column& column, std::size_t row) {
    return static_cast<std::size_t>(std::ranges::find(categories, category_of(column, row)) -
                                    categories.begin());
  };
  for (const std::size_t row : complete.rows) counts(place(first, row), place(second, row)) += 1;
  const std::string& weights = arguments.text("weights");
  const Kappa kappa = TRY(cohen_kappa(counts,
                                      weights == "linear"      ? KappaWeights::linear
                                      : weights == "quadratic" ? KappaWeights::quadratic
                                                               : KappaWeights::none,
                                      arguments.number("confidence")));
  Json names = Json::array();
  for (const std::string& category : categories) names.push(category);
  return Json::object()
      .set("categories", std::move(names))
      .set("counts", matrix_json(counts))
      .set("kappa", kappa.estimate)
      .set("std_error", kappa.std_error)
      .set("interval", interval_json(kappa.interval))
      .set("observed_agreement", kappa.observed)
      .set("expected_agreement", kappa.expected)
      .set("rows_left_out", std::uint64_t{complete.left_out});
}

Json correlation_json(const IntraclassCorrelation& icc) {
  return Json::object()
      .set("single", icc.single)
      .set("single_interval", interval_json(icc.single_interval))
      .set("average", icc.average)
      .set("average_interval", interval_json(icc.average_interval));
}

Result<Json> run_icc(const DataTable& table, const Arguments& arguments) {
  const CompleteColumns complete = TRY(complete_columns(table, arguments.columns("raters")));
  const auto icc = TRY(intraclass_correlations(complete.values, arguments.number("confidence")));
  return Json::object()
      .set("subjects", std::uint64_t{complete.values.rows()})
      .set("raters", std::uint64_t{complete.values.columns()})
      .set("one_way", correlation_json(icc.one_way))
      .set("agreement", correlation_json(icc.agreement))
      .set("consistency", correlation_json(icc.consistency))
      .set("mean_square_subjects", icc.between_subjects)
      .set("mean_square_raters", icc.between_raters)
      .set("mean_square_residual", icc.residual)
      .set("rows_left_out", std::uint64_t{complete.left_out});
}

Json limit_json(const AgreementLimit& limit) {
  return Json::object()
      .set("estimate", limit.estimate)
      .set("interval", interval_json(limit.interval));
}

Result<Json> run_bland_altman(const DataTable& table, const Arguments& arguments) {
  const std::vector<const Column*> used = {&arguments.column("first"), &arguments.column("second")};
  const CompleteRows complete = complete_rows(table, used);
  const auto first = values_at(*used[0], complete.rows);
  const auto second = values_at(*used[1], complete.rows);
  const double level = arguments.number("confidence");
  const auto limits = TRY(limits_of_agreement(first, second, level));
  const auto ccc = TRY(concordance_correlation(first, second, level));
  return Json::object()
      .set("n", std::uint64_t{limits.n})
      .set("bias_of", used[0]->name + " - " + used[1]->name)
      .set("bias", limits.bias)
      .set("bias_interval", interval_json(limits.bias_interval))
      .set("standard_deviation", limits.standard_deviation)
      .set("lower_limit", limit_json(limits.lower))
      .set("upper_limit", limit_json(limits.upper))
      .set("concordance", Json::object()
                              .set("estimate", ccc.estimate)
                              .set("interval", interval_json(ccc.interval))
                              .set("pearson", ccc.pearson)
                              .set("bias_factor", ccc.bias_factor))
      .set("rows_left_out", std::uint64_t{complete.left_out});
}

Json point_json(const RocPoint& point) {
  return Json::object()
      .set("threshold", number_json(point.threshold))
      .set("sensitivity", point.sensitivity)
      .set("specificity", point.specificity);
}

Result<Json> run_roc(const DataTable& table, const Arguments& arguments) {
  const Column& disease = arguments.column("disease");
  std::vector<const Column*> used = {&arguments.column("marker"), &disease};
  if (arguments.has("compare")) used.push_back(&arguments.column("compare"));
  const CompleteRows complete = complete_rows(table, used);
  const auto marker = values_at(*used[0], complete.rows);
  const auto codes = TRY(codes_at(disease, complete.rows));
  const RocCurve curve = TRY(roc_curve(marker, codes, arguments.number("confidence")));
  Json points = Json::array();
  for (const RocPoint& point : curve.points) points.push(point_json(point));
  Json document = Json::object();
  document.set("cases", std::uint64_t{curve.cases})
      .set("controls", std::uint64_t{curve.controls})
      .set("area", curve.area)
      .set("std_error", std::sqrt(curve.variance))
      .set("interval", interval_json(curve.interval))
      .set("youden", point_json(curve.youden));
  if (used.size() == 3) {
    const auto test = TRY(compare_roc(marker, values_at(*used[2], complete.rows), codes));
    document.set("comparison", Json::object()
                                   .set("other_area", test.second_area)
                                   .set("difference", test.first_area - test.second_area)
                                   .set("z", test.statistic)
                                   .set("p_value", test.p_value));
  }
  document.set("points", std::move(points));
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

Json proportion_json(const Proportion& proportion) {
  return Json::object()
      .set("estimate", proportion.estimate)
      .set("interval", interval_json(proportion.interval));
}

Json proportion_json(const std::optional<Proportion>& proportion) {
  return proportion ? proportion_json(*proportion) : Json(nullptr);
}

Json ratio_json(const std::optional<DiagnosticRatio>& ratio) {
  if (!ratio) return nullptr;
  return Json::object()
      .set("estimate", ratio->estimate)
      .set("interval", interval_json(ratio->interval));
}

Result<Json> run_diagnostic_accuracy(const DataTable& table, const Arguments& arguments) {
  const std::vector<const Column*> used = {&arguments.column("test"), &arguments.column("disease")};
  const CompleteRows complete = complete_rows(table, used);
  TestOutcomes outcomes{};
  for (const std::size_t row : complete.rows) {
    const double test = used[0]->values[row];
    const double disease = used[1]->values[row];
    if ((test != 0 && test != 1) || (disease != 0 && disease != 1)) {  // exactly: codes
      return Error{Errc::invalid_argument,
                   fmt::format("row {}: test and disease must be 0 or 1", row + 1)};
    }
    if (disease == 1) {
      ++(test == 1 ? outcomes.true_positive : outcomes.false_negative);
    } else {
      ++(test == 1 ? outcomes.false_positive : outcomes.true_negative);
    }
  }
  const auto result = TRY(diagnostic_accuracy(outcomes, arguments.number("confidence")));
  return Json::object()
      .set("true_positive", outcomes.true_positive)
      .set("false_negative", outcomes.false_negative)
      .set("false_positive", outcomes.false_positive)
      .set("true_negative", outcomes.true_negative)
      .set("sensitivity", proportion_json(result.sensitivity))
      .set("specificity", proportion_json(result.specificity))
      .set("positive_predictive_value", proportion_json(result.positive_predictive_value))
      .set("negative_predictive_value", proportion_json(result.negative_predictive_value))
      .set("accuracy", proportion_json(result.accuracy))
      .set("positive_likelihood_ratio", ratio_json(result.positive_likelihood_ratio))
      .set("negative_likelihood_ratio", ratio_json(result.negative_likelihood_ratio))
      .set("odds_ratio", ratio_json(result.odds_ratio))
      .set("rows_left_out", std::uint64_t{complete.left_out});
}

const Option DISEASE = {"disease", OptionKind::numeric_column, "1 = diseased, 0 = not", "", true};

}  // namespace

std::vector<Method> agreement_methods() {
  return {{.name = "kappa",
           .topic = "agreement",
           .title = "Cohen's kappa of two raters, weighted if asked",
           .card = "agreement",
           .version = 1,
           .options = {{"first", OptionKind::column, "ratings of the first rater", "", true},
                       {"second", OptionKind::column, "ratings of the second rater", "", true},
                       {.name = "weights",
                        .kind = OptionKind::choice,
                        .help = "how much a near miss counts as agreement",
                        .fallback = "none",
                        .choices = {"none", "linear", "quadratic"}},
                       confidence_option()},
           .run = run_kappa},
          {.name = "icc",
           .topic = "agreement",
           .title = "Intraclass correlations of Shrout and Fleiss, and Cronbach's alpha",
           .card = "agreement",
           .version = 1,
           .options = {{"raters", OptionKind::columns, "a column a rater", "", true},
                       confidence_option()},
           .run = run_icc},
          {.name = "bland_altman",
           .topic = "agreement",
           .title = "Limits of agreement of two methods, and their concordance correlation",
           .card = "agreement",
           .version = 1,
           .options = {{"first", OptionKind::numeric_column, "one method", "", true},
                       {"second", OptionKind::numeric_column, "the other", "", true},
                       confidence_option()},
           .run = run_bland_altman},
          {.name = "roc",
           .topic = "agreement",
           .title = "ROC curve of a marker with its area, and DeLong's test against another",
           .card = "roc",
           .version = 1,
           .options = {{"marker", OptionKind::numeric_column, "high values stand for disease", "",
                        true},
                       DISEASE,
                       {"compare", OptionKind::numeric_column, "another marker", ""},
                       confidence_option()},
           .run = run_roc},
          {.name = "diagnostic_accuracy",
           .topic = "agreement",
           .title = "Sensitivity, specificity, predictive values and likelihood ratios of a test",
           .card = "roc",
           .version = 1,
           .options = {{"test", OptionKind::numeric_column, "1 = positive, 0 = negative", "", true},
                       DISEASE,
                       confidence_option()},
           .run = run_diagnostic_accuracy}};
}

}  // namespace kensho::stats
