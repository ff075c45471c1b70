#pragma once

#include <string>

#include "base/json.h"

namespace kensho {

/// The one canonical text of a value, for hashing and signing: no spaces, members sorted by their
/// UTF-16 code units, numbers as the shortest text of their IEEE double.
///
/// Errors  invalid_argument: a number does not fit a finite double.
/// Source  RFC 8785 (JSON Canonicalization Scheme); number text: ECMA-262 Number::toString.
/// Checked against the RFC's published pairs, tests/reference/json/.
Result<std::string> canonical_json(const Json& value);

/// ECMA-262 Number::toString of a finite double. Errors: invalid_argument if not finite.
Result<std::string> ecmascript_number(double value);

}  // namespace kensho
