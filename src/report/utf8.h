// Reading UTF-8 one character at a time, never failing.
#pragma once

#include <cstddef>
#include <string_view>

namespace kensho::report {

inline constexpr char32_t replacement_character = 0xFFFD;

// One character and the number of bytes it was read from.
struct DecodedCharacter {
  char32_t code;
  std::size_t bytes;
};

// The first character of `text`, which must not be empty.
// A malformed, overlong or surrogate sequence reads as U+FFFD and consumes one byte.
// Source: RFC 3629 section 4.
DecodedCharacter decode_first(std::string_view text);

}  // namespace kensho::report
