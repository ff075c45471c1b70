#include "storage/postgres/parameters.h"

#include <fmt/format.h>

#include "base/encoding.h"

namespace kensho::postgres {
namespace {

std::string bytea(ByteView bytes) {
  return "\\x" + hex_encode(bytes);
}

/// One element of an array, quoted whatever it holds: NULL, commas and braces then mean themselves.
void append_element(std::string& array, std::string_view value) {
  array += '"';
  for (const char letter : value) {
    if (letter == '"' || letter == '\\') array += '\\';
    array += letter;
  }
  array += '"';
}

void append_copied(std::string& row, std::string_view text) {
  for (const char letter : text) {
    switch (letter) {
      case '\\':
        row += "\\\\";
        break;
      case '\n':
        row += "\\n";
        break;
      case '\r':
        row += "\\r";
        break;
      case '\t':
        row += "\\t";
        break;
      default:
        row += letter;
    }
  }
}

}  // namespace

Parameters& Parameters::add(std::int64_t value) {
  values_.push_back(fmt::to_string(value));
  return *this;
}

Parameters& Parameters::add(std::uint64_t value) {
  values_.push_back(fmt::to_string(value));
  return *this;
}

Parameters& Parameters::add(std::string_view text) {
  values_.emplace_back(text);
  return *this;
}

Parameters& Parameters::add_bytes(ByteView bytes) {
  values_.push_back(bytea(bytes));
  return *this;
}

Parameters& Parameters::add_list(std::span<const std::string> values) {
  std::string array = "{";
  for (const std::string& value : values) {
    if (array.size() > 1) array += ',';
    append_element(array, value);
  }
  array += '}';
  values_.push_back(std::move(array));
  return *this;
}

CopyText& CopyText::add(std::int64_t value) {
  separate();
  text_ += fmt::to_string(value);
  return *this;
}

CopyText& CopyText::add(std::string_view text) {
  separate();
  append_copied(text_, text);
  return *this;
}

CopyText& CopyText::add_bytes(ByteView bytes) {
  separate();
  append_copied(text_, bytea(bytes));
  return *this;
}

CopyText& CopyText::add_null() {
  separate();
  text_ += "\\N";
  return *this;
}

void CopyText::end_row() {
  text_ += '\n';
  in_row_ = false;
}

void CopyText::separate() {
  if (in_row_) text_ += '\t';
  in_row_ = true;
}

}  // namespace kensho::postgres
