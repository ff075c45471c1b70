// What a column of a design is called in a message.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace kensho::stats {

/// Its name, or `number 3` where the columns have none.
inline std::string column_name(std::span<const std::string> names, std::size_t column) {
  return column < names.size() ? names[column] : "number " + std::to_string(column + 1);
}

}  // namespace kensho::stats
