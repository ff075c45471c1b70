// The one JSON value of the code base: ordered objects, numbers kept as they were written
// (1.50 stays 1.50), strict UTF-8, bounded depth, duplicate keys refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace kensho {

/// A JSON value. Copyable, comparable. `line()` is where it stood in its source, 0 if made in code.
class Json {
 public:
  struct Number {
    std::string text;
    bool operator==(const Number&) const = default;
  };
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  Json();
  Json(std::nullptr_t);
  Json(bool value);
  Json(int value);
  Json(std::int64_t value);
  Json(std::uint64_t value);
  Json(double value);  // shortest text that reads back as the same double; must be finite
  Json(const char* text);
  Json(std::string text);
  Json(std::string_view text);
  Json(Number number);
  Json(Array array);
  Json(Object object);
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();

  static Json object();
  static Json array();

  bool is_null() const;
  bool is_object() const;
  bool is_array() const;
  bool is_string() const;
  bool is_number() const;
  bool is_bool() const;

  // Views of the content; nullptr where the value is of another kind.
  const bool* if_bool() const;
  const Number* if_number() const;
  const std::string* if_string() const;
  const Array* if_array() const;
  const Object* if_object() const;

  /// The elements of an array, the members of an object; empty for any other kind.
  const Array& items() const;
  const Object& members() const;

  /// The member of that name, or nullptr (also where this is no object).
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);

  /// Adds a member (an object only; the key must be new) or an element (an array only).
  Json& set(std::string_view key, Json value);
  Json& push(Json value);

  int line() const { return line_; }
  void set_line(int line) { line_ = line; }

  /// Equal content in equal order; lines do not count.
  bool operator==(const Json& other) const;

 private:
  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> value_;
  int line_ = 0;
};

struct Json::Member {
  std::string key;
  Json value;
  bool operator==(const Member&) const = default;
};

struct JsonLimits {
  std::size_t bytes_max = 64u << 20;
  int depth_max = 100;
};

/// Parses one JSON document (RFC 8259). Errors: invalid_argument with line and column for anything
/// else: trailing text, duplicate key, bad UTF-8, lone surrogate, depth or size over the limit.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

/// Compact text in member order, numbers as written. Reads back as an equal value.
std::string to_json_text(const Json& value);

/// Indented text for people and files that are compared line by line; ends with a newline.
std::string to_json_pretty(const Json& value);

/// `text` as a JSON string literal, quotes included.
std::string json_quoted(std::string_view text);

}  // namespace kensho
