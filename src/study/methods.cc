#include "study/methods.h"

#include <algorithm>

#include "study/method_list.h"

namespace kensho::study {
namespace {

constexpr Method table[] = {
    {"describe", 1, std::nullopt, false, run_describe},
    {"change", 1, EndpointType::change, false, run_change},
    {"adverse_events", 1, EndpointType::adverse_events, false, run_adverse_events},
    {"kaplan_meier", 1, EndpointType::time_to_event, false, run_kaplan_meier},
    {"log_rank", 1, EndpointType::time_to_event, true, run_log_rank},
    {"cumulative_incidence", 1, EndpointType::competing, false, run_cumulative_incidence},
};

}  // namespace

std::span<const Method> methods() {
  return table;
}

const Method* find_method(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Method::name);
  return found == std::end(table) ? nullptr : found;
}

}  // namespace kensho::study
