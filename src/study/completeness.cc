#include "study/completeness.h"

namespace kensho::study {
namespace {

bool is_due(const std::optional<Date>& treated_on, const FollowUp& rule, Date on) {
  if (!treated_on) return true;
  const int closes_on_day = rule.window ? rule.window->to_day : rule.day;
  return days_between(*treated_on, on) > closes_on_day;
}

bool is_complete(const Case& participant, const FollowUp& rule) {
  const int last_day = rule.window ? rule.window->to_day : rule.day;
  const auto terminal = first_occurrence(participant, rule.terminal_events);
  if (terminal && terminal->day <= last_day) return true;
  if (rule.window) return measurement_in(participant, rule.variable, *rule.window).has_value();
  return participant.last_contact_day.value_or(-1) >= rule.day;
}

}  // namespace

Completeness follow_up_completeness(const Dataset& dataset, const FollowUp& rule, Date on) {
  Completeness count;
  for (const Case& participant : dataset.cases) {
    if (!is_due(participant.treated_on, rule, on)) continue;
    ++count.due;
    if (is_complete(participant, rule)) ++count.complete;
  }
  for (const WithdrawnCase& participant : dataset.withdrawn) {
    if (!is_due(participant.treated_on, rule, on)) continue;
    ++count.due;
    ++count.withdrawn;
  }
  return count;
}

}  // namespace kensho::study
