// Finding the fields of one CSV record in memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "exchange/csv/csv_reader.h"

namespace kensho {

/// What can be wrong inside one record.
enum class CsvFault : unsigned char {
  control_character,
  lone_carriage_return,
  text_after_quote,
  unclosed_quote,
  field_too_long,
};

/// A fault and its place.
struct CsvProblem {
  CsvFault fault;
  std::size_t line_ends_before;  ///< within the record
  std::size_t column;            ///< from 0
};

/// How a scan ended: a whole record; or the text ran out first and more must be read.
enum class CsvScanEnd : unsigned char { record, incomplete };

/// Scans one record at a time and keeps its fields until the next scan.
class CsvScanner {
 public:
  explicit CsvScanner(const CsvReaderOptions& options);

  /// Scans the record that starts at `begin`; a NUL stands at `end`; `last` says that no text
  /// follows. Doubled quotes are undone in place once the record is whole. Cost    O(record); a
  /// record scanned `incomplete` is scanned again from its start.
  CsvScanEnd scan(char* begin, char* end, bool last);

  /// Fields of the record, at most `max_columns` of them; views into the text.
  std::span<const std::string_view> fields() const;
  /// How many fields the record has, also beyond `max_columns`.
  std::size_t field_count() const { return count_; }
  /// True for a line with nothing on it.
  bool blank() const { return blank_; }
  /// Line ends from the record's start up to and with its own.
  std::size_t line_ends() const { return line_ends_; }
  /// The first thing wrong with the record.
  const std::optional<CsvProblem>& problem() const { return problem_; }
  /// First byte behind the record and its line end.
  char* next() const { return cursor_; }

 private:
  enum class FieldEnd : unsigned char { delimiter, line_end, text_end, incomplete };

  FieldEnd scan_field();
  FieldEnd scan_plain(char* start);
  FieldEnd scan_quoted(char* start);
  FieldEnd after_quote(char* close);
  FieldEnd end_field(const char* start, char* finish, char* next, FieldEnd how);
  void note(CsvFault fault);
  void note_unclosed(std::size_t line_ends_before);
  void check_lengths();
  void undo_doubled_quotes(char* begin);

  char delimiter_;
  std::size_t max_field_bytes_;
  std::size_t max_columns_;
  std::array<bool, 256> plain_stops_{};   // bytes that may end or spoil a field without quotes
  std::array<bool, 256> quoted_stops_{};  // the same within quotes

  char* field_start_ = nullptr;
  char* cursor_ = nullptr;
  char* end_ = nullptr;
  bool note_controls_ = true;
  bool last_ = false;
  bool blank_ = false;
  std::size_t count_ = 0;
  std::size_t line_ends_ = 0;
  std::optional<CsvProblem> problem_;
  std::vector<std::string_view> fields_;
  std::vector<std::size_t> doubled_;  // fields that hold doubled quotes
};

}  // namespace kensho
