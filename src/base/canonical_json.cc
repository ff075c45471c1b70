#include "base/canonical_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace kensho {
namespace {

/// The code point that starts at `at`, which is moved past it. The text is valid UTF-8.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  std::uint32_t code = lead & (0x3Fu >> more);
  for (int i = 0; i < more; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
  return code;
}

/// Order by UTF-16 code units. It differs from byte order only where a character past U+FFFF
/// (its surrogates are D800-DFFF) meets one in E000-FFFF.
bool utf16_less(std::string_view a, std::string_view b) {
  const auto rank = [](std::uint32_t code) {
    if (code >= 0x10000) return code - 0x10000 + 0xD800;  // among the surrogates
    if (code >= 0xE000) return code + 0x100000;           // after every surrogate
    return code;
  };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const std::uint32_t left = next_code_point(a, i), right = next_code_point(b, j);
    if (left != right) return rank(left) < rank(right);
  }
  return i == a.size() && j < b.size();
}

Result<std::string> canonical_number(const std::string& text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return Error{Errc::invalid_argument, fmt::format("the number {} does not fit a double", text)};
  }
  return ecmascript_number(value);
}

Status append(std::string& out, const Json& value);

Status append_members(std::string& out, const Json::Object& object) {
  std::vector<const Json::Member*> sorted;
  sorted.reserve(object.size());
  for (const Json::Member& member : object) sorted.push_back(&member);
  std::ranges::sort(sorted, [](auto* a, auto* b) { return utf16_less(a->key, b->key); });

  out.push_back('{');
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0) out.push_back(',');
    out += json_quoted(sorted[i]->key);
    out.push_back(':');
    TRY(append(out, sorted[i]->value));
  }
  out.push_back('}');
  return ok();
}

Status append(std::string& out, const Json& value) {
  if (const Json::Object* object = value.if_object()) return append_members(out, *object);
  if (const Json::Number* number = value.if_number()) {
    out += TRY(canonical_number(number->text));
    return ok();
  }
  if (const Json::Array* array = value.if_array()) {
    out.push_back('[');
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out.push_back(',');
      TRY(append(out, (*array)[i]));
    }
    out.push_back(']');
    return ok();
  }
  out += to_json_text(value);  // null, true, false and strings have one text only
  return ok();
}

}  // namespace

Result<std::string> canonical_json(const Json& value) {
  std::string out;
  TRY(append(out, value));
  return out;
}

Result<std::string> ecmascript_number(double value) {
  if (!std::isfinite(value)) return Error{Errc::invalid_argument, "a number is not finite"};
  if (value == 0) return std::string("0");  // also minus zero
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value),
                                 std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
  const std::size_t e = text.find('e');
  int exponent = 0;
  const char* exponent_text = text.data() + e + 1 + (text[e + 1] == '+' ? 1 : 0);
  std::from_chars(exponent_text, text.data() + text.size(), exponent);

  std::string digits(text.substr(0, e));  // d or d.ddd
  std::erase(digits, '.');
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // the decimal point stands after this many digits
  const std::string sign = value < 0 ? "-" : "";
  if (point > 21 || point < -5) {
    const std::string rest = count > 1 ? "." + digits.substr(1) : "";
    return fmt::format("{}{}{}e{:+d}", sign, digits[0], rest, exponent);
  }
  if (point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (count <= point)
    return sign + digits + std::string(static_cast<std::size_t>(point - count), '0');
  return sign + digits.substr(0, static_cast<std::size_t>(point)) + "." +
         digits.substr(static_cast<std::size_t>(point));
}

}  // namespace kensho
