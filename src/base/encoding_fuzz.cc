// Text encodings: one value has one spelling; UTF-8 against a decoder that follows the table.
#include "base/encoding.h"
#include "base/testing/fuzz_target.h"
#include "base/utf8.h"

namespace kensho {
namespace {

/// How long the well-formed character at the front is, 0 if there is none.
/// Source: The Unicode Standard, table 3-7.
std::size_t character_bytes(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto in = [&](std::size_t i, unsigned low, unsigned high) {
    return at(i) >= low && at(i) <= high && i < text.size();
  };
  const auto tail = [&](std::size_t i) { return in(i, 0x80, 0xBF); };
  const unsigned lead = at(0);
  if (lead <= 0x7F) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
    return in(1, low, high) && tail(2) ? 3 : 0;
  }
  if (lead < 0xF0 || lead > 0xF4) return 0;
  const unsigned low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
  return in(1, low, high) && tail(2) && tail(3) ? 4 : 0;
}

std::size_t valid_bytes(std::string_view text) {
  std::size_t valid = 0;
  while (valid < text.size()) {
    const std::size_t next = character_bytes(text.substr(valid));
    if (next == 0) break;
    valid += next;
  }
  return valid;
}

KENSHO_FUZZ(encoding) {
  if (const auto bytes = base64_decode(input)) ENSURE(base64_encode(*bytes) == input);
  if (const auto bytes = hex_decode(input)) {
    ENSURE(bytes->size() * 2 == input.size());
    ENSURE(hex_decode(hex_encode(*bytes)).value() == *bytes);
  }
  ENSURE(as_text(base64_decode(base64_encode(as_bytes(input))).value()) == input);
  ENSURE(as_text(hex_decode(hex_encode(as_bytes(input))).value()) == input);

  const std::size_t valid = valid_bytes(input);
  ENSURE(valid_utf8_prefix(input).valid_bytes == valid);
  ENSURE(find_invalid_utf8(input).value_or(input.size()) == valid);
  if (valid == input.size()) ENSURE(valid_utf8_prefix(input).end == Utf8End::complete);
}

}  // namespace
}  // namespace kensho
