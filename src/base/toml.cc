#include "base/toml.h"

#include <cmath>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace kensho {
namespace {

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

Result<Json> convert(const toml::node& node, std::string_view name);

Result<Json> convert_table(const toml::table& table, std::string_view name) {
  Json object = Json::object();
  for (const auto& [key, child] : table) object.set(key.str(), TRY(convert(child, name)));
  return object;
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
  try {
    return convert(toml::parse(text), name);
  } catch (const toml::parse_error& problem) {
    return Error{
        Errc::invalid_argument,
        fmt::format("{} line {}: {}", name, problem.source().begin.line, problem.description())};
  }
}

}  // namespace kensho
