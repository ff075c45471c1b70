#include "report/escape.h"

#include "report/utf8.h"

namespace kensho::report {
namespace {

// The reference for a character that would be read as markup; empty for any other.
std::string_view reference_for(char32_t code) {
  switch (code) {
    case U'&':
      return "&amp;";
    case U'<':
      return "&lt;";
    case U'>':
      return "&gt;";
    case U'"':
      return "&quot;";
    case U'\'':
      return "&#39;";
    case U'\r':
      return "&#13;";
    default:
      return {};
  }
}

bool is_forbidden(char32_t code) {
  const bool control = code < 0x20 && code != U'\t' && code != U'\n' && code != U'\r';
  const bool late_control = code >= 0x7F && code <= 0x9F;
  return control || late_control || code == 0xFFFE || code == 0xFFFF ||
         code == replacement_character;
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const DecodedCharacter next = decode_first(text);
    const std::string_view reference = reference_for(next.code);
    if (!reference.empty()) {
      escaped += reference;
    } else if (is_forbidden(next.code)) {
      escaped += "\xEF\xBF\xBD";  // U+FFFD
    } else {
      escaped += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return escaped;
}

}  // namespace kensho::report
