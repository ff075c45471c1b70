// Tests of location and correlation on a table.
#include "stats/association/correlation.h"
#include "stats/location/mean_comparison.h"
#include "stats/location/rank_analysis.h"
#include "stats/location/standardised_difference.h"
#include "stats/location/wilcoxon.h"
#include "stats/menu/document.h"
#include "stats/menu/group_samples.h"
#include "stats/menu/method_lists.h"

namespace kensho::stats {
namespace {

LocationQuestion question_of(const Arguments& arguments) {
  return {arguments.number("null"), alternative_of(arguments), arguments.number("confidence")};
}

// What a test of location is run on: two groups, or one sample of values or differences.
struct LocationData {
  GroupSamples groups;              // of two labels, or of one
  std::vector<double> differences;  // where there are no groups
  bool two_groups;
};

Result<LocationData> location_data(const DataTable& table, const Arguments& arguments) {
  const Column& value = arguments.column("value");
  if (arguments.has("group") && arguments.has("paired")) {
    return Error{Errc::invalid_argument, "give --group or --paired, not both"};
  }
  if (arguments.has("group")) {
    return LocationData{TRY(two_group_samples(table, value, arguments.column("group"))), {}, true};
  }
  std::vector<const Column*> used = {&value};
  if (arguments.has("paired")) used.push_back(&arguments.column("paired"));
  const CompleteRows complete = complete_rows(table, used);
  LocationData data{{{value.name}, {}, complete.left_out}, values_at(value, complete.rows), false};
  if (used.size() == 2) {
    data.groups.labels.push_back(used[1]->name);
    const auto second = values_at(*used[1], complete.rows);
    for (std::size_t i = 0; i < second.size(); ++i) data.differences[i] -= second[i];
  }
  return data;
}

// How the estimate is made of its groups or columns: "first - second".
std::string estimate_name(const LocationData& data, std::string_view of_one) {
  const auto& labels = data.groups.labels;
  return labels.size() == 2 ? labels[0] + " - " + labels[1] : std::string(of_one);
}

Json t_test_json(const TTest& test, const LocationData& data) {
  return Json::object()
      .set("estimate_of", estimate_name(data, "mean"))
      .set("estimate", test.estimate)
      .set("std_error", test.std_error)
      .set("interval", interval_json(test.interval))
      .set("t", test.statistic)
      .set("df", test.degrees_of_freedom)
      .set("p_value", test.p_value)
      .set("rows_left_out", std::uint64_t{data.groups.left_out});
}

Result<Json> run_t_test(const DataTable& table, const Arguments& arguments) {
  const LocationData data = TRY(location_data(table, arguments));
  const LocationQuestion question = question_of(arguments);
  if (!data.two_groups) {
    return t_test_json(TRY(one_sample_t_test(data.differences, question)), data);
  }
  const auto variances =
      arguments.text("variances") == "equal" ? Variances::equal : Variances::unequal;
  return t_test_json(
      TRY(two_sample_t_test(data.groups.values[0], data.groups.values[1], variances, question)),
      data);
}

RankNull rank_null_of(const std::string& text) {
  if (text == "exact") return RankNull::exact;
  if (text == "normal") return RankNull::normal;
  return text == "normal_corrected" ? RankNull::normal_corrected : RankNull::automatic;
}

std::string_view name_of(RankNull null) {
  switch (null) {
    case RankNull::automatic:
      return "automatic";
    case RankNull::exact:
      return "exact";
    case RankNull::normal:
      return "normal";
    case RankNull::normal_corrected:
      return "normal_corrected";
  }
  return "";
}

Result<Json> run_wilcoxon(const DataTable& table, const Arguments& arguments) {
  const LocationData data = TRY(location_data(table, arguments));
  const LocationQuestion question = question_of(arguments);
  const RankNull null = rank_null_of(arguments.text("distribution"));
  const RankTest test = TRY(
      data.two_groups ? rank_sum_test(data.groups.values[0], data.groups.values[1], question, null)
                      : signed_rank_test(data.differences, question, null));
  Json document = Json::object();
  document.set("test", data.two_groups ? "rank_sum" : "signed_rank")
      .set("estimate_of", estimate_name(data, "pseudomedian"))
      .set("estimate", test.estimate)
      .set("interval", interval_json(test.interval))
      .set("statistic", test.statistic)
      .set("p_value", test.p_value)
      .set("distribution", name_of(test.null))
      .set("zeros_left_out", std::uint64_t{test.zeros})
      .set("rows_left_out", std::uint64_t{data.groups.left_out});
  Json warnings = Json::array();
  if (!test.interval) warnings.push("too few values for an interval of this level");
  document.set("warnings", std::move(warnings));
  return document;
}

Json rank_analysis_json(const RankAnalysis& test, const std::vector<std::string>& labels,
                        std::size_t left_out) {
  Json groups = Json::array();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    groups.push(Json::object().set("group", labels[i]).set("mean_rank", test.mean_ranks[i]));
  }
  return Json::object()
      .set("groups", std::move(groups))
      .set("chi_square", test.chi_square)
      .set("df", test.degrees_of_freedom)
      .set("p_value", test.p_value)
      .set("rows_left_out", std::uint64_t{left_out});
}

Result<Json> run_kruskal_wallis(const DataTable& table, const Arguments& arguments) {
  const GroupSamples samples =
      group_samples(table, arguments.column("value"), arguments.column("group"));
  std::vector<double> values;
  std::vector<int> group;
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    values.insert(values.end(), samples.values[i].begin(), samples.values[i].end());
    group.resize(values.size(), static_cast<int>(i));
  }
  return rank_analysis_json(TRY(kruskal_wallis_test(values, group)), samples.labels,
                            samples.left_out);
}

Result<Json> run_friedman(const DataTable& table, const Arguments& arguments) {
  const CompleteColumns complete = TRY(complete_columns(table, arguments.columns("conditions")));
  return rank_analysis_json(TRY(friedman_test(complete.values)), complete.names, complete.left_out);
}

Result<Json> run_smd(const DataTable& table, const Arguments& arguments) {
  const GroupSamples samples =
      TRY(two_group_samples(table, arguments.column("value"), arguments.column("group")));
  const auto smd = TRY(standardised_difference(samples.values[0], samples.values[1],
                                               arguments.number("confidence")));
  return Json::object()
      .set("estimate_of", samples.labels[0] + " - " + samples.labels[1])
      .set("cohen_d", smd.cohen_d)
      .set("interval", interval_json(smd.interval))
      .set("hedges_g", smd.hedges_g)
      .set("hedges_factor", smd.hedges_factor)
      .set("balance_smd", smd.balance_smd)
      .set("rows_left_out", std::uint64_t{samples.left_out});
}

Result<Json> run_correlation(const DataTable& table, const Arguments& arguments) {
  const std::vector<const Column*> used = {&arguments.column("x"), &arguments.column("y")};
  const CompleteRows complete = complete_rows(table, used);
  const std::string& kind = arguments.text("kind");
  const CorrelationQuestion question{.kind = kind == "spearman"  ? CorrelationKind::spearman
                                             : kind == "kendall" ? CorrelationKind::kendall
                                                                 : CorrelationKind::pearson,
                                     .alternative = alternative_of(arguments),
                                     .confidence_level = arguments.number("confidence")};
  const Correlation result = TRY(correlation(values_at(*used[0], complete.rows),
                                             values_at(*used[1], complete.rows), question));
  return Json::object()
      .set("kind", kind)
      .set("n", std::uint64_t{result.n})
      .set("estimate", result.estimate)
      .set("interval", interval_json(result.interval))
      .set("statistic", number_json(result.statistic))
      .set("df", number_json(result.degrees_of_freedom))
      .set("p_value", result.p_value)
      .set("p_value_by", result.null == CorrelationNull::exact ? "exact" : "approximate")
      .set("rows_left_out", std::uint64_t{complete.left_out});
}

const Option VALUE = {"value", OptionKind::numeric_column, "the variable", "", true};
const Option TWO_GROUPS = {"group", OptionKind::column, "two groups to compare", ""};
const Option PAIRED = {"paired", OptionKind::numeric_column,
                       "the second value of each row: tests value - paired", ""};
const Option NULL_VALUE = {"null", OptionKind::number, "value under the null hypothesis", "0"};

Method t_test_method() {
  return {.name = "t_test",
          .topic = "tests",
          .title = "t test of a mean, of pairs, or of two groups (Welch or pooled)",
          .card = "t_test",
          .version = 1,
          .options = {VALUE,
                      TWO_GROUPS,
                      PAIRED,
                      NULL_VALUE,
                      alternative_option(),
                      {.name = "variances",
                       .kind = OptionKind::choice,
                       .help = "of the two groups",
                       .fallback = "unequal",
                       .choices = {"unequal", "equal"}},
                      confidence_option()},
          .run = run_t_test};
}

Method wilcoxon_method() {
  return {.name = "wilcoxon",
          .topic = "tests",
          .title = "Wilcoxon's rank-sum or signed-rank test with the shift and its interval",
          .card = "rank_tests",
          .version = 1,
          .options = {VALUE,
                      TWO_GROUPS,
                      PAIRED,
                      NULL_VALUE,
                      alternative_option(),
                      {.name = "distribution",
                       .kind = OptionKind::choice,
                       .help = "of the statistic; automatic is exact below 50 values a group",
                       .fallback = "automatic",
                       .choices = {"automatic", "exact", "normal", "normal_corrected"}},
                      confidence_option()},
          .run = run_wilcoxon};
}

Method correlation_method() {
  return {.name = "correlation",
          .topic = "tests",
          .title = "Correlation of two variables: Pearson, Spearman or Kendall",
          .card = "correlation",
          .version = 1,
          .options = {{"x", OptionKind::numeric_column, "one variable", "", true},
                      {"y", OptionKind::numeric_column, "the other", "", true},
                      {.name = "kind",
                       .kind = OptionKind::choice,
                       .help = "which correlation",
                       .fallback = "pearson",
                       .choices = {"pearson", "spearman", "kendall"}},
                      alternative_option(),
                      confidence_option()},
          .run = run_correlation};
}

}  // namespace

std::vector<Method> location_methods() {
  return {t_test_method(),
          wilcoxon_method(),
          correlation_method(),
          {.name = "kruskal_wallis",
           .topic = "tests",
           .title = "Kruskal-Wallis test of several independent groups",
           .card = "rank_tests",
           .version = 1,
           .options = {VALUE, {"group", OptionKind::column, "the groups to compare", "", true}},
           .run = run_kruskal_wallis},
          {.name = "friedman",
           .topic = "tests",
           .title = "Friedman's test of repeated measures; on 0/1 data Cochran's Q",
           .card = "rank_tests",
           .version = 1,
           .options = {{"conditions", OptionKind::columns, "a column a condition", "", true}},
           .run = run_friedman},
          {.name = "smd",
           .topic = "describe",
           .title = "Standardised mean difference of two groups with its exact interval",
           .card = "t_test",
           .version = 1,
           .options = {VALUE,
                       {"group", OptionKind::column, "two groups to compare", "", true},
                       confidence_option()},
           .run = run_smd}};
}

}  // namespace kensho::stats
