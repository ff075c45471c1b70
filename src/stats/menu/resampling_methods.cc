// Bootstrap, permutation tests and adjusted p-values on a table.
#include <fmt/format.h>

#include "stats/menu/document.h"
#include "stats/menu/group_samples.h"
#include "stats/menu/method_lists.h"
#include "stats/multiplicity/adjusted_p_values.h"
#include "stats/resampling/bootstrap.h"
#include "stats/resampling/permutation.h"
#include "stats/resampling/weighted_statistics.h"

namespace kensho::stats {
namespace {

// What is drawn from: all rows, or the rows of two groups, each drawn within itself.
struct BootstrapData {
  std::string estimate_of;
  std::size_t left_out;
  std::vector<double> values;
  std::vector<int> group;  // empty: one group
};

Result<BootstrapData> bootstrap_data(const DataTable& table, const Arguments& arguments) {
  const Column& value = arguments.column("value");
  const std::string& kind = arguments.text("statistic");
  if (!arguments.has("group")) {
    const std::vector<const Column*> used = {&value};
    const CompleteRows complete = complete_rows(table, used);
    return BootstrapData{kind, complete.left_out, values_at(value, complete.rows), {}};
  }
  const GroupSamples samples = TRY(two_group_samples(table, value, arguments.column("group")));
  BootstrapData data{fmt::format("{}: {} - {}", kind, samples.labels[0], samples.labels[1]),
                     samples.left_out,
                     {},
                     {}};
  for (const int side : {0, 1}) {
    const auto& values = samples.values[static_cast<std::size_t>(side)];
    data.values.insert(data.values.end(), values.begin(), values.end());
    data.group.resize(data.values.size(), side);
  }
  return data;
}

Result<Json> run_bootstrap(const DataTable& table, const Arguments& arguments) {
  const BootstrapData data = TRY(bootstrap_data(table, arguments));
  const BootstrapPlan plan{arguments.integer("replicates"), TRY(seed_of(arguments)),
                           TRY(threads_of(arguments)), data.group};
  const CentreKind kind =
      arguments.text("statistic") == "median" ? CentreKind::median : CentreKind::mean;
  const WeightedStatistic statistic =
      data.group.empty() ? centre_statistic(data.values, kind)
                         : centre_difference_statistic(data.values, data.group, kind);
  const std::size_t n = data.values.size();
  const Bootstrap drawn = TRY(bootstrap(n, statistic, plan));
  const Jackknife left_out = TRY(jackknife(n, statistic, data.group, plan.threads));
  const auto intervals =
      TRY(bootstrap_intervals(drawn, left_out.acceleration, arguments.number("confidence")));
  Json warnings = Json::array();
  if (!intervals.bca) warnings.push("no BCa interval: the replicates lie on one side");
  return Json::object()
      .set("estimate_of", data.estimate_of)
      .set("estimate", drawn.estimate)
      .set("bias", intervals.bias)
      .set("std_error", intervals.std_error)
      .set("bca", interval_json(intervals.bca))
      .set("percentile", interval_json(intervals.percentile))
      .set("basic", interval_json(intervals.basic))
      .set("normal", interval_json(intervals.normal))
      .set("replicates", std::uint64_t{drawn.replicates.size()})
      .set("seed", plan.seed)
      .set("rows_left_out", std::uint64_t{data.left_out})
      .set("warnings", std::move(warnings));
}

Json permutation_json(const PermutationTest& test, const PermutationQuestion& question) {
  return Json::object()
      .set("estimate", test.statistic)
      .set("p_value", test.p_value)
      .set("exact", test.exact)
      .set("permutations", test.permutations)
      .set("monte_carlo_error", number_json(test.monte_carlo_error))
      .set("seed", test.exact ? Json(nullptr) : Json(question.seed));
}

Result<Json> run_permutation(const DataTable& table, const Arguments& arguments) {
  const Column& value = arguments.column("value");
  const PermutationQuestion question{.alternative = alternative_of(arguments),
                                     .replicates = arguments.integer("replicates"),
                                     .seed = TRY(seed_of(arguments)),
                                     .threads = TRY(threads_of(arguments))};
  if (arguments.has("group")) {
    const GroupSamples samples = TRY(two_group_samples(table, value, arguments.column("group")));
    const auto test = TRY(permutation_test(samples.values[0], samples.values[1], question));
    return permutation_json(test, question)
        .set("estimate_of", fmt::format("mean: {} - {}", samples.labels[0], samples.labels[1]))
        .set("rows_left_out", std::uint64_t{samples.left_out});
  }
  const std::vector<const Column*> used = {&value};
  const CompleteRows complete = complete_rows(table, used);
  const auto test = TRY(sign_flip_test(values_at(value, complete.rows), question));
  return permutation_json(test, question)
      .set("estimate_of", "mean")
      .set("rows_left_out", std::uint64_t{complete.left_out});
}

struct NamedAdjustment {
  std::string_view name;
  Adjustment adjustment;
};

constexpr NamedAdjustment ADJUSTMENTS[] = {
    {"bonferroni", Adjustment::bonferroni},
    {"holm", Adjustment::holm},
    {"hochberg", Adjustment::hochberg},
    {"hommel", Adjustment::hommel},
    {"benjamini_hochberg", Adjustment::benjamini_hochberg},
    {"benjamini_yekutieli", Adjustment::benjamini_yekutieli}};

Result<Json> run_multiplicity(const DataTable& table, const Arguments& arguments) {
  const Column& p_value = arguments.column("p_value");
  const std::vector<const Column*> used = {&p_value};
  const CompleteRows complete = complete_rows(table, used);
  const auto p = values_at(p_value, complete.rows);
  Json hypotheses = Json::array();
  std::vector<std::vector<double>> adjusted;
  for (const auto& [name, adjustment] : ADJUSTMENTS) {
    adjusted.push_back(TRY(adjust_p_values(p, adjustment)));
  }
  for (std::size_t i = 0; i < p.size(); ++i) {
    Json row = Json::object();
    row.set("row", std::uint64_t{complete.rows[i] + 1}).set("p_value", p[i]);
    for (std::size_t j = 0; j < adjusted.size(); ++j) {
      row.set(ADJUSTMENTS[j].name, adjusted[j][i]);
    }
    hypotheses.push(std::move(row));
  }
  return Json::object()
      .set("hypotheses", std::move(hypotheses))
      .set("rows_left_out", std::uint64_t{complete.left_out});
}

const Option VALUE = {"value", OptionKind::numeric_column, "the variable", "", true};

}  // namespace

std::vector<Method> resampling_methods() {
  return {{.name = "bootstrap",
           .topic = "resampling",
           .title = "Bootstrap intervals of a mean, a median or their difference of two groups",
           .card = "bootstrap",
           .version = 1,
           .options = {VALUE,
                       {"group", OptionKind::column, "two groups: their difference", ""},
                       {.name = "statistic",
                        .kind = OptionKind::choice,
                        .help = "of the variable",
                        .fallback = "mean",
                        .choices = {"mean", "median"}},
                       {"replicates", OptionKind::integer, "samples drawn", "2000"},
                       seed_option(),
                       threads_option(),
                       confidence_option()},
           .run = run_bootstrap},
          {.name = "permutation",
           .topic = "resampling",
           .title = "Permutation test of two means, or of differences by their signs",
           .card = "permutation",
           .version = 1,
           .options = {VALUE,
                       {"group", OptionKind::column,
                        "two groups; without it the values are differences", ""},
                       alternative_option(),
                       {"replicates", OptionKind::integer,
                        "permutations drawn where all are too many", "100000"},
                       seed_option(),
                       threads_option()},
           .run = run_permutation},
          {.name = "multiplicity",
           .topic = "resampling",
           .title = "P-values adjusted for the number of tests, by six methods",
           .card = "multiplicity",
           .version = 1,
           .options = {{"p_value", OptionKind::numeric_column, "the p-values", "", true}},
           .run = run_multiplicity}};
}

}  // namespace kensho::stats
