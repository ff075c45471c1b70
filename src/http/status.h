// Status codes of HTTP and their names.
#pragma once

#include <string_view>

namespace kensho {

/// The reason phrase of a status code, e.g. "Not Found"; "Unknown" for a code outside the table.
/// Source  RFC 9110 section 15; 428, 429 and 431 from RFC 6585.
std::string_view status_reason(int status);

}  // namespace kensho
