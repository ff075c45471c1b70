#pragma once

#include <optional>

#include "app/journal.h"

namespace kensho::app {

struct WithdrawalRequest {
  Actor actor;
  std::string institution;
  std::string participant;
  std::string reason;
  std::optional<Date> on;  // the day the person said so; none: today
};

/// Ends a participant's consent. From this entry on nothing about them is used in a dataset or
/// taken from a report; they still count as registered and treated, and as withdrawn. Checkpoints
/// before it stay as they were.
///
/// Errors  invalid_argument: no reason, or a day to come; not_found: nobody has this id there;
///         conflict: withdrawn before, or erased. Nothing changed in every one of these cases, and
///         no message names the participant.
Result<Receipt> withdraw_consent(Journal& journal, const WithdrawalRequest& request);

}  // namespace kensho::app
