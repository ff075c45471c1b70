// Time to an event: Kaplan-Meier and the log-rank test.
#include <algorithm>

#include "stats/survival/kaplan_meier.h"
#include "stats/survival/log_rank.h"
#include "study/groups.h"
#include "study/method_list.h"

namespace kensho::study {
namespace {

/// 1 where any of the endpoint's events came, 0 where follow-up ended without.
std::vector<int> any_event(const EventTimes& times) {
  std::vector<int> event(times.cause.size());
  std::ranges::transform(times.cause, event.begin(), [](int cause) { return cause > 0 ? 1 : 0; });
  return event;
}

Json steps_json(const stats::SurvivalCurve& curve,
                const std::vector<std::optional<stats::Interval>>& intervals) {
  Json steps = Json::array();
  for (std::size_t i = 0; i < curve.steps.size(); ++i) {
    const stats::SurvivalStep& step = curve.steps[i];
    Json row = Json::object();
    row.set("time", step.time).set("at_risk", std::uint64_t{step.at_risk});
    row.set("events", std::uint64_t{step.events}).set("censored", std::uint64_t{step.censored});
    row.set("survival", step.survival).set("std_error", optional_json(step.std_error));
    const auto& interval = intervals[i];
    row.set("lower", interval ? Json(interval->lower) : Json(nullptr));
    row.set("upper", interval ? Json(interval->upper) : Json(nullptr));
    steps.push(std::move(row));
  }
  return steps;
}

Json readings_json(const std::vector<stats::SurvivalReading>& readings) {
  Json rows = Json::array();
  for (const stats::SurvivalReading& reading : readings) {
    Json row = Json::object();
    row.set("time", reading.time).set("at_risk", std::uint64_t{reading.at_risk});
    row.set("survival", reading.survival).set("std_error", optional_json(reading.std_error));
    row.set("lower", reading.interval ? Json(reading.interval->lower) : Json(nullptr));
    row.set("upper", reading.interval ? Json(reading.interval->upper) : Json(nullptr));
    rows.push(std::move(row));
  }
  return rows;
}

Result<Json> curve_json(const Group& group, const MethodInput& input, const Endpoint& endpoint,
                        Json& warnings) {
  const EventTimes times = event_times(group.cases, endpoint);
  warn_left_out(warnings, times.left_out, "never_heard_of");
  const std::vector<int> event = any_event(times);
  const stats::IntervalChoice choice{.confidence_level = input.analysis.confidence};
  const auto curve = TRY(stats::kaplan_meier(times.time_days, event));
  const auto intervals = TRY(stats::pointwise_intervals(curve, choice));
  const auto readings = TRY(stats::read_curve(curve, input.analysis.times_days, choice));
  const double half[] = {0.5};
  const auto median = TRY(stats::survival_quantiles(curve, half, choice)).front();

  Json out = Json::object();
  out.set("level", group.level).set("participants", std::uint64_t{times.time_days.size()});
  out.set("events", static_cast<std::int64_t>(std::ranges::count(event, 1)));
  out.set("median", Json::object()
                        .set("estimate", optional_json(median.estimate))
                        .set("lower", optional_json(median.lower))
                        .set("upper", optional_json(median.upper)));
  out.set("at_times", readings_json(readings));
  out.set("steps", steps_json(curve, intervals));
  return out;
}

}  // namespace

Result<Json> run_kaplan_meier(const MethodInput& input) {
  const Endpoint& endpoint = *input.protocol.endpoint(input.analysis.endpoint);
  const Grouping grouping = group_cases(input.dataset, input.analysis.group_by);
  Json warnings = Json::array(), groups = Json::array();
  warn_left_out(warnings, grouping.left_out, "no_group");
  for (const Group& group : grouping.groups) {
    groups.push(TRY(curve_json(group, input, endpoint, warnings)));
  }
  return Json::object()
      .set("transform", "log-log")
      .set("confidence", input.analysis.confidence)
      .set("groups", std::move(groups))
      .set("warnings", std::move(warnings));
}

Result<Json> run_log_rank(const MethodInput& input) {
  const Endpoint& endpoint = *input.protocol.endpoint(input.analysis.endpoint);
  const Grouping grouping = group_cases(input.dataset, input.analysis.group_by);
  std::vector<double> time;
  std::vector<int> event, label;
  Json warnings = Json::array();
  warn_left_out(warnings, grouping.left_out, "no_group");
  for (std::size_t g = 0; g < grouping.groups.size(); ++g) {
    const EventTimes times = event_times(grouping.groups[g].cases, endpoint);
    const std::vector<int> events = any_event(times);
    warn_left_out(warnings, times.left_out, "never_heard_of");
    time.insert(time.end(), times.time_days.begin(), times.time_days.end());
    event.insert(event.end(), events.begin(), events.end());
    label.insert(label.end(), events.size(), static_cast<int>(g));
  }
  const stats::LogRankTest test = TRY(stats::log_rank_test({time, event, label, {}}));
  Json groups = Json::array();
  for (const stats::LogRankGroup& group : test.groups) {
    groups.push(Json::object()
                    .set("level", grouping.groups[static_cast<std::size_t>(group.label)].level)
                    .set("participants", std::uint64_t{group.subjects})
                    .set("observed", std::uint64_t{group.observed})
                    .set("expected", group.expected));
  }
  return Json::object()
      .set("chi_square", test.chi_square)
      .set("degrees_of_freedom", test.degrees_of_freedom)
      .set("p_value", test.p_value)
      .set("groups", std::move(groups))
      .set("warnings", std::move(warnings));
}

}  // namespace kensho::study
