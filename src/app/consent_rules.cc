#include "app/consent_rules.h"

namespace kensho::app {

std::optional<std::string> consent_rule_broken_by_report(
    const std::optional<storage::KnownParticipant>& known) {
  if (known && known->withdrawn)
    return "this participant withdrew their consent; nothing more may be reported about them. Take "
           "the row out";
  if (known && known->erased)
    return "this participant was erased from the registry, and the id is not taken again. Take the "
           "row out; whoever consents anew needs a new id";
  return std::nullopt;
}

}  // namespace kensho::app
