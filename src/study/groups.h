#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "study/dataset.h"
#include "study/protocol.h"

namespace kensho::study {

/// The participants of one level of a baseline characteristic.
struct Group {
  std::string level;  // empty: all participants together
  std::vector<const Case*> cases;
};

/// The groups of an analysis in order of level; one group of all where nothing is named to group
/// by. Participants without the characteristic are in none: `left_out` counts them.
struct Grouping {
  std::vector<Group> groups;
  int left_out = 0;
};
Grouping group_cases(const Dataset& dataset, const std::string& characteristic);

/// Follow-up times of the participants for an endpoint made of events.
struct EventTimes {
  std::vector<double> time_days;
  std::vector<int> cause;  // 0: censored; c: the c-th of the endpoint's events came first
  int left_out = 0;        // nothing was ever heard of them after treatment
};
EventTimes event_times(const std::vector<const Case*>& cases, const Endpoint& endpoint);

/// A confidence interval as {lower, upper}; members are null where there is none.
Json interval_json(std::optional<double> lower, std::optional<double> upper);
Json optional_json(std::optional<double> value);

/// A warning that `count` participants were left out, added to `warnings` if there are any.
void warn_left_out(Json& warnings, int count, std::string_view code);

}  // namespace kensho::study
