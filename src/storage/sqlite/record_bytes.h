#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kensho {

/// A text or a whole number from 0 on.
using RecordValue = std::variant<std::string_view, std::uint64_t>;

/// A row as SQLite stores it.
///
/// For finding what is left of a row in free space; the header in front of the values makes it
/// different from every row with other lengths.
/// Source  "Record Format", SQLite's file format document. Checked against rows in a file.
std::string record_bytes(const std::vector<RecordValue>& row);

}  // namespace kensho
