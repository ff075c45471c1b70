#pragma once

#include <string_view>

#include "base/result.h"
#include "domain/variable.h"

namespace kensho::catalog {

/// The variables of every instrument that is built into the program (catalog/instruments/).
/// Errors: those of read_instrument; invalid_argument where two files define one id.
Result<VariableTable> load_variables();

/// The variables of one instrument file. `name` opens every message.
/// Errors: invalid_argument naming file, line, field and rule.
Result<VariableTable> read_instrument(std::string_view toml, std::string_view name);

}  // namespace kensho::catalog
