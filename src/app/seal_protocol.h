#pragma once

#include "app/journal.h"
#include "study/protocol.h"

namespace kensho::app {

/// Seals a protocol: from here on it cannot change, and every run of it names this entry.
///
/// Errors  invalid_argument: the protocol does not hold together, names a therapy or institution
///         nobody registered, or counts a treatment given before today; conflict: this version is
///         sealed already with another text, or an older version than the sealed one.
///         Nothing changed in every one of these cases.
Result<Receipt> seal_protocol(Journal& journal, const Actor& actor, std::string_view toml,
                              std::string_view file_name);

}  // namespace kensho::app
