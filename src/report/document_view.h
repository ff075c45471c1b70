// Reading a result document while a page is written from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_read.h"

namespace kensho::report {

/// An object of a result document. The engine wrote it, so a member that is missing or of another
/// kind means damage: the first such problem is noted, the member reads as empty, and whoever made
/// the page asks once, at its end, whether there was one. Borrows the document and the note.
class DocumentView {
 public:
  DocumentView(const Json& value, std::string_view name, std::string& problem)
      : reader_(value, name), problem_(&problem) {}

  std::string text(std::string_view key) const { return take(reader_.text(key)); }
  std::string text_or(std::string_view key, std::string_view fallback) const {
    return take(reader_.text_or(key, fallback));
  }
  std::int64_t integer(std::string_view key) const { return take(reader_.integer(key)); }
  std::int64_t integer_or(std::string_view key, std::int64_t fallback) const {
    return take(reader_.integer_or(key, fallback));
  }
  double number(std::string_view key) const { return take(reader_.number(key)); }
  bool flag(std::string_view key) const { return take(reader_.flag(key)); }
  std::vector<std::string> texts(std::string_view key) const { return take(reader_.texts(key)); }
  /// A number that may be null.
  std::optional<double> optional_number(std::string_view key) const;
  DocumentView object(std::string_view key) const;
  std::vector<DocumentView> objects(std::string_view key) const;

  /// Notes a problem at this place.
  void fail(std::string_view message) const { note(reader_.fail(message).message); }
  /// The value, or an empty one with its error noted.
  template <class T>
  T take(Result<T> result) const {
    if (result) return std::move(result).value();
    note(result.error().message);
    return T{};
  }

 private:
  DocumentView(JsonReader reader, std::string& problem)
      : reader_(std::move(reader)), problem_(&problem) {}
  void note(const std::string& message) const {
    if (problem_->empty()) *problem_ = message;
  }

  JsonReader reader_;
  std::string* problem_;
};

}  // namespace kensho::report
