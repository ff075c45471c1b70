#include "http/target.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace kensho {
namespace {

enum class Plus : bool { as_is, is_space };

Error refused(std::string_view why) {
  return Error{Errc::invalid_argument, std::string("request target: ").append(why)};
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

// The number of bytes of the UTF-8 sequence at the front of `text`, 0 if there is none.
// Ranges of the second byte are from the Unicode Standard, table 3-7 (well-formed sequences).
std::size_t utf8_sequence_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  const unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  return length;
}

bool is_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_bytes(text);
    if (length == 0 || text.front() == '\0') return false;
    text.remove_prefix(length);
  }
  return true;
}

Result<std::string> percent_decoded(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::is_space) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
      if (!high || !low) return refused("'%' must be followed by two hexadecimal digits");
      decoded += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  if (!is_text(decoded)) return refused("the decoded text must be UTF-8 without NUL");
  return decoded;
}

bool must_be_escaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte >= 0x7f || c == '\\' || c == '#';
}

// "http://host/path" is what a proxy sends; every server must take it (RFC 9112 section 3.2.2).
std::string_view without_authority(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    const auto slash = text.find('/', scheme.size());
    return slash == std::string_view::npos ? std::string_view("/") : text.substr(slash);
  }
  return text;
}

Result<std::vector<std::string>> decoded_segments(std::string_view raw_path) {
  std::vector<std::string> segments;
  std::string_view rest = raw_path.substr(1);
  for (;;) {
    const auto slash = rest.find('/');
    segments.push_back(TRY(percent_decoded(rest.substr(0, slash), Plus::as_is)));
    if (segments.back() == "." || segments.back() == "..")
      return refused("\".\" and \"..\" are not allowed");
    if (slash == std::string_view::npos) return segments;
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (std::ranges::any_of(text, must_be_escaped)) return refused("a byte must be percent-encoded");
  text = without_authority(text);
  if (!text.starts_with('/')) return refused("it must begin with '/'");

  const auto question = text.find('?');
  Target target;
  target.raw_path = text.substr(0, question);
  if (question != std::string_view::npos) target.raw_query = text.substr(question + 1);
  target.segments = TRY(decoded_segments(target.raw_path));
  target.query = TRY(parse_form(target.raw_query));
  return target;
}

Result<std::vector<NamedValue>> parse_form(std::string_view text) {
  std::vector<NamedValue> fields;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;

    const auto equals = std::min(part.find('='), part.size());
    auto name = TRY(percent_decoded(part.substr(0, equals), Plus::is_space));
    auto value =
        TRY(percent_decoded(part.substr(std::min(equals + 1, part.size())), Plus::is_space));
    fields.push_back({std::move(name), std::move(value)});
  }
  return fields;
}

}  // namespace kensho
