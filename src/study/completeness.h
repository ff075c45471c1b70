#pragma once

#include "study/dataset.h"

namespace kensho::study {

/// How much of the follow-up that was due by a day is there.
struct Completeness {
  int due = 0;        // participants whose follow-up window has closed
  int complete = 0;   // of these, followed up as the protocol demands
  int withdrawn = 0;  // of those due: what was known of them is not used, so it is missing
  double share() const { return due > 0 ? static_cast<double>(complete) / due : 0; }
};

/// Counts complete follow-up under the protocol's rule. A participant whose window closes after
/// `on` is not due yet; where the day of treatment is unknown (de-identified data) it is due.
/// Who withdrew is due like the others and never complete: missing is missing, whatever the reason.
/// Complete is: a terminal event, or a value of the rule's variable inside its window, or contact
/// on or after the rule's day.
Completeness follow_up_completeness(const Dataset& dataset, const FollowUp& rule, Date on);

}  // namespace kensho::study
