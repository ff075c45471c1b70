// Competing events: the Aalen-Johansen cumulative incidence of each cause.
#include "stats/survival/aalen_johansen.h"
#include "study/groups.h"
#include "study/method_list.h"

namespace kensho::study {
namespace {

Json steps_json(const stats::CumulativeIncidence& incidence) {
  Json steps = Json::array();
  for (std::size_t s = 0; s < incidence.steps.size(); ++s) {
    const stats::IncidenceStep& step = incidence.steps[s];
    Json causes = Json::array();
    for (std::size_t c = 0; c < incidence.cause_count; ++c) {
      const stats::CauseStep& cause = incidence.causes[s * incidence.cause_count + c];
      causes.push(Json::object()
                      .set("events", std::uint64_t{cause.events})
                      .set("incidence", cause.incidence)
                      .set("std_error", cause.aalen_std_error));
    }
    steps.push(Json::object()
                   .set("time", step.time)
                   .set("at_risk", std::uint64_t{step.at_risk})
                   .set("censored", std::uint64_t{step.censored})
                   .set("event_free", step.survival)
                   .set("causes", std::move(causes)));
  }
  return steps;
}

Json readings_json(const std::vector<stats::IncidenceReading>& readings) {
  Json rows = Json::array();
  for (const stats::IncidenceReading& reading : readings) {
    Json causes = Json::array();
    for (const stats::CauseReading& cause : reading.causes) {
      Json one = Json::object();
      one.set("incidence", cause.incidence).set("std_error", cause.std_error);
      one.set("lower", cause.interval ? Json(cause.interval->lower) : Json(nullptr));
      one.set("upper", cause.interval ? Json(cause.interval->upper) : Json(nullptr));
      causes.push(std::move(one));
    }
    rows.push(Json::object()
                  .set("time", reading.time)
                  .set("at_risk", std::uint64_t{reading.at_risk})
                  .set("event_free", reading.survival)
                  .set("causes", std::move(causes)));
  }
  return rows;
}

}  // namespace

Result<Json> run_cumulative_incidence(const MethodInput& input) {
  const Endpoint& endpoint = *input.protocol.endpoint(input.analysis.endpoint);
  const Grouping grouping = group_cases(input.dataset, input.analysis.group_by);
  const auto cause_count = static_cast<int>(endpoint.events.size());
  Json warnings = Json::array(), groups = Json::array(), causes = Json::array();
  warn_left_out(warnings, grouping.left_out, "no_group");
  for (const std::string& event : endpoint.events) causes.push(event);
  for (const Group& group : grouping.groups) {
    const EventTimes times = event_times(group.cases, endpoint);
    warn_left_out(warnings, times.left_out, "never_heard_of");
    const auto incidence = TRY(stats::aalen_johansen(times.time_days, times.cause, cause_count));
    const auto readings = TRY(stats::read_incidence(
        incidence, input.analysis.times_days, {.confidence_level = input.analysis.confidence}));
    groups.push(Json::object()
                    .set("level", group.level)
                    .set("participants", std::uint64_t{times.time_days.size()})
                    .set("at_times", readings_json(readings))
                    .set("steps", steps_json(incidence)));
  }
  return Json::object()
      .set("variance", "aalen")
      .set("confidence", input.analysis.confidence)
      .set("causes", std::move(causes))
      .set("groups", std::move(groups))
      .set("warnings", std::move(warnings));
}

}  // namespace kensho::study
