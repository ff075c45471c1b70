#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kensho {

/// A row as SQLite stores it: texts, then whole numbers from 0 on.
///
/// For finding what is left of a row in free space; the header in front of the values makes it
/// different from every row with other lengths.
/// Source  "Record Format", SQLite's file format document. Checked against rows in a file.
std::string record_bytes(const std::vector<std::string_view>& texts,
                         const std::vector<std::uint64_t>& numbers);

}  // namespace kensho
