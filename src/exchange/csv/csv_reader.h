// CSV in: one record at a time, with the line it starts on and an error a clinic can act on.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exchange/csv/text_decoder.h"

namespace kensho {

/// What separates the fields of a record.
enum class Delimiter : char { comma = ',', semicolon = ';', tab = '\t' };

/// What to do with control characters (base/utf8.h) in a field: refuse the record, or keep them, as
/// when reading back free text that is known to hold them.
enum class ControlCharacters : unsigned char { refuse, keep };

/// How to read, and the limits that keep memory flat.
struct CsvReaderOptions {
  Delimiter delimiter = Delimiter::comma;
  ControlCharacters control_characters = ControlCharacters::refuse;
  std::size_t max_field_bytes = std::size_t{1} << 20U;
  std::size_t max_record_bytes = std::size_t{4} << 20U;
  std::size_t max_columns = 16384;                   ///< what spreadsheets can hold
  std::size_t buffer_bytes = std::size_t{1} << 16U;  ///< at the start; grows to hold one record
};

/// One record after the header row.
struct CsvRecord {
  std::span<const std::string_view> fields;  ///< one for each column; valid until the next call
  std::size_t line;  ///< where the record starts; the file's first line is 1
};

/// Streaming reader of CSV with a header row.
///
/// Reads RFC 4180 with these decisions. Lines end with LF or CRLF, mixed or not; the last line end
/// may be missing. A line with nothing on it is skipped (an empty field alone on its line is
/// written
/// ""). A quote that does not open a field is an ordinary character (37'36.8"N). Spaces belong to
/// the field. The file's own text never appears in a message, but the names of columns do.
/// Cost    O(bytes); memory: one buffer, at most twice `max_record_bytes`, whatever the file's
/// size. Source  RFC 4180, section 2. Checked against csv-spectrum (tests/reference/csv) and a
/// naive reader on random text.
class CsvReader {
 public:
  /// Reads the header row.
  /// Errors  invalid_argument: no header row, a column without a name, two columns of one name,
  /// more
  ///         than `max_columns`, or whatever `next` refuses; any error of the decoder.
  static Result<CsvReader> open(TextDecoder source, CsvReaderOptions options = {});

  /// Names of the columns, in the file's order. Cost O(1).
  std::span<const std::string> columns() const;

  /// The next record; nothing at the end.
  ///
  /// An error speaks of one record, and the next call goes on behind it, so calling until the end
  /// lists every bad row. After an error behind which nothing can be trusted (marked *) the next
  /// call says the end.
  /// Errors  invalid_argument, each with its line: another number of fields than the header; a
  ///         control character; text after a closing quote; a carriage return alone; a quote never
  ///         closed*; a field or record over its limit*. Errors of the decoder*.
  Result<std::optional<CsvRecord>> next();

  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;
  ~CsvReader();

 private:
  class Impl;
  explicit CsvReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kensho
