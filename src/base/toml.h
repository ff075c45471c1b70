#pragma once

#include <string_view>

#include "base/json.h"

namespace kensho {

/// A TOML document as a Json value, each node with its line. Tables come in key order, arrays in
/// written order; dates and times become their ISO text; integers and floats become numbers.
///
/// `name` (a file name) opens every message. Errors: invalid_argument with the line.
Result<Json> parse_toml(std::string_view text, std::string_view name);

}  // namespace kensho
