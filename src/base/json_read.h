// Reading a Json value that people or files made: each function names the field and the line.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"

namespace kensho {

/// A Json object on the way to becoming a typed thing, with the words for its error messages.
/// Borrows the value, which must outlive it.
class JsonReader {
 public:
  /// `name` is what messages call the whole: a file name, "entry 12".
  JsonReader(const Json& value, std::string_view name) : value_(&value), name_(name) {}

  const Json& value() const { return *value_; }

  // A member that must be there. Errors: invalid_argument naming file, line, field and rule.
  Result<std::string> text(std::string_view key) const;
  Result<std::int64_t> integer(std::string_view key) const;
  /// The same within bounds, which belong to the rule and to the message.
  Result<std::int64_t> integer_in(std::string_view key, std::int64_t min, std::int64_t max) const;
  Result<double> number(std::string_view key) const;
  Result<bool> flag(std::string_view key) const;
  Result<JsonReader> object(std::string_view key) const;

  // A member that may be missing; the fallback then. A wrong kind is still an error.
  Result<std::string> text_or(std::string_view key, std::string_view fallback) const;
  Result<std::int64_t> integer_or(std::string_view key, std::int64_t fallback) const;
  Result<double> number_or(std::string_view key, double fallback) const;
  Result<bool> flag_or(std::string_view key, bool fallback) const;

  /// A list of texts; empty where the member is missing.
  Result<std::vector<std::string>> texts(std::string_view key) const;
  /// A list of numbers; empty where the member is missing.
  Result<std::vector<double>> numbers(std::string_view key) const;
  /// A list of objects; empty where the member is missing.
  Result<std::vector<JsonReader>> objects(std::string_view key) const;

  bool has(std::string_view key) const { return value_->find(key) != nullptr; }

  /// Refuses a member that is none of `known`: a misspelt key must not pass as a default.
  /// `more` adds keys that several tables share.
  Status only(std::initializer_list<std::string_view> known,
              std::span<const std::string_view> more = {}) const;

  /// An invalid_argument error at this place.
  Error fail(std::string_view message) const;
  /// The same at one member of this object.
  Error fail_at(std::string_view key, std::string_view message) const;

 private:
  Result<const Json*> member(std::string_view key) const;

  const Json* value_;
  std::string name_;
};

}  // namespace kensho
