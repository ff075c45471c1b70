#include "base/json_read.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kensho {
namespace {

template <class Number>
std::optional<Number> parsed(const Json& value) {
  const Json::Number* number = value.if_number();
  if (!number) return std::nullopt;
  Number out{};
  const char* end = number->text.data() + number->text.size();
  const auto [stop, problem] = std::from_chars(number->text.data(), end, out);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return out;
}

}  // namespace

Error JsonReader::fail(std::string_view message) const {
  if (value_->line() == 0) return {Errc::invalid_argument, fmt::format("{}: {}", name_, message)};
  return {Errc::invalid_argument, fmt::format("{} line {}: {}", name_, value_->line(), message)};
}

Error JsonReader::fail_at(std::string_view key, std::string_view message) const {
  const Json* child = value_->find(key);
  const JsonReader place(child ? *child : *value_, name_);
  return place.fail(fmt::format("'{}' {}", key, message));
}

Result<const Json*> JsonReader::member(std::string_view key) const {
  const Json* child = value_->find(key);
  if (!child) return fail(fmt::format("'{}' is missing", key));
  return child;
}

Result<std::string> JsonReader::text(std::string_view key) const {
  const Json* child = TRY(member(key));
  const std::string* text = child->if_string();
  if (!text) return fail_at(key, "must be a text in quotes");
  return *text;
}

Result<std::int64_t> JsonReader::integer(std::string_view key) const {
  const auto value = parsed<std::int64_t>(*TRY(member(key)));
  if (!value) return fail_at(key, "must be a whole number");
  return *value;
}

Result<std::int64_t> JsonReader::integer_in(std::string_view key, std::int64_t min,
                                            std::int64_t max) const {
  const std::int64_t value = TRY(integer(key));
  if (value >= min && value <= max) return value;
  return fail_at(key, fmt::format("must be from {} to {}", min, max));
}

Result<double> JsonReader::number(std::string_view key) const {
  const auto value = parsed<double>(*TRY(member(key)));
  if (!value) return fail_at(key, "must be a number");
  return *value;
}

Result<bool> JsonReader::flag(std::string_view key) const {
  const Json* child = TRY(member(key));
  if (!child->if_bool()) return fail_at(key, "must be true or false");
  return *child->if_bool();
}

Result<JsonReader> JsonReader::object(std::string_view key) const {
  const Json* child = TRY(member(key));
  if (!child->is_object()) return fail_at(key, "must be a table");
  return JsonReader(*child, name_);
}

Result<std::string> JsonReader::text_or(std::string_view key, std::string_view fallback) const {
  if (!has(key)) return std::string(fallback);
  return text(key);
}

Result<std::int64_t> JsonReader::integer_or(std::string_view key, std::int64_t fallback) const {
  if (!has(key)) return fallback;
  return integer(key);
}

Result<double> JsonReader::number_or(std::string_view key, double fallback) const {
  if (!has(key)) return fallback;
  return number(key);
}

Result<bool> JsonReader::flag_or(std::string_view key, bool fallback) const {
  if (!has(key)) return fallback;
  return flag(key);
}

Result<std::vector<std::string>> JsonReader::texts(std::string_view key) const {
  std::vector<std::string> out;
  const Json* child = value_->find(key);
  if (!child) return out;
  if (!child->is_array()) return fail_at(key, "must be a list of texts");
  for (const Json& item : child->items()) {
    if (!item.if_string()) return fail_at(key, "must be a list of texts");
    out.push_back(*item.if_string());
  }
  return out;
}

Result<std::vector<double>> JsonReader::numbers(std::string_view key) const {
  std::vector<double> out;
  const Json* child = value_->find(key);
  if (!child) return out;
  if (!child->is_array()) return fail_at(key, "must be a list of numbers");
  for (const Json& item : child->items()) {
    const auto value = parsed<double>(item);
    if (!value) return fail_at(key, "must be a list of numbers");
    out.push_back(*value);
  }
  return out;
}

Result<std::vector<JsonReader>> JsonReader::objects(std::string_view key) const {
  std::vector<JsonReader> out;
  const Json* child = value_->find(key);
  if (!child) return out;
  if (!child->is_array()) return fail_at(key, "must be a list of tables");
  for (const Json& item : child->items()) {
    if (!item.is_object()) return fail_at(key, "must be a list of tables");
    out.emplace_back(item, name_);
  }
  return out;
}

Status JsonReader::only(std::initializer_list<std::string_view> known,
                        std::span<const std::string_view> more) const {
  for (const Json::Member& member : value_->members()) {
    if (std::ranges::find(known, member.key) != known.end()) continue;
    if (std::ranges::find(more, member.key) != more.end()) continue;
    return fail_at(
        member.key,
        fmt::format("is not known here; known: {}{}{}", fmt::join(known, ", "),
                    more.empty() || known.size() == 0 ? "" : ", ", fmt::join(more, ", ")));
  }
  return ok();
}

}  // namespace kensho
