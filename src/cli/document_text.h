// A result document as text for a terminal.
#pragma once

#include <string>

#include "base/json.h"

namespace kensho::cli {

/// Lays out any document: members with one value as aligned lines, an array of objects as a table,
/// an array of arrays as rows of numbers, an object as an indented section. Numbers are rounded to
/// six digits for reading (--json gives them all), null is a dash; "warnings" come last.
std::string document_text(const Json& document);

/// How many columns of a terminal a UTF-8 text takes: East Asian wide characters take two.
std::size_t width_of(std::string_view text);

}  // namespace kensho::cli
