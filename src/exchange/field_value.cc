#include "exchange/field_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "domain/identifier.h"

namespace kensho {
namespace {

constexpr std::size_t text_bytes_max = 4000;

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view ideographic_space = "\xE3\x80\x80";
  while (!text.empty()) {
    if (text.front() == ' ' || text.front() == '\t')
      text.remove_prefix(1);
    else if (text.starts_with(ideographic_space))
      text.remove_prefix(ideographic_space.size());
    else
      break;
  }
  while (!text.empty()) {
    if (text.back() == ' ' || text.back() == '\t')
      text.remove_suffix(1);
    else if (text.ends_with(ideographic_space))
      text.remove_suffix(ideographic_space.size());
    else
      break;
  }
  return text;
}

/// Full-width forms U+FF01 to U+FF5E (three bytes, EF BC 81 to EF BD 9E) become ASCII.
std::string half_width(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool full = i + 2 < text.size() && text[i] == '\xEF' &&
                      (text[i + 1] == '\xBC' || text[i + 1] == '\xBD');
    if (!full) {
      out.push_back(text[i]);
      continue;
    }
    const int offset = text[i + 1] == '\xBC' ? 0x80 - 0x20 : 0x80 - 0x60;
    out.push_back(static_cast<char>(static_cast<unsigned char>(text[i + 2]) - offset));
    i += 2;
  }
  return out;
}

FieldReading value(std::string text) {
  return {.value = std::move(text)};
}
FieldReading problem(std::string text) {
  return {.problem = std::move(text)};
}

/// Whether the text is digits with an optional sign and, where allowed, one decimal point.
bool is_plain_number(std::string_view text, bool decimals) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const std::size_t point = decimals ? text.find('.') : text.npos;
  std::string digits(text);
  if (point != text.npos) digits.erase(point, 1);
  const bool ends_in_point = point == text.size() - 1;
  return !digits.empty() && digits.size() <= 15 && point != 0 && !ends_in_point &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

FieldReading read_number(std::string_view raw, const FieldRule& rule) {
  const bool decimals = rule.type == FieldType::decimal;
  std::string text = half_width(raw);
  if (!is_plain_number(text, decimals)) {
    return problem(decimals ? "must be a number such as 12.5 (at most 15 digits)"
                            : "must be a whole number (at most 15 digits)");
  }
  if (text[0] == '+') text.erase(0, 1);
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  if (rule.factor) {
    number *= *rule.factor;
    text = fmt::format("{:.12g}", number);
  }
  if (rule.min && number < *rule.min)
    return problem(fmt::format("must not be below {}", *rule.min));
  if (rule.max && number > *rule.max)
    return problem(fmt::format("must not be above {}", *rule.max));
  return value(text);
}

FieldReading read_code(std::string_view text, const FieldRule& rule) {
  const auto found = rule.codes.find(std::string(text));
  if (found != rule.codes.end()) return value(found->second);
  std::string known;
  for (const auto& [code, stored] : rule.codes) known += (known.empty() ? "" : ", ") + code;
  return problem("is not a known code; known: " + known);
}

FieldReading read_date_value(std::string_view text, const EraTable& eras) {
  const DateReading reading = read_date(text, eras);
  if (const Date* date = std::get_if<Date>(&reading)) return value(date->iso());
  const auto& refusal = std::get<DateRefusal>(reading);
  std::string message(refusal.reason);
  if (!refusal.suggestion.empty()) message += "; " + refusal.suggestion;
  return problem(message);
}

FieldReading read_flag(std::string_view text) {
  static constexpr std::string_view yes[] = {"1",    "true", "yes", "y",
                                             "TRUE", "Yes",  "Y",   "\xE6\x9C\x89"};
  static constexpr std::string_view no[] = {"0",     "false", "no", "n",
                                            "FALSE", "No",    "N",  "\xE7\x84\xA1"};
  if (std::ranges::find(yes, text) != std::end(yes)) return value("1");
  if (std::ranges::find(no, text) != std::end(no)) return value("0");
  return problem("must be yes or no (1 or 0)");
}

}  // namespace

FieldReading read_field_value(std::string_view raw, const FieldRule& rule,
                              const std::vector<std::string>& missing, const EraTable& eras) {
  const std::string_view text = trimmed(raw);
  if (std::ranges::find(missing, text) != missing.end()) {
    if (rule.required) return {.missing = true, .problem = "must not be missing"};
    return {.missing = true};
  }
  switch (rule.type) {
    case FieldType::text:
      if (text.size() > text_bytes_max) return problem("is longer than 4000 bytes");
      return value(std::string(text));
    case FieldType::identifier:
      if (!rule.codes.empty()) return read_code(text, rule);
      if (!is_identifier(text)) {
        return problem("must be an id: 1 to 64 letters, digits, '-', '_' or '.'; never a name");
      }
      return value(std::string(text));
    case FieldType::integer:
    case FieldType::decimal:
      return read_number(text, rule);
    case FieldType::code:
      return read_code(text, rule);
    case FieldType::date:
      return read_date_value(text, eras);
    case FieldType::flag:
      return read_flag(text);
  }
  return problem("has a type that is not known");
}

}  // namespace kensho
