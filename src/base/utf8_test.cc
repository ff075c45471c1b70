#include "base/utf8.h"

#include <string>

#include <doctest/doctest.h>

namespace kensho {
namespace {

// The naive twin: builds the number a sequence stands for and asks whether that number may be
// written with that many bytes.
bool naive_character(std::string_view bytes, std::size_t length) {
  const unsigned first = static_cast<unsigned char>(bytes[0]);
  const unsigned marks[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
  const unsigned masks[] = {0, 0x80, 0xE0, 0xF0, 0xF8};
  const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
  if ((first & masks[length]) != marks[length]) return false;
  unsigned value = first & ~masks[length];
  for (std::size_t index = 1; index < length; ++index) {
    const unsigned byte = static_cast<unsigned char>(bytes[index]);
    if ((byte & 0xC0U) != 0x80) return false;
    value = (value << 6U) | (byte & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return value >= least[length] && value <= 0x10FFFF && !surrogate;
}

bool naive_valid(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t length = 1;
    while (length <= 4 && !(length <= bytes.size() && naive_character(bytes, length))) ++length;
    if (length > 4) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

TEST_CASE("every sequence of up to three bytes is judged as by the naive decoder") {
  std::size_t disagreements = 0;
  for (unsigned value = 0; value < 0x1000000; ++value) {
    const char bytes[] = {static_cast<char>(value >> 16U), static_cast<char>(value >> 8U),
                          static_cast<char>(value)};
    const std::size_t skip = value > 0xFFFF ? 0 : value > 0xFF ? 1 : 2;
    const std::string_view text(bytes + skip, 3 - skip);
    if (find_invalid_utf8(text).has_value() == naive_valid(text)) ++disagreements;
  }
  CHECK(disagreements == 0);
}

TEST_CASE("four-byte sequences are judged as by the naive decoder at every edge") {
  const unsigned edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
  std::size_t disagreements = 0;
  for (unsigned first = 0xE0; first < 0x100; ++first)
    for (unsigned second = 0; second < 0x100; ++second)
      for (const unsigned third : edges)
        for (const unsigned fourth : edges) {
          const char bytes[] = {static_cast<char>(first), static_cast<char>(second),
                                static_cast<char>(third), static_cast<char>(fourth)};
          const std::string_view text(bytes, 4);
          if (find_invalid_utf8(text).has_value() == naive_valid(text)) ++disagreements;
        }
  CHECK(disagreements == 0);
}

TEST_CASE("the offset of the first bad byte is exact wherever it stands") {
  for (std::size_t offset = 0; offset < 40; ++offset) {
    std::string text(40, 'a');
    text[offset] = '\xFF';

    CHECK(find_invalid_utf8(text) == offset);
  }
  CHECK_FALSE(find_invalid_utf8("").has_value());
}

TEST_CASE("a character cut off by the end is told from a wrong one") {
  const std::string_view fire = "\xF0\x9F\x94\xA5";
  for (std::size_t length = 1; length < 4; ++length) {
    const Utf8Prefix cut = valid_utf8_prefix(fire.substr(0, length));
    CHECK(cut.valid_bytes == 0);
    CHECK(cut.end == Utf8End::cut);
  }
  CHECK(valid_utf8_prefix(fire).valid_bytes == 4);
  CHECK(valid_utf8_prefix("ab\xF0\x9Fz").end == Utf8End::invalid);
  CHECK(valid_utf8_prefix("ab\xF0\x9Fz").valid_bytes == 2);
}

TEST_CASE("tab, line feed and carriage return are text; the other C0 controls and DEL are not") {
  int controls = 0;
  for (int value = -128; value < 128; ++value)
    if (is_control_character(static_cast<char>(value))) ++controls;
  CHECK(controls == 30);
  CHECK(is_control_character('\0'));
  CHECK(is_control_character('\x7F'));
  CHECK_FALSE(is_control_character('\t'));
  CHECK_FALSE(is_control_character('\n'));
  CHECK_FALSE(is_control_character('\r'));
}

}  // namespace
}  // namespace kensho
