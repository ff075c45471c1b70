// CSV out: what CsvReader reads back unchanged.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "exchange/csv/csv_reader.h"

namespace kensho {

/// Whether the file starts with the UTF-8 byte-order mark: spreadsheets on Windows need it to see
/// UTF-8; most programs do not.
enum class ByteOrderMark : unsigned char { omit, write };

/// Whether cells that a spreadsheet would run as a formula are made harmless.
///
/// `apostrophe` puts an apostrophe before a field that starts with = + - @, a tab, a line end, or
/// the full-width form of those four signs. That changes the data, negative numbers too, and
/// reading the file back does not undo it: use it for files made for people to open in a
/// spreadsheet, never for data that programs read. Source  OWASP, "CSV Injection".
enum class FormulaGuard : unsigned char { off, apostrophe };

/// How to write.
struct CsvWriterOptions {
  Delimiter delimiter = Delimiter::comma;
  ByteOrderMark byte_order_mark = ByteOrderMark::omit;
  FormulaGuard formula_guard = FormulaGuard::off;
};

/// Writer of RFC 4180 CSV: CRLF line ends, quotes only where they are needed. It writes no file: it
/// gathers text, which its owner takes and sends where it belongs.
class CsvWriter {
 public:
  explicit CsvWriter(CsvWriterOptions options = {});

  /// Adds a record; the first is the header. Every record has as many fields as the first, at least
  /// one. Fields are UTF-8; they may hold any character. Cost O(bytes).
  void add(std::span<const std::string_view> fields);

  /// How many bytes are gathered and not yet taken.
  std::size_t size() const { return text_.size(); }

  /// Hands over the text gathered since the last call.
  std::string take();

 private:
  void add_field(std::string_view field);
  bool needs_quotes(std::string_view field) const;

  CsvWriterOptions options_;
  std::string special_;  // characters that need quotes
  std::size_t columns_ = 0;
  std::string text_;
};

}  // namespace kensho
