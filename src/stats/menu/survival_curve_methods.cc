// Survival curves, cumulative hazards and restricted means on a table.
#include <array>
#include <utility>

#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/survival_columns.h"
#include "stats/survival/hazard_estimate.h"
#include "stats/survival/restricted_mean.h"

namespace kensho::stats {
namespace {

// The columns of a method that estimates curves, and what each group's rows are.
struct CurveInput {
  SurvivalColumns columns;
  std::vector<double> time;
  std::vector<int> event;
  std::vector<double> entry;
  std::vector<double> weight;
  std::vector<int> subject;
  std::map<int, std::vector<std::size_t>> groups;
};

constexpr std::array<std::string_view, 6> curve_columns = {"time",    "event",   "start",
                                                           "weights", "subject", "group"};

Result<CurveInput> read_input(const DataTable& table, const Arguments& arguments) {
  CurveInput input{SurvivalColumns::make(table, arguments, curve_columns), {}, {}, {}, {}, {}, {}};
  std::optional<LandmarkSample> later;
  if (arguments.has("landmark")) {
    later = TRY(landmark_sample(input.columns.numbers("time"), arguments.number("landmark")));
    input.columns.keep(later->rows);
  }
  input.time = later ? later->time : input.columns.numbers("time");
  input.event = TRY(input.columns.codes("event"));
  input.entry = input.columns.numbers("start");
  input.weight = input.columns.numbers("weights");
  input.subject = TRY(input.columns.codes("subject"));
  input.groups = TRY(input.columns.groups("group"));
  return input;
}

HazardVariance variance_of(const Arguments& arguments) {
  return arguments.text("variance") == "jackknife" ? HazardVariance::infinitesimal_jackknife
                                                   : HazardVariance::model;
}

Result<HazardEstimate> estimate_group(const CurveInput& input, std::span<const std::size_t> rows,
                                      const HazardChoice& choice) {
  const auto time = at_places(input.time, rows);
  const auto event = at_places(input.event, rows);
  const auto entry = at_places(input.entry, rows);
  const auto weight = at_places(input.weight, rows);
  const auto subject = at_places(input.subject, rows);
  return estimate_hazard({time, event, entry, weight, subject}, choice);
}

// One document with an object a group, made by `describe(estimate, object)`.
template <class Describe>
Result<Json> for_each_group(const CurveInput& input, const HazardChoice& choice,
                            const Describe& describe) {
  Json groups = Json::array();
  for (const auto& [code, rows] : input.groups) {
    const HazardEstimate estimate = TRY(estimate_group(input, rows, choice));
    std::uint64_t events = 0;
    for (const SurvivalStep& step : estimate.survival.steps) events += step.events;
    Json group = Json::object();
    group.set("group", input.columns.label("group", code));
    group.set("rows", std::uint64_t{rows.size()}).set("events", events);
    TRY(describe(estimate, group));
    groups.push(std::move(group));
  }
  Json document = Json::object();
  document.set("groups", std::move(groups));
  document.set("rows_left_out", std::uint64_t{input.columns.left_out()});
  return document;
}

SurvivalTransform transform_of(const Arguments& arguments) {
  const std::string& name = arguments.text("interval");
  if (name == "plain") return SurvivalTransform::plain;
  return name == "log" ? SurvivalTransform::log : SurvivalTransform::log_log;
}

Json reading_json(const SurvivalReading& reading) {
  Json object = Json::object();
  object.set("time", reading.time).set("at_risk", std::uint64_t{reading.at_risk});
  object.set("survival", reading.survival).set("std_error", number_json(reading.std_error));
  object.set("interval", interval_json(reading.interval));
  return object;
}

Json quantile_json(const SurvivalQuantile& quantile) {
  Json object = Json::object();
  object.set("probability", quantile.probability).set("time", number_json(quantile.estimate));
  object.set("lower", number_json(quantile.lower)).set("upper", number_json(quantile.upper));
  return object;
}

Result<Json> curve_json(const SurvivalCurve& curve, const IntervalChoice& choice) {
  const auto intervals = TRY(pointwise_intervals(curve, choice));
  Json steps = Json::array();
  for (std::size_t i = 0; i < curve.steps.size(); ++i) {
    const SurvivalStep& step = curve.steps[i];
    Json object = Json::object();
    object.set("time", step.time).set("at_risk", std::uint64_t{step.at_risk});
    object.set("events", std::uint64_t{step.events});
    object.set("censored", std::uint64_t{step.censored}).set("survival", step.survival);
    object.set("std_error", number_json(step.std_error));
    object.set("interval", interval_json(intervals[i]));
    steps.push(std::move(object));
  }
  return steps;
}

Result<Json> run_kaplan_meier(const DataTable& table, const Arguments& arguments) {
  const CurveInput input = TRY(read_input(table, arguments));
  const IntervalChoice choice{transform_of(arguments), arguments.number("confidence")};
  const auto times = arguments.has("times") ? arguments.numbers("times") : std::vector<double>{};
  const auto describe = [&](const HazardEstimate& estimate, Json& group) -> Status {
    const SurvivalCurve& curve = estimate.survival;
    Json quantiles = Json::array();
    for (const auto& quantile :
         TRY(survival_quantiles(curve, arguments.numbers("quantiles"), choice))) {
      quantiles.push(quantile_json(quantile));
    }
    Json readings = Json::array();
    for (const auto& reading : TRY(read_curve(curve, times, choice))) {
      readings.push(reading_json(reading));
    }
    group.set("quantiles", std::move(quantiles)).set("at_times", std::move(readings));
    group.set("curve", TRY(curve_json(curve, choice)));
    return ok();
  };
  return for_each_group(input, {.variance = variance_of(arguments)}, describe);
}

Json hazard_json(const HazardEstimate& estimate, std::span<const HazardReading> readings) {
  Json steps = Json::array();
  for (std::size_t i = 0; i < readings.size(); ++i) {
    Json object = Json::object();
    object.set("time", readings[i].time).set("at_risk", readings[i].at_risk);
    if (!estimate.hazard.empty()) object.set("events", estimate.hazard[i].events);
    object.set("cumulative", readings[i].cumulative).set("std_error", readings[i].std_error);
    object.set("interval", interval_json(readings[i].interval));
    steps.push(std::move(object));
  }
  return steps;
}

Result<Json> run_hazard(const DataTable& table, const Arguments& arguments,
                        const HazardChoice& choice) {
  const CurveInput input = TRY(read_input(table, arguments));
  const auto transform =
      arguments.text("interval") == "plain" ? HazardTransform::plain : HazardTransform::log;
  const HazardIntervalChoice interval{transform, arguments.number("confidence")};
  const auto times = arguments.has("times") ? arguments.numbers("times") : std::vector<double>{};
  const auto describe = [&](const HazardEstimate& estimate, Json& group) -> Status {
    std::vector<double> steps;
    for (const SurvivalStep& step : estimate.survival.steps) steps.push_back(step.time);
    const auto readings = TRY(read_hazard(estimate, times, interval));
    group.set("at_times", hazard_json({}, readings));
    const auto all = TRY(read_hazard(estimate, steps, interval));
    group.set("curve", hazard_json(estimate, all));
    return ok();
  };
  return for_each_group(input, choice, describe);
}

Result<Json> run_nelson_aalen(const DataTable& table, const Arguments& arguments) {
  HazardChoice choice{.variance = variance_of(arguments)};
  if (arguments.text("ties") == "fleming_harrington") choice.ties = HazardTies::fleming_harrington;
  return run_hazard(table, arguments, choice);
}

Result<Json> run_mean_cumulative(const DataTable& table, const Arguments& arguments) {
  return run_hazard(table, arguments, {.variance = HazardVariance::infinitesimal_jackknife});
}

Json contrast_json(const MeanContrast& contrast) {
  Json object = Json::object();
  object.set("estimate", contrast.estimate).set("std_error", number_json(contrast.std_error));
  object.set("interval", interval_json(contrast.interval)).set("p_value", contrast.p_value);
  return object;
}

Result<Json> run_rmst(const DataTable& table, const Arguments& arguments) {
  const CurveInput input = TRY(read_input(table, arguments));
  const double confidence = arguments.number("confidence");
  const double z = TRY(normal_multiplier(confidence));
  std::vector<RestrictedMean> means;
  const auto describe = [&](const HazardEstimate& estimate, Json& group) -> Status {
    const auto mean = TRY(restricted_mean(estimate.survival, arguments.number("horizon")));
    group.set("mean", mean.mean).set("std_error", mean.std_error);
    group.set("interval", interval_json(Interval{mean.mean - z * mean.std_error,
                                                 mean.mean + z * mean.std_error}));
    means.push_back(mean);
    return ok();
  };
  Json document = TRY(for_each_group(input, {}, describe));
  document.set("horizon", arguments.number("horizon"));
  if (means.size() != 2) return document;
  const auto contrast = TRY(compare_restricted_means(means[0], means[1], confidence));
  document.set("difference", contrast_json(contrast.difference));
  document.set("ratio", contrast.ratio ? contrast_json(*contrast.ratio) : Json());
  return document;
}

const Option time_option{"time", OptionKind::numeric_column, "end of follow-up", "", true};
const Option event_option{"event", OptionKind::numeric_column, "1 = event, 0 = censored", "", true};
const Option group_option{"group", OptionKind::column, "one curve for each value of it", ""};
const Option entry_option{"start", OptionKind::numeric_column, "when a row comes under observation",
                          ""};
const Option weight_option{"weights", OptionKind::numeric_column, "case weights", ""};
const Option subject_option{"subject", OptionKind::column, "the rows of one subject share it", ""};
const Option times_option{"times", OptionKind::numbers, "times at which to read the curves", ""};
const Option landmark_option{"landmark", OptionKind::number,
                             "keep who is followed beyond it, and count time from it", ""};
const Option variance_option{"variance",
                             OptionKind::choice,
                             "jackknife: for weights that are no counts, and recurrent events",
                             "model",
                             false,
                             {"model", "jackknife"}};
const Option hazard_interval{
    "interval", OptionKind::choice, "the scale on which intervals are symmetric", "log",
    false,      {"log", "plain"}};

Method kaplan_meier_method() {
  return {.name = "kaplan_meier",
          .topic = "survival",
          .title = "Kaplan-Meier survival curves with intervals and quantiles",
          .card = "kaplan_meier",
          .version = 1,
          .options = {time_option,
                      event_option,
                      group_option,
                      entry_option,
                      weight_option,
                      subject_option,
                      variance_option,
                      {"interval",
                       OptionKind::choice,
                       "the scale on which intervals are symmetric",
                       "log_log",
                       false,
                       {"log_log", "log", "plain"}},
                      {"quantiles", OptionKind::numbers, "fractions that had the event",
                       "0.25,0.5,0.75"},
                      times_option,
                      landmark_option,
                      confidence_option()},
          .run = run_kaplan_meier};
}

Method nelson_aalen_method() {
  return {.name = "nelson_aalen",
          .topic = "survival",
          .title = "Cumulative hazard by Nelson and Aalen, or Fleming and Harrington",
          .card = "nelson_aalen",
          .version = 1,
          .options = {time_option,
                      event_option,
                      group_option,
                      entry_option,
                      weight_option,
                      subject_option,
                      variance_option,
                      {"ties",
                       OptionKind::choice,
                       "tied events at once, or one after the other",
                       "nelson_aalen",
                       false,
                       {"nelson_aalen", "fleming_harrington"}},
                      hazard_interval,
                      times_option,
                      landmark_option,
                      confidence_option()},
          .run = run_nelson_aalen};
}

Method mean_cumulative_method() {
  Option entry = entry_option;
  entry.required = true;
  Option subject = subject_option;
  subject.required = true;
  return {.name = "mean_cumulative_function",
          .topic = "survival",
          .title = "Mean number of recurrent events over time, with robust errors",
          .card = "nelson_aalen",
          .version = 1,
          .options = {time_option, event_option, entry, subject, group_option, weight_option,
                      hazard_interval, times_option, confidence_option()},
          .run = run_mean_cumulative};
}

Method rmst_method() {
  return {
      .name = "rmst",
      .topic = "survival",
      .title = "Restricted mean survival time; of two groups, difference and ratio",
      .card = "restricted_mean",
      .version = 1,
      .options = {time_option,
                  event_option,
                  {"horizon", OptionKind::number, "time up to which the mean is taken", "", true},
                  group_option,
                  entry_option,
                  landmark_option,
                  confidence_option()},
      .run = run_rmst};
}

}  // namespace

std::vector<Method> survival_curve_methods() {
  return {kaplan_meier_method(), mean_cumulative_method(), nelson_aalen_method(), rmst_method()};
}

}  // namespace kensho::stats
