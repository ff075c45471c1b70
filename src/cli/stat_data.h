// A CSV file as the table of columns a statistical method runs on.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "exchange/csv/text_decoder.h"
#include "stats/design/data_table.h"

namespace kensho::cli {

/// A column of 0 and 1 made of another: 1 where that one has one of the values.
struct Indicator {
  std::string name;
  std::string column;
  std::vector<std::string> values;
};

/// What to read, and how. Values are compared as numbers where they are numbers, else as text.
struct TableRequest {
  std::string path;
  TextEncoding encoding = TextEncoding::utf8;
  std::set<std::string> factors;  // categorical although they hold numbers
  std::map<std::string, std::vector<std::string>>
      levels;  // of categorical columns, reference first
  std::map<std::string, std::vector<std::string>> filters;  // kept: rows with one of the values, of
                                                            // every column named here
  std::vector<Indicator> indicators;
};

/// The first cell of a column that is no number, and how many there are.
struct WordCells {
  std::size_t line;
  std::string first;
  std::size_t words;
  std::size_t numbers;
};

/// The table and what its reader noticed.
struct TableRead {
  stats::DataTable table;
  std::size_t rows_in_file;
  std::map<std::string, WordCells> words;  // of columns with a cell that is no number
};

/// Reads the whole file, a record at a time. A cell that is empty, NA or a point alone is missing.
/// A column whose other cells are all numbers is numeric; any other is categorical, its levels in
/// ascending order, numbers before words.
/// Errors  those of the file, its encoding and its records; not_found: a request names a column the
///         file lacks; invalid_argument: a cell that is none of the levels asked for, a value asked
///         for that no row has, no row. The message names file, line, column, value and fix.
/// Cost    O(cells); 8 bytes for each cell, 12 where the column holds words.
Result<TableRead> read_table(const TableRequest& request);

}  // namespace kensho::cli
