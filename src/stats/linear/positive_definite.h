// Solving with symmetric positive definite matrices, with a refusal where they are singular.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// The Cholesky factor of a symmetric positive definite matrix.
class CholeskyFactor {
 public:
  /// Reads the lower triangle. A pivot below `tolerance` of its diagonal element is singular.
  /// Errors  invalid_argument: not finite, or singular; the message names `what` and the column
  ///         (by `names` where given) that the earlier ones determine.
  /// Cost    O(p^3 / 3).
  static Result<CholeskyFactor> make(const Matrix& matrix, std::string_view what,
                                     std::span<const std::string> names = {},
                                     double tolerance = 1e-12);

  /// The x with A x = b; b as long as A.
  std::vector<double> solve(std::span<const double> b) const;
  /// A^-1 B.
  Matrix solve(const Matrix& b) const;
  /// A^-1, exactly symmetric. Cost O(p^3).
  Matrix inverse() const;
  /// log det A.
  double log_determinant() const;
  /// L with A = L L'; zeros above the diagonal.
  const Matrix& lower() const { return lower_; }

 private:
  explicit CholeskyFactor(Matrix lower) : lower_(std::move(lower)) {}
  Matrix lower_;
};

}  // namespace kensho::stats
