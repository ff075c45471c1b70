#include "base/toml.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace kensho {
namespace {

// The library bounds the depth of arrays and inline tables, but not of dotted keys: a line of a
// million "a." would end in a stack overflow.
constexpr int key_parts_max = 32;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_bare_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

/// Where the part of a key that begins at `at`, bare or quoted, ends; `at` itself if there is none.
std::size_t end_of_key_part(std::string_view text, std::size_t at) {
  const char first = text[at];
  if (first == '"' || first == '\'') {
    const std::size_t close = text.find_first_of(std::string{'\n', first}, at + 1);
    return close != text.npos && text[close] == first ? close + 1 : at + 1;
  }
  while (at < text.size() && is_bare_key_character(text[at])) ++at;
  return at;
}

/// Refuses a key of too many parts, wherever one may stand. Looks at the letters alone, so that a
/// text of the same look is refused too: 33 words joined by single dots.
Status check_key_parts(std::string_view text, std::string_view name) {
  int parts = 0;
  std::ptrdiff_t line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t part_end = end_of_key_part(text, at);
    std::size_t next = part_end;
    while (next < text.size() && is_blank(text[next])) ++next;
    const bool goes_on = part_end > at && next < text.size() && text[next] == '.';
    parts = goes_on ? parts + 1 : 0;
    if (parts >= key_parts_max) {
      return Error{Errc::invalid_argument, fmt::format("{} line {}: a key has more than {} parts",
                                                       name, line, key_parts_max)};
    }
    next = std::max(goes_on ? next + 1 : next, at + 1);
    while (goes_on && next < text.size() && is_blank(text[next])) ++next;
    line +=
        std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                   text.begin() + static_cast<std::ptrdiff_t>(std::min(next, text.size())), '\n');
    at = next;
  }
  return ok();
}

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

Result<Json> convert(const toml::node& node, std::string_view name);

Result<Json> convert_table(const toml::table& table, std::string_view name) {
  Json::Object members;  // TOML has no key twice
  for (const auto& [key, child] : table)
    members.push_back({std::string(key.str()), TRY(convert(child, name))});
  return Json(std::move(members));
}

Result<Json> convert_array(const toml::array& array, std::string_view name) {
  Json items = Json::array();
  for (const toml::node& child : array) items.push(TRY(convert(child, name)));
  return items;
}

Result<Json> convert_number(double value, const toml::node& node, std::string_view name) {
  if (std::isfinite(value)) return Json(value);
  return Error{Errc::invalid_argument,
               fmt::format("{} line {}: inf and nan are not taken; write a finite number", name,
                           line_of(node))};
}

template <class Value>
std::string text_of(const Value& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

Result<Json> convert_any(const toml::node& node, std::string_view name) {
  if (const auto* table = node.as_table()) return convert_table(*table, name);
  if (const auto* array = node.as_array()) return convert_array(*array, name);
  if (const auto* text = node.as_string()) return Json(text->get());
  if (const auto* integer = node.as_integer()) return Json(integer->get());
  if (const auto* number = node.as_floating_point())
    return convert_number(number->get(), node, name);
  if (const auto* flag = node.as_boolean()) return Json(flag->get());
  if (const auto* date = node.as_date()) return Json(text_of(date->get()));
  if (const auto* time = node.as_time()) return Json(text_of(time->get()));
  return Json(text_of(node.as_date_time()->get()));
}

Result<Json> convert(const toml::node& node, std::string_view name) {
  Json value = TRY(convert_any(node, name));
  value.set_line(line_of(node));
  return value;
}

}  // namespace

Result<Json> parse_toml(std::string_view text, std::string_view name) {
  TRY(check_key_parts(text, name));
  try {
    return convert(toml::parse(text), name);
  } catch (const toml::parse_error& problem) {
    return Error{
        Errc::invalid_argument,
        fmt::format("{} line {}: {}", name, problem.source().begin.line, problem.description())};
  }
}

}  // namespace kensho
