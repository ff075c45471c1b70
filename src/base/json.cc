#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace kensho {
namespace {

std::string shortest_text(double value) {
  ENSURE(std::isfinite(value));
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

}  // namespace

Json::Json() : value_(nullptr) {}
Json::Json(std::nullptr_t) : value_(nullptr) {}
Json::Json(bool value) : value_(value) {}
Json::Json(int value) : value_(Number{std::to_string(value)}) {}
Json::Json(std::int64_t value) : value_(Number{std::to_string(value)}) {}
Json::Json(std::uint64_t value) : value_(Number{std::to_string(value)}) {}
Json::Json(double value) : value_(Number{shortest_text(value)}) {}
Json::Json(const char* text) : value_(std::string(text)) {}
Json::Json(std::string text) : value_(std::move(text)) {}
Json::Json(std::string_view text) : value_(std::string(text)) {}
Json::Json(Number number) : value_(std::move(number)) {}
Json::Json(Array array) : value_(std::move(array)) {}
Json::Json(Object object) : value_(std::move(object)) {}
Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(const Json&) = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

Json Json::object() {
  return Json(Object{});
}
Json Json::array() {
  return Json(Array{});
}

bool Json::is_null() const {
  return std::holds_alternative<std::nullptr_t>(value_);
}
bool Json::is_object() const {
  return if_object() != nullptr;
}
bool Json::is_array() const {
  return if_array() != nullptr;
}
bool Json::is_string() const {
  return if_string() != nullptr;
}
bool Json::is_number() const {
  return if_number() != nullptr;
}
bool Json::is_bool() const {
  return if_bool() != nullptr;
}

const bool* Json::if_bool() const {
  return std::get_if<bool>(&value_);
}
const Json::Number* Json::if_number() const {
  return std::get_if<Number>(&value_);
}
const std::string* Json::if_string() const {
  return std::get_if<std::string>(&value_);
}
const Json::Array* Json::if_array() const {
  return std::get_if<Array>(&value_);
}
const Json::Object* Json::if_object() const {
  return std::get_if<Object>(&value_);
}

const Json::Array& Json::items() const {
  static const Array none;
  const Array* array = if_array();
  return array ? *array : none;
}

const Json::Object& Json::members() const {
  static const Object none;
  const Object* object = if_object();
  return object ? *object : none;
}

const Json* Json::find(std::string_view key) const {
  const Object& all = members();
  const auto found = std::ranges::find(all, key, &Member::key);
  return found == all.end() ? nullptr : &found->value;
}

Json* Json::find(std::string_view key) {
  return const_cast<Json*>(static_cast<const Json&>(*this).find(key));
}

Json& Json::set(std::string_view key, Json value) {
  ENSURE(is_object() && find(key) == nullptr);
  std::get<Object>(value_).push_back({std::string(key), std::move(value)});
  return *this;
}

Json& Json::push(Json value) {
  ENSURE(is_array());
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}

bool Json::operator==(const Json& other) const {
  return value_ == other.value_;
}

}  // namespace kensho
