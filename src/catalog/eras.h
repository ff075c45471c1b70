#pragma once

#include <string_view>

#include "base/result.h"
#include "domain/date_text.h"

namespace kensho::catalog {

/// The eras of every calendar that is built into the program (catalog/calendars/).
/// Errors: those of read_eras.
Result<EraTable> load_eras();

/// The eras of one calendar file. `name` opens every message.
/// Errors: invalid_argument naming file, line, field and rule.
Result<EraTable> read_eras(std::string_view toml, std::string_view name);

}  // namespace kensho::catalog
