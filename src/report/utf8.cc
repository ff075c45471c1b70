#include "report/utf8.h"

#include "base/check.h"

namespace kensho::report {
namespace {

constexpr DecodedCharacter malformed{replacement_character, 1};

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// How many bytes a sequence with this first byte has; 0 when no sequence starts so.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;  // a continuation, or an overlong form of ASCII
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

// The smallest code a sequence of this length may carry; less is overlong.
char32_t smallest_code(std::size_t length) {
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return smallest[length];
}

}  // namespace

DecodedCharacter decode_first(std::string_view text) {
  ENSURE(!text.empty());
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = sequence_length(lead);
  if (length == 1) return {lead, 1};
  if (length == 0 || text.size() < length) return malformed;

  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return malformed;
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < smallest_code(length) || code > 0x10FFFF || surrogate) return malformed;
  return {code, length};
}

}  // namespace kensho::report
