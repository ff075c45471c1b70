#pragma once

#include <string>
#include <string_view>

#include "journal/entry.h"

namespace kensho::journal {

/// Recognises an erased participant's id when it is reported again: HMAC-SHA-256 under the key of
/// the registry's first entry over a line of its own and the canonical JSON
/// [institution, participant]. In hexadecimal.
///
/// Who holds only entries.erased learns nothing; who holds the journal, and so that key, can test
/// an id that they know already (docs/adr/0011).
std::string erased_tag(const Hash& registry_key, std::string_view institution,
                       std::string_view participant);

}  // namespace kensho::journal
