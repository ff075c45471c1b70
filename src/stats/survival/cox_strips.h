// A design stored in strips of rows, so that the inner loops of the Cox model run along short
// columns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/large_array.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// Rows of a strip: ten columns of one and their weighted copy fit the first cache.
inline constexpr std::size_t strip_rows = 128;

/// A value for each row of a strip.
using StripValues = std::array<double, strip_rows>;

/// A run of rows inside one strip, counted from its first row.
struct StripRange {
  std::size_t begin;
  std::size_t end;
};

/// Rows by columns of doubles, strip after strip, each strip column after column; the last strip is
/// filled up with zeros.
class StripedMatrix {
 public:
  StripedMatrix() = default;
  /// Values undefined until set, those that fill up the last strip too.
  StripedMatrix(std::size_t rows, std::size_t columns);

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  std::size_t strips() const { return (rows_ + strip_rows - 1) / strip_rows; }

  /// columns() * strip_rows doubles.
  const double* strip(std::size_t index) const {
    return values_.data() + index * columns_ * strip_rows;
  }
  double* strip(std::size_t index) { return values_.data() + index * columns_ * strip_rows; }
  double& operator()(std::size_t row, std::size_t column) { return values_[place(row, column)]; }
  double operator()(std::size_t row, std::size_t column) const {
    return values_[place(row, column)];
  }

 private:
  std::size_t place(std::size_t row, std::size_t column) const {
    return (row / strip_rows * columns_ + column) * strip_rows + row % strip_rows;
  }
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  LargeArray<double> values_;
};

/// out[i] += sum_a x[i, a] b[a] for the rows of a strip.
void add_strip_product(const double* strip, std::span<const double> b, double* out);

/// sum[a] += sum_i weight[i] x[i, a] over the rows of the range.
void add_strip_sums(const double* strip, const StripRange& range, const double* weight,
                    std::span<double> sum);

/// Adds X' diag(weight) X of strips in lower triangles, then gives the whole.
class StripGram {
 public:
  explicit StripGram(std::size_t columns);
  /// strip_rows weights.
  void add(const double* strip, const double* weight);
  void add(const StripGram& other);
  /// this -= other.
  void subtract(const StripGram& other);
  /// Both triangles.
  Matrix matrix() const;

 private:
  std::size_t columns_;
  std::vector<double> sums_;      // columns by columns; the lower triangle counts
  std::vector<double> weighted_;  // a strip times its weights
};

/// Collects single rows into strips and their weighted Gram matrix.
class RowGram {
 public:
  explicit RowGram(std::size_t columns);
  /// The next row, to be filled by the caller: value a goes to slot[a * strip_rows].
  double* next_row(double weight);
  /// The Gram matrix of all rows so far.
  const StripGram& gram();

 private:
  void flush();
  std::size_t filled_ = 0;
  std::vector<double> strip_;
  std::vector<double> weight_;
  StripGram gram_;
};

}  // namespace kensho::stats
