// A dense matrix of doubles: what a design, a covariance or a table of residuals is passed as.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"

namespace kensho::stats {

/// Rows by columns of doubles, stored column after column. A value: copied, compared, owned.
class Matrix {
 public:
  Matrix() = default;
  /// All zeros.
  Matrix(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), values_(rows * columns) {}
  /// From values stored column after column; rows * columns of them.
  Matrix(std::size_t rows, std::size_t columns, std::vector<double> values)
      : rows_(rows), columns_(columns), values_(std::move(values)) {
    ENSURE(values_.size() == rows * columns);
  }

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }

  double operator()(std::size_t row, std::size_t column) const {
    return values_[column * rows_ + row];
  }
  double& operator()(std::size_t row, std::size_t column) { return values_[column * rows_ + row]; }

  std::span<const double> column(std::size_t index) const {
    return std::span(values_).subspan(index * rows_, rows_);
  }
  std::span<double> column(std::size_t index) {
    return std::span(values_).subspan(index * rows_, rows_);
  }

  /// All values, column after column.
  std::span<const double> values() const { return values_; }
  std::span<double> values() { return values_; }

  bool operator==(const Matrix&) const = default;

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<double> values_;
};

}  // namespace kensho::stats
