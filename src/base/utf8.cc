#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace kensho {
namespace {

// What table 3-7 allows after a first byte: how long the character is, and the range of its second
// byte (every later one is 80..BF). Length 0: no character starts with this byte.
struct Lead {
  std::size_t length;
  unsigned char second_min;
  unsigned char second_max;
};

constexpr Lead lead_of(unsigned char first) {
  if (first < 0x80) return {1, 0, 0};
  if (first < 0xC2) return {0, 0, 0};  // continuation bytes and the overlong C0, C1
  if (first < 0xE0) return {2, 0x80, 0xBF};
  if (first == 0xE0) return {3, 0xA0, 0xBF};  // below: overlong
  if (first == 0xED) return {3, 0x80, 0x9F};  // above: surrogates
  if (first < 0xF0) return {3, 0x80, 0xBF};
  if (first == 0xF0) return {4, 0x90, 0xBF};  // below: overlong
  if (first < 0xF4) return {4, 0x80, 0xBF};
  if (first == 0xF4) return {4, 0x80, 0x8F};  // above: beyond U+10FFFF
  return {0, 0, 0};
}

unsigned char byte_at(std::string_view bytes, std::size_t offset) {
  return static_cast<unsigned char>(bytes[offset]);
}

bool eight_ascii(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

std::size_t skip_ascii(std::string_view bytes, std::size_t offset) {
  while (offset + 8 <= bytes.size() && eight_ascii(bytes.data() + offset)) offset += 8;
  while (offset < bytes.size() && byte_at(bytes, offset) < 0x80) ++offset;
  return offset;
}

bool fits(std::string_view bytes, std::size_t start, std::size_t index, Lead lead) {
  const unsigned char byte = byte_at(bytes, start + index);
  if (index == 1) return byte >= lead.second_min && byte <= lead.second_max;
  return byte >= 0x80 && byte <= 0xBF;
}

Utf8End check_character(std::string_view bytes, std::size_t start, Lead lead) {
  if (lead.length == 0) return Utf8End::invalid;
  for (std::size_t index = 1; index < lead.length; ++index) {
    if (start + index == bytes.size()) return Utf8End::cut;
    if (!fits(bytes, start, index, lead)) return Utf8End::invalid;
  }
  return Utf8End::complete;
}

}  // namespace

Utf8Prefix valid_utf8_prefix(std::string_view bytes) {
  std::size_t offset = skip_ascii(bytes, 0);
  while (offset < bytes.size()) {
    const Lead lead = lead_of(byte_at(bytes, offset));
    const Utf8End end = check_character(bytes, offset, lead);
    if (end != Utf8End::complete) return {offset, end};
    offset += lead.length;
    if (offset < bytes.size() && byte_at(bytes, offset) < 0x80) offset = skip_ascii(bytes, offset);
  }
  return {offset, Utf8End::complete};
}

std::optional<std::size_t> find_invalid_utf8(std::string_view bytes) {
  const Utf8Prefix prefix = valid_utf8_prefix(bytes);
  if (prefix.end == Utf8End::complete) return std::nullopt;
  return prefix.valid_bytes;
}

}  // namespace kensho
