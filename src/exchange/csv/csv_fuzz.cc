// CSV: the same rows whatever the size of the buffer, and what was read can be written and read.
#include "base/testing/fuzz_target.h"
#include "base/utf8.h"
#include "exchange/csv/csv_reader_test_table.h"
#include "exchange/csv/csv_writer.h"

namespace kensho {
namespace {

bool same(const Table& a, const Table& b) {
  return a.columns == b.columns && a.rows == b.rows && a.lines == b.lines && a.errors == b.errors;
}

void add(CsvWriter& writer, const Cells& cells) {
  const std::vector<std::string_view> fields(cells.begin(), cells.end());
  writer.add(fields);
}

void check_delimiter(const std::string& text, Delimiter delimiter, TextEncoding encoding) {
  CsvReaderOptions options{
      .delimiter = delimiter, .max_field_bytes = 1024, .max_record_bytes = 2048, .max_columns = 64};
  const Table table = read_table(text, options, encoding);
  options.buffer_bytes = 64;
  ENSURE(same(read_table(text, options, encoding), table));
  for (const Cells& row : table.rows) {
    ENSURE(row.size() == table.columns.size());
    for (const std::string& cell : row) {
      ENSURE(!find_invalid_utf8(cell));
      for (const char c : cell) ENSURE(!is_control_character(c));
    }
  }
  if (table.columns.empty()) return;

  CsvWriter writer({.delimiter = delimiter});
  add(writer, table.columns);
  for (const Cells& row : table.rows) add(writer, row);
  const Table again = read_table(writer.take(), {.delimiter = delimiter});
  ENSURE(again.errors.empty());
  ENSURE(again.columns == table.columns && again.rows == table.rows);
}

/// The whole text, decoded in pieces of `piece_bytes`.
std::string decoded(const std::string& bytes, TextEncoding encoding, std::size_t piece_bytes) {
  auto source = TextDecoder::from_bytes(bytes, encoding);
  if (!source) return "error: " + source.error().message;
  std::string text;
  std::vector<char> piece(piece_bytes);
  while (true) {
    const auto count = source->read(piece);
    if (!count) return text + "error: " + count.error().message;
    if (*count == 0) return text;
    text.append(piece.data(), *count);
    ENSURE(!find_invalid_utf8({piece.data(), *count}));
  }
}

KENSHO_FUZZ(csv) {
  const std::string text(input);
  for (const TextEncoding encoding : {TextEncoding::utf8, TextEncoding::shift_jis}) {
    ENSURE(decoded(text, encoding, TextDecoder::min_read_bytes) == decoded(text, encoding, 4096));
    for (const Delimiter delimiter : {Delimiter::comma, Delimiter::semicolon, Delimiter::tab})
      check_delimiter(text, delimiter, encoding);
  }
}

}  // namespace
}  // namespace kensho
