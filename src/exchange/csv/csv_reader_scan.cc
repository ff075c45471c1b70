#include "exchange/csv/csv_reader_scan.h"

#include <algorithm>

#include "base/utf8.h"

namespace kensho {
namespace {

std::size_t index_of(char byte) {
  return static_cast<unsigned char>(byte);
}

std::size_t distance(const char* from, const char* to) {
  return static_cast<std::size_t>(to - from);
}

}  // namespace

CsvScanner::CsvScanner(const CsvReaderOptions& options)
    : delimiter_(static_cast<char>(options.delimiter)),
      max_field_bytes_(options.max_field_bytes),
      max_columns_(options.max_columns) {
  const bool refuse = options.control_characters == ControlCharacters::refuse;
  for (int value = 0; value < 256; ++value) {
    const char byte = static_cast<char>(value);
    // A NUL stops in any case: it may be the one behind the end of the text.
    const bool stops = byte == '\0' || (refuse && is_control_character(byte));
    plain_stops_[index_of(byte)] = stops || byte == delimiter_ || byte == '\n' || byte == '\r';
    quoted_stops_[index_of(byte)] = stops || byte == '"' || byte == '\n';
  }
  note_controls_ = refuse;
}

CsvScanEnd CsvScanner::scan(char* begin, char* end, bool last) {
  cursor_ = begin;
  end_ = end;
  last_ = last;
  count_ = 0;
  line_ends_ = 0;
  problem_.reset();
  doubled_.clear();
  FieldEnd field_end = FieldEnd::delimiter;
  while (field_end == FieldEnd::delimiter) field_end = scan_field();

  if (distance(begin, cursor_) > max_field_bytes_ || field_end == FieldEnd::incomplete)
    check_lengths();
  if (field_end == FieldEnd::incomplete) return CsvScanEnd::incomplete;
  blank_ = count_ == 1 && field_start_ == begin && (*begin == '\n' || *begin == '\r') &&
           fields_[0].empty();
  if (!problem_) undo_doubled_quotes(begin);
  return CsvScanEnd::record;
}

std::span<const std::string_view> CsvScanner::fields() const {
  return std::span(fields_).first(std::min(count_, fields_.size()));
}

CsvScanner::FieldEnd CsvScanner::scan_field() {
  field_start_ = cursor_;
  return *cursor_ == '"' ? scan_quoted(cursor_ + 1) : scan_plain(cursor_);
}

CsvScanner::FieldEnd CsvScanner::scan_plain(char* start) {
  char* place = start;
  while (true) {
    while (!plain_stops_[index_of(*place)]) ++place;
    const char stop = *place;
    if (stop == delimiter_) return end_field(start, place, place + 1, FieldEnd::delimiter);
    if (stop == '\n') return end_field(start, place, place + 1, FieldEnd::line_end);
    if (place == end_) {
      if (last_) return end_field(start, place, place, FieldEnd::text_end);
      return FieldEnd::incomplete;
    }
    if (stop == '\r') {
      if (place + 1 == end_ && !last_) return FieldEnd::incomplete;
      if (place[1] == '\n') return end_field(start, place, place + 2, FieldEnd::line_end);
      note(CsvFault::lone_carriage_return);
    } else if (note_controls_) {
      note(CsvFault::control_character);
    }
    ++place;
  }
}

CsvScanner::FieldEnd CsvScanner::scan_quoted(char* start) {
  const std::size_t opened_on = line_ends_;
  char* place = start;
  while (true) {
    while (!quoted_stops_[index_of(*place)]) ++place;
    if (place == end_) {
      if (!last_) return FieldEnd::incomplete;
      note_unclosed(opened_on);
      return end_field(start, place, place, FieldEnd::text_end);
    }
    if (*place == '"') {
      if (place + 1 == end_ && !last_) return FieldEnd::incomplete;
      if (place[1] != '"') return after_quote(place);
      if (doubled_.empty() || doubled_.back() != count_) doubled_.push_back(count_);
      ++place;
    } else if (*place == '\n') {
      ++line_ends_;
    } else if (note_controls_) {
      note(CsvFault::control_character);
    }
    ++place;
  }
}

CsvScanner::FieldEnd CsvScanner::after_quote(char* close) {
  const char* const start = field_start_ + 1;
  char* const next = close + 1;
  if (next == end_) return end_field(start, close, next, FieldEnd::text_end);
  if (*next == delimiter_) return end_field(start, close, next + 1, FieldEnd::delimiter);
  if (*next == '\n') return end_field(start, close, next + 1, FieldEnd::line_end);
  if (*next == '\r') {
    if (next + 1 == end_ && !last_) return FieldEnd::incomplete;
    if (next[1] == '\n') return end_field(start, close, next + 2, FieldEnd::line_end);
  } else {
    note(CsvFault::text_after_quote);
  }
  return scan_plain(next);  // finds where the spoilt field ends
}

CsvScanner::FieldEnd CsvScanner::end_field(const char* start, char* finish, char* next,
                                           FieldEnd how) {
  if (count_ == fields_.size() && count_ < max_columns_) fields_.emplace_back();
  if (count_ < fields_.size()) fields_[count_] = std::string_view(start, distance(start, finish));
  ++count_;
  if (how == FieldEnd::line_end) ++line_ends_;
  cursor_ = next;
  return how;
}

void CsvScanner::note(CsvFault fault) {
  if (!problem_) problem_ = {fault, line_ends_, count_};
}

void CsvScanner::note_unclosed(std::size_t line_ends_before) {
  problem_ = {CsvFault::unclosed_quote, line_ends_before, count_};
}

// A field over the limit outranks other faults, so that the answer does not depend on how much of
// the record was in memory.
void CsvScanner::check_lengths() {
  const auto too_long = [this](std::string_view field) { return field.size() > max_field_bytes_; };
  const auto kept = fields();
  const auto found = std::find_if(kept.begin(), kept.end(), too_long);
  if (found != kept.end()) {
    problem_ = {CsvFault::field_too_long, 0, static_cast<std::size_t>(found - kept.begin())};
  } else if (cursor_ == field_start_ && distance(field_start_, end_) > max_field_bytes_) {
    problem_ = {CsvFault::field_too_long, 0, count_};
  }
}

void CsvScanner::undo_doubled_quotes(char* begin) {
  for (const std::size_t column : doubled_) {
    if (column >= fields_.size()) break;
    std::string_view& field = fields_[column];
    char* const first = begin + (field.data() - begin);
    char* write = first;
    for (const char* read = first; read < field.data() + field.size(); ++read) {
      *write++ = *read;
      if (*read == '"') ++read;  // its twin
    }
    field = std::string_view(first, distance(first, write));
  }
}

}  // namespace kensho
