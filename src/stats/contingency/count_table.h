// A table of counts: the input of every test of association between two classifications.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// Counts of rows by columns with their margins.
class CountTable {
 public:
  /// From counts row after row.
  /// Errors  invalid_argument: fewer than 2 rows or columns, a negative count, a margin of zero,
  ///         a total above 2^31; the message begins with `what`.
  static Result<CountTable> make(std::size_t rows, std::size_t columns,
                                 std::vector<std::int64_t> counts, const char* what);

  std::size_t rows() const { return row_totals_.size(); }
  std::size_t columns() const { return column_totals_.size(); }
  std::int64_t operator()(std::size_t row, std::size_t column) const {
    return counts_[row * columns() + column];
  }
  const std::vector<std::int64_t>& row_totals() const { return row_totals_; }
  const std::vector<std::int64_t>& column_totals() const { return column_totals_; }
  std::int64_t total() const { return total_; }

  /// The count expected if rows and columns are independent.
  double expected(std::size_t row, std::size_t column) const {
    return static_cast<double>(row_totals_[row]) * static_cast<double>(column_totals_[column]) /
           static_cast<double>(total_);
  }

 private:
  CountTable() = default;
  std::vector<std::int64_t> counts_;
  std::vector<std::int64_t> row_totals_;
  std::vector<std::int64_t> column_totals_;
  std::int64_t total_ = 0;
};

}  // namespace kensho::stats
