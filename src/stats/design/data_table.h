// A table of named columns: what a formula is evaluated on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// One variable. A categorical column holds the index of each row's level; missing is NaN in both.
struct Column {
  std::string name;
  std::vector<double> values;
  std::vector<std::string> levels;  // empty: numeric; the first level is the reference

  bool categorical() const { return !levels.empty(); }
};

/// Columns of one length, found by name.
class DataTable {
 public:
  /// Errors  invalid_argument: no column, two of one name or none, lengths differ, a value that is
  ///         infinite, or above 1e75 or below 1e-75 in size, a level index that names no level.
  static Result<DataTable> make(std::vector<Column> columns);

  std::size_t rows() const { return columns_.front().values.size(); }
  const std::vector<Column>& columns() const { return columns_; }

  /// The column of that name, or nullptr.
  const Column* find(std::string_view name) const;
  /// Errors  not_found, naming the columns there are.
  Result<const Column*> column(std::string_view name) const;

  /// The rows of these indices, in this order. Levels stay, used or not.
  DataTable rows_at(const std::vector<std::size_t>& rows) const;

 private:
  explicit DataTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  std::vector<Column> columns_;
};

}  // namespace kensho::stats
