#include "stats/linear/positive_definite.h"

#include <cmath>
#include <string>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "stats/linear/eigen_view.h"

namespace kensho::stats {
namespace {

std::string column_name(std::span<const std::string> names, std::size_t index) {
  return index < names.size() ? fmt::format("'{}'", names[index])
                              : fmt::format("number {}", index + 1);
}

}  // namespace

Result<CholeskyFactor> CholeskyFactor::make(const Matrix& matrix, std::string_view what,
                                            std::span<const std::string> names, double tolerance) {
  ENSURE(matrix.rows() == matrix.columns());
  const std::size_t size = matrix.rows();
  Matrix lower(size, size);
  for (std::size_t j = 0; j < size; ++j) {
    double pivot = matrix(j, j);
    for (std::size_t k = 0; k < j; ++k) pivot -= lower(j, k) * lower(j, k);
    if (!std::isfinite(pivot)) {
      return Error{Errc::invalid_argument,
                   fmt::format("{}: column {} is not finite", what, column_name(names, j))};
    }
    if (pivot <= tolerance * matrix(j, j)) {
      return Error{Errc::invalid_argument,
                   fmt::format("{} is singular: column {} is determined by the columns before it; "
                               "leave it out",
                               what, column_name(names, j))};
    }
    lower(j, j) = std::sqrt(pivot);
    for (std::size_t i = j + 1; i < size; ++i) {
      double value = matrix(i, j);
      for (std::size_t k = 0; k < j; ++k) value -= lower(i, k) * lower(j, k);
      lower(i, j) = value / lower(j, j);
    }
  }
  return CholeskyFactor(std::move(lower));
}

std::vector<double> CholeskyFactor::solve(std::span<const double> b) const {
  ENSURE(b.size() == lower_.rows());
  Eigen::VectorXd x = as_eigen(b);
  const auto lower = as_eigen(lower_).triangularView<Eigen::Lower>();
  lower.solveInPlace(x);
  lower.transpose().solveInPlace(x);
  return to_vector(x);
}

Matrix CholeskyFactor::solve(const Matrix& b) const {
  ENSURE(b.rows() == lower_.rows());
  Eigen::MatrixXd x = as_eigen(b);
  const auto lower = as_eigen(lower_).triangularView<Eigen::Lower>();
  lower.solveInPlace(x);
  lower.transpose().solveInPlace(x);
  return to_matrix(x);
}

Matrix CholeskyFactor::inverse() const {
  const auto size = static_cast<Eigen::Index>(lower_.rows());
  Eigen::MatrixXd half = Eigen::MatrixXd::Identity(size, size);
  as_eigen(lower_).triangularView<Eigen::Lower>().solveInPlace(half);
  Eigen::MatrixXd whole = half.transpose() * half;
  whole = (0.5 * (whole + whole.transpose())).eval();
  return to_matrix(whole);
}

double CholeskyFactor::log_determinant() const {
  double sum = 0;
  for (std::size_t i = 0; i < lower_.rows(); ++i) sum += std::log(lower_(i, i));
  return 2 * sum;
}

}  // namespace kensho::stats
