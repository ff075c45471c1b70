// Descriptions of one variable on a table.
#include <algorithm>

#include <fmt/format.h>

#include "stats/contingency/exact_binomial.h"
#include "stats/describe/proportion.h"
#include "stats/describe/quantile.h"
#include "stats/describe/summary.h"
#include "stats/menu/document.h"
#include "stats/menu/group_samples.h"
#include "stats/menu/method_lists.h"
#include "stats/normality/shapiro_wilk.h"

namespace kensho::stats {
namespace {

Json summary_json(const Summary& summary) {
  return Json::object()
      .set("n", std::uint64_t{summary.n})
      .set("mean", summary.mean)
      .set("standard_deviation", number_json(summary.standard_deviation))
      .set("minimum", summary.minimum)
      .set("first_quartile", summary.first_quartile)
      .set("median", summary.median)
      .set("third_quartile", summary.third_quartile)
      .set("maximum", summary.maximum);
}

// The values by group, or all as one group without a name.
GroupSamples samples_of(const DataTable& table, const Arguments& arguments) {
  const Column& value = arguments.column("value");
  if (arguments.has("group")) return group_samples(table, value, arguments.column("group"));
  const std::vector<const Column*> used = {&value};
  const CompleteRows complete = complete_rows(table, used);
  return {{""}, {values_at(value, complete.rows)}, complete.left_out};
}

template <class Describe>
Result<Json> by_group(const DataTable& table, const Arguments& arguments,
                      const Describe& describe) {
  const GroupSamples samples = samples_of(table, arguments);
  Json groups = Json::array();
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    Json object = TRY(describe(samples.values[i]));
    if (arguments.has("group")) object.set("group", samples.labels[i]);
    groups.push(std::move(object));
  }
  return Json::object()
      .set("groups", std::move(groups))
      .set("rows_left_out", std::uint64_t{samples.left_out});
}

Result<Json> run_summary(const DataTable& table, const Arguments& arguments) {
  return by_group(table, arguments, [](const std::vector<double>& values) -> Result<Json> {
    return summary_json(TRY(summarize(values)));
  });
}

Result<Json> run_quantiles(const DataTable& table, const Arguments& arguments) {
  const int definition = arguments.integer("definition");
  const std::vector<double> probabilities = arguments.numbers("probabilities");
  if (definition < 1 || definition > 9) {
    return Error{Errc::invalid_argument, fmt::format("--definition {}: give 1 to 9", definition)};
  }
  for (const double probability : probabilities) {
    if (!(probability >= 0 && probability <= 1)) {
      return Error{Errc::invalid_argument,
                   fmt::format("--probabilities: {} is not from 0 to 1", probability)};
    }
  }
  return by_group(table, arguments, [&](std::vector<double> values) -> Result<Json> {
    if (values.empty()) return Error{Errc::invalid_argument, "quantiles: there is no value"};
    std::ranges::sort(values);
    Json quantiles = Json::array();
    for (const double probability : probabilities) {
      quantiles.push(Json::object()
                         .set("probability", probability)
                         .set("value", quantile_of(values, probability,
                                                   static_cast<QuantileDefinition>(definition))));
    }
    return Json::object()
        .set("n", std::uint64_t{values.size()})
        .set("quantiles", std::move(quantiles));
  });
}

Result<Json> run_proportion(const DataTable& table, const Arguments& arguments) {
  const double level = arguments.number("confidence");
  const bool exact = arguments.text("interval") == "clopper_pearson";
  return by_group(table, arguments, [&](const std::vector<double>& values) -> Result<Json> {
    BinomialCount count{0, static_cast<std::int64_t>(values.size())};
    for (const double value : values) {
      if (value != 0 && value != 1) {  // exactly: codes
        return Error{Errc::invalid_argument, fmt::format("value {} is neither 0 nor 1", value)};
      }
      count.successes += value == 1 ? 1 : 0;
    }
    const Proportion proportion =
        TRY(exact ? clopper_pearson_proportion(count, level) : wilson_proportion(count, level));
    Json document = Json::object();
    document.set("successes", count.successes)
        .set("trials", count.trials)
        .set("estimate", proportion.estimate)
        .set("interval", interval_json(proportion.interval));
    if (arguments.has("null")) {
      document.set("p_value", TRY(exact_binomial_p_value(count, arguments.number("null"),
                                                         alternative_of(arguments))));
    }
    return document;
  });
}

Result<Json> run_shapiro_wilk(const DataTable& table, const Arguments& arguments) {
  return by_group(table, arguments, [](const std::vector<double>& values) -> Result<Json> {
    const ShapiroWilkTest test = TRY(shapiro_wilk_test(values));
    return Json::object()
        .set("n", std::uint64_t{test.n})
        .set("w", test.w)
        .set("p_value", test.p_value);
  });
}

const Option VALUE = {"value", OptionKind::numeric_column, "the variable", "", true};
const Option GROUP = {"group", OptionKind::column, "describe within each of these groups", ""};

}  // namespace

std::vector<Method> describe_methods() {
  return {{.name = "summary",
           .topic = "describe",
           .title = "Count, mean, standard deviation, quartiles and range of a numeric variable",
           .card = "summary",
           .version = 1,
           .options = {VALUE, GROUP},
           .run = run_summary},
          {.name = "quantiles",
           .topic = "describe",
           .title = "Quantiles of a numeric variable by any of nine definitions",
           .card = "summary",
           .version = 1,
           .options = {VALUE,
                       GROUP,
                       {"probabilities", OptionKind::numbers, "from 0 to 1", "0.25,0.5,0.75"},
                       {"definition", OptionKind::integer, "of Hyndman and Fan: 1 to 9", "7"}},
           .run = run_quantiles},
          {.name = "shapiro_wilk",
           .topic = "tests",
           .title = "Shapiro-Wilk test that a variable is normal",
           .card = "shapiro_wilk",
           .version = 1,
           .options = {VALUE, GROUP},
           .run = run_shapiro_wilk},
          {.name = "proportion",
           .topic = "describe",
           .title = "A proportion with its interval, and the exact test of a given value",
           .card = "proportion",
           .version = 1,
           .options = {VALUE,
                       GROUP,
                       {.name = "interval",
                        .kind = OptionKind::choice,
                        .help = "which interval",
                        .fallback = "wilson",
                        .choices = {"wilson", "clopper_pearson"}},
                       {"null", OptionKind::number, "proportion to test against", ""},
                       alternative_option(),
                       confidence_option()},
           .run = run_proportion}};
}

}  // namespace kensho::stats
