// Strict UTF-8: what counts as text here. No surrogates, no overlong forms, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace kensho {

/// Why a run of valid UTF-8 ends: with the input, inside a character that the input cuts off, or at
/// a byte that no valid text has there.
enum class Utf8End : unsigned char { complete, cut, invalid };

/// The longest valid start of some bytes, in whole characters.
struct Utf8Prefix {
  std::size_t valid_bytes;  ///< also the offset of the first byte that is not valid
  Utf8End end;
};

/// Measures how much of `bytes` is valid UTF-8; tells a character cut off at the end (more input
/// may complete it) from a wrong one. Cost    O(n), no memory; eight bytes a step while they are
/// ASCII. Source  The Unicode Standard, table 3-7, well-formed UTF-8 byte sequences. Checked
/// against a naive decoder on every sequence of up to three bytes, in utf8_test.cc.
Utf8Prefix valid_utf8_prefix(std::string_view bytes);

/// Offset of the first byte that is not part of valid UTF-8 (a character cut off at the end
/// counts); nothing if all of `bytes` is valid. Cost O(n).
std::optional<std::size_t> find_invalid_utf8(std::string_view bytes);

/// True for a byte that has no place in text: NUL, the other C0 controls but tab, line feed and
/// carriage return, and DEL. Bytes of longer UTF-8 characters are never control characters.
constexpr bool is_control_character(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return (value < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || value == 0x7F;
}

}  // namespace kensho
