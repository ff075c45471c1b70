#pragma once

#include <optional>
#include <string>

#include "storage/journal_store.h"

namespace kensho::app {

/// Why nothing more may be reported about a participant, and what to do instead; empty where it
/// may. The text does not name the participant.
std::optional<std::string> consent_rule_broken_by_report(
    const std::optional<storage::KnownParticipant>& known);

}  // namespace kensho::app
