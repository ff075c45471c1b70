// Ordinary and weighted least squares by QR: as exact as the data allow.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// The minimiser of |W^1/2 (y - X b)|^2 and what its inference needs.
struct LeastSquares {
  std::vector<double> coefficients;
  Matrix unscaled_covariance;          // (X' W X)^-1
  std::vector<double> residuals;       // y - X b
  std::vector<double> leverages;       // diagonal of the hat matrix, in [0, 1]
  double residual_sum_of_squares;      // weighted
  std::size_t rank;                    // = columns of X
  double reciprocal_condition_number;  // of the columns scaled to length 1
};

/// Fits by Householder QR of columns scaled to a length near 1, followed by refinement of the
/// augmented system with sums in extended precision, so that ill-conditioned designs keep their
/// digits.
/// Shapes  x[n, p], y[n], weight[n] or empty (= ones); weights >= 0, finite.
/// Errors  invalid_argument: no row, fewer rows of positive weight than columns, a value not
///         finite, or a column that the ones before it determine (named by `names`), judged at
///         4 epsilon sqrt(n) of its length.
/// Cost    O(n p^2).
/// Source  Golub & Van Loan 2013, sec. 5.3; Björck 1967, BIT 7:257-278 (refinement).
/// Checked against NIST StRD linear regression, tests/reference/nist.
Result<LeastSquares> least_squares(const Matrix& x, std::span<const double> y,
                                   std::span<const double> weight = {},
                                   std::span<const std::string> names = {});

}  // namespace kensho::stats
