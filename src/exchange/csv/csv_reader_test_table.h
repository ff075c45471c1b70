// For tests: a whole CSV text read into memory.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exchange/csv/csv_reader.h"

namespace kensho {

using Cells = std::vector<std::string>;

/// What a CsvReader made of a text.
struct Table {
  Cells columns;
  std::vector<Cells> rows;
  std::vector<std::size_t> lines;   ///< where each row starts
  std::vector<std::string> errors;  ///< of rows; if there are no columns, the one error of opening
};

/// Reads to the end, past every error.
inline Table read_table(std::string text, const CsvReaderOptions& options = {},
                        TextEncoding encoding = TextEncoding::utf8) {
  Table table;
  auto source = TextDecoder::from_bytes(std::move(text), encoding);
  if (!source) return {.columns = {}, .rows = {}, .lines = {}, .errors = {source.error().message}};
  auto reader = CsvReader::open(std::move(source).value(), options);
  if (!reader) return {.columns = {}, .rows = {}, .lines = {}, .errors = {reader.error().message}};
  table.columns.assign(reader->columns().begin(), reader->columns().end());
  while (true) {
    const auto record = reader->next();
    if (!record) {
      table.errors.push_back(record.error().message);
    } else if (*record) {
      table.rows.emplace_back((*record)->fields.begin(), (*record)->fields.end());
      table.lines.push_back((*record)->line);
    } else {
      return table;
    }
  }
}

}  // namespace kensho
