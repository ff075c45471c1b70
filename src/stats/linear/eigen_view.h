// Matrix and span seen as Eigen objects, and back. For .cc files: Eigen stays out of other headers.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "stats/linear/matrix.h"

namespace kensho::stats {

/// The same memory as an Eigen matrix. Cost O(1).
inline Eigen::Map<const Eigen::MatrixXd> as_eigen(const Matrix& matrix) {
  return {matrix.values().data(), static_cast<Eigen::Index>(matrix.rows()),
          static_cast<Eigen::Index>(matrix.columns())};
}
inline Eigen::Map<Eigen::MatrixXd> as_eigen(Matrix& matrix) {
  return {matrix.values().data(), static_cast<Eigen::Index>(matrix.rows()),
          static_cast<Eigen::Index>(matrix.columns())};
}

/// The same memory as an Eigen vector. Cost O(1).
inline Eigen::Map<const Eigen::VectorXd> as_eigen(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

/// A copy.
inline Matrix to_matrix(const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  Matrix copy(static_cast<std::size_t>(matrix.rows()), static_cast<std::size_t>(matrix.cols()));
  as_eigen(copy) = matrix;
  return copy;
}
inline std::vector<double> to_vector(const Eigen::Ref<const Eigen::VectorXd>& vector) {
  return {vector.data(), vector.data() + vector.size()};
}

}  // namespace kensho::stats
