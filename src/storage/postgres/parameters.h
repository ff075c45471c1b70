// The values of a statement, and the rows of a bulk copy, in PostgreSQL's text form.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace kensho::postgres {

/// The values of $1, $2, ... in order.
class Parameters {
 public:
  Parameters& add(std::int64_t value);
  Parameters& add(std::uint64_t value);
  Parameters& add(std::string_view text);
  Parameters& add_bytes(ByteView bytes);
  /// An array: the statement casts it to its type.
  Parameters& add_list(std::span<const std::string> values);

  const std::vector<std::string>& values() const { return values_; }

 private:
  std::vector<std::string> values_;
};

/// Rows for COPY ... FROM STDIN, each closed by end_row().
class CopyText {
 public:
  CopyText& add(std::int64_t value);
  CopyText& add(std::string_view text);
  CopyText& add_bytes(ByteView bytes);
  CopyText& add_null();
  void end_row();

  const std::string& text() const { return text_; }
  void clear() { text_.clear(); }

 private:
  void separate();

  std::string text_;
  bool in_row_ = false;
};

}  // namespace kensho::postgres
