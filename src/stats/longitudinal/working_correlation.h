// Working correlations of the rows of a cluster: their moments, and products with their inverse.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// The correlation of two rows of a cluster: 0; alpha; alpha^|distance of waves|; one for each pair
/// of waves.
enum class WorkingCorrelation : unsigned char { independence, exchangeable, ar1, unstructured };

/// Nothing, one alpha, or one a pair of waves in the order (1,2), (1,3), ..., (2,3), ...
using CorrelationParameters = std::vector<double>;

/// Sums over clusters of products of Pearson residuals, from which the parameters follow.
struct CorrelationMoments {
  std::vector<double> products;  // one a lag, a pair of waves, or one in all
  std::vector<double> pairs;     // how many

  CorrelationMoments& operator+=(const CorrelationMoments& other);
};

/// A correlation structure on waves numbered 0 .. waves - 1.
class CorrelationStructure {
 public:
  CorrelationStructure(WorkingCorrelation kind, std::size_t waves) : kind_(kind), waves_(waves) {}

  /// Zero moments of the right shape.
  CorrelationMoments no_moments() const;
  /// Adds the products of the residuals of one cluster; waves ascend.
  void add(CorrelationMoments& moments, std::span<const double> residual,
           std::span<const int> wave) const;
  /// The parameters that fit the moments by least squares over all pairs, residuals having variance
  /// `scale`. Errors: invalid_argument: two waves never seen in one cluster (unstructured), no
  /// cluster with two rows, ar1 above 1.
  Result<CorrelationParameters> parameters(const CorrelationMoments& moments, double scale) const;

  /// Makes the parameters those of `multiply_inverse`.
  /// Errors  invalid_argument: no positive definite correlation of up to `size_max` rows.
  Status set(const CorrelationParameters& parameters, std::size_t size_max);
  /// Replaces each column of `columns` (rows of one cluster, `rows` apart) by R^-1 times it
  /// (unchanged before `set`).
  /// Cost    O(m) a column; unstructured O(m^2), and O(m^3) a call where waves are missing.
  void multiply_inverse(std::span<double> columns, std::span<const int> wave) const;

 private:
  std::size_t pair_index(int first, int second) const;
  void multiply_ar1(std::span<double> column, std::span<const int> wave) const;
  void multiply_unstructured(std::span<double> columns, std::span<const int> wave) const;

  WorkingCorrelation kind_;
  std::size_t waves_;
  bool is_set_ = false;
  double alpha_ = 0;
  Matrix full_;          // unstructured: of all waves
  Matrix full_inverse_;  // and its inverse
};

}  // namespace kensho::stats
