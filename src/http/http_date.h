// The one date format HTTP still writes.
#pragma once

#include <cstdint>
#include <string>

namespace kensho {

/// A moment as "Sun, 06 Nov 1994 08:49:37 GMT".
/// Units   seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
/// Source  RFC 9110 section 5.6.7 (IMF-fixdate).
/// Checked against  python3 email.utils.formatdate.
std::string http_date(std::int64_t unix_time_s);

}  // namespace kensho
