#pragma once

#include <string_view>

namespace kensho {

/// Whether `text` can be an id: 1 to 64 characters of a-z, A-Z, 0-9, '-', '_', '.', beginning with
/// a letter or digit. Ids become file names and parts of addresses, so nothing else is taken.
bool is_identifier(std::string_view text);

}  // namespace kensho
