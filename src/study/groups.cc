#include "study/groups.h"

#include <algorithm>

namespace kensho::study {

Grouping group_cases(const Dataset& dataset, const std::string& characteristic) {
  Grouping grouping;
  std::map<std::string, Group> by_level;
  for (const Case& participant : dataset.cases) {
    std::string level;
    if (!characteristic.empty()) {
      const auto found = participant.baseline.find(characteristic);
      if (found == participant.baseline.end()) {
        ++grouping.left_out;
        continue;
      }
      level = found->second;
    }
    Group& group = by_level[level];
    group.level = level;
    group.cases.push_back(&participant);
  }
  for (auto& [level, group] : by_level) grouping.groups.push_back(std::move(group));
  return grouping;
}

EventTimes event_times(const std::vector<const Case*>& cases, const Endpoint& endpoint) {
  EventTimes times;
  for (const Case* participant : cases) {
    const auto first = first_occurrence(*participant, endpoint.events);
    if (first) {
      const auto cause = std::ranges::find(endpoint.events, first->kind) - endpoint.events.begin();
      times.time_days.push_back(first->day);
      times.cause.push_back(static_cast<int>(cause) + 1);
    } else if (participant->last_contact_day) {
      times.time_days.push_back(*participant->last_contact_day);
      times.cause.push_back(0);
    } else {
      ++times.left_out;
    }
  }
  return times;
}

Json optional_json(std::optional<double> value) {
  return value ? Json(*value) : Json(nullptr);
}

Json interval_json(std::optional<double> lower, std::optional<double> upper) {
  return Json::object().set("lower", optional_json(lower)).set("upper", optional_json(upper));
}

void warn_left_out(Json& warnings, int count, std::string_view code) {
  if (count > 0) warnings.push(Json::object().set("code", code).set("count", count));
}

}  // namespace kensho::study
