#include "exchange/csv/csv_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace kensho {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

// The last four are U+FF1D, U+FF0B, U+FF0D and U+FF20, which some spreadsheets read as = + - @.
constexpr std::array<std::string_view, 11> formula_starts = {
    "=",           "+", "-", "@", "\t", "\r", "\n", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
    "\xEF\xBC\xA0"};

bool starts_formula(std::string_view field) {
  return std::any_of(formula_starts.begin(), formula_starts.end(),
                     [field](std::string_view start) { return field.starts_with(start); });
}

}  // namespace

CsvWriter::CsvWriter(CsvWriterOptions options)
    : options_(options), special_({static_cast<char>(options.delimiter), '"', '\r', '\n'}) {
  if (options_.byte_order_mark == ByteOrderMark::write) text_ = utf8_mark;
}

void CsvWriter::add(std::span<const std::string_view> fields) {
  if (columns_ == 0) columns_ = fields.size();
  ENSURE(!fields.empty() && fields.size() == columns_);
  for (std::size_t column = 0; column < fields.size(); ++column) {
    if (column > 0) text_ += static_cast<char>(options_.delimiter);
    add_field(fields[column]);
  }
  text_ += "\r\n";
}

std::string CsvWriter::take() {
  return std::exchange(text_, {});
}

void CsvWriter::add_field(std::string_view field) {
  const bool guarded = options_.formula_guard == FormulaGuard::apostrophe && starts_formula(field);
  const bool quoted = needs_quotes(field);
  if (quoted) text_ += '"';
  if (guarded) text_ += '\'';
  for (const char byte : field) {
    if (byte == '"') text_ += '"';
    text_ += byte;
  }
  if (quoted) text_ += '"';
}

// Besides the obvious: an empty field alone would be a blank line, and a field at the start of the
// file that starts with the byte-order mark's character would lose it.
bool CsvWriter::needs_quotes(std::string_view field) const {
  if (field.empty()) return columns_ == 1;
  return field.find_first_of(special_) != std::string_view::npos || field.starts_with(utf8_mark);
}

}  // namespace kensho
