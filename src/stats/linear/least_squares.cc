#include "stats/linear/least_squares.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "stats/linear/eigen_view.h"

namespace kensho::stats {
namespace {

// The first step from zero is the solution by QR itself; these improve it.
constexpr int refinements = 3;

/// The weighted design with every column scaled by a power of two (so that no bit of it is lost) to
/// a length in (1/2, 1], and how to undo it.
struct Scaled {
  Eigen::MatrixXd x;
  Eigen::VectorXd y;
  Eigen::VectorXd root_weight;
  Eigen::VectorXd length;  // of each column before, up to a power of two
};

Status check(const Matrix& x, std::span<const double> y, std::span<const double> weight) {
  ENSURE(y.size() == x.rows() && (weight.empty() || weight.size() == x.rows()));
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::ranges::all_of(x.values(), finite) || !std::ranges::all_of(y, finite)) {
    return Error{Errc::invalid_argument, "least squares: every value must be a finite number"};
  }
  if (!std::ranges::all_of(weight, [](double w) { return std::isfinite(w) && w >= 0; })) {
    return Error{Errc::invalid_argument, "least squares: every weight must be finite and >= 0"};
  }
  const auto used = weight.empty() ? static_cast<std::ptrdiff_t>(x.rows())
                                   : std::ranges::count_if(weight, [](double w) { return w > 0; });
  if (x.columns() == 0 || used < static_cast<std::ptrdiff_t>(x.columns())) {
    return Error{Errc::invalid_argument,
                 fmt::format("least squares: {} rows of positive weight cannot determine {} "
                             "coefficients",
                             used, x.columns())};
  }
  return ok();
}

Scaled scaled(const Matrix& x, std::span<const double> y, std::span<const double> weight) {
  Scaled s{as_eigen(x), as_eigen(y), Eigen::VectorXd::Ones(as_eigen(y).size()), {}};
  if (!weight.empty()) {
    s.root_weight = as_eigen(weight).cwiseSqrt();
    s.x = s.root_weight.asDiagonal() * s.x;
    s.y.array() *= s.root_weight.array();
  }
  s.length.resize(s.x.cols());
  for (Eigen::Index j = 0; j < s.x.cols(); ++j) {
    const double norm = s.x.col(j).stableNorm();
    s.length[j] = norm > 0 ? std::exp2(std::ceil(std::log2(norm))) : 0;
    if (s.length[j] > 0) s.x.col(j) /= s.length[j];
  }
  return s;
}

/// The first column whose part that the columns before it do not explain is lost in rounding.
Status check_rank(const Eigen::MatrixXd& r, Eigen::Index rows, std::span<const std::string> names) {
  const double smallest =
      std::numeric_limits<double>::epsilon() * std::sqrt(static_cast<double>(rows)) * 4;
  for (Eigen::Index j = 0; j < r.cols(); ++j) {
    if (std::abs(r(j, j)) > smallest) continue;
    const auto index = static_cast<std::size_t>(j);
    const std::string name = index < names.size() ? names[index] : std::to_string(j + 1);
    return Error{Errc::invalid_argument,
                 fmt::format("the design is singular: column '{}' is determined by the columns "
                             "before it; leave it out",
                             name)};
  }
  return ok();
}

/// A solution of the augmented system r + X b = y, X' r = 0, which refinement improves as a whole:
/// so b keeps its digits even where the residuals are large.
struct Augmented {
  Eigen::VectorXd residuals;
  Eigen::VectorXd b;
};

/// y - r - X b and -X' r, sums in extended precision.
Augmented defects(const Scaled& s, const Augmented& at) {
  Augmented defect{Eigen::VectorXd(s.y.size()), Eigen::VectorXd(at.b.size())};
  for (Eigen::Index i = 0; i < s.y.size(); ++i) {
    long double sum = static_cast<long double>(s.y[i]) - static_cast<long double>(at.residuals[i]);
    for (Eigen::Index j = 0; j < at.b.size(); ++j) {
      sum -= static_cast<long double>(s.x(i, j)) * static_cast<long double>(at.b[j]);
    }
    defect.residuals[i] = static_cast<double>(sum);
  }
  for (Eigen::Index j = 0; j < at.b.size(); ++j) {
    long double sum = 0;
    for (Eigen::Index i = 0; i < s.y.size(); ++i) {
      sum -= static_cast<long double>(s.x(i, j)) * static_cast<long double>(at.residuals[i]);
    }
    defect.b[j] = static_cast<double>(sum);
  }
  return defect;
}

/// One step of Björck's refinement: the augmented system solved for its defects.
void refine(const Eigen::HouseholderQR<Eigen::MatrixXd>& qr, const Scaled& s, Augmented& at) {
  const Augmented defect = defects(s, at);
  const Eigen::Index columns = at.b.size();
  const auto r = qr.matrixQR().topRows(columns).triangularView<Eigen::Upper>();
  Eigen::VectorXd rotated = qr.householderQ().transpose() * defect.residuals;
  const Eigen::VectorXd along = r.transpose().solve(defect.b);
  at.b += r.solve(rotated.head(columns) - along);
  rotated.head(columns) = along;
  at.residuals += qr.householderQ() * rotated;
}

}  // namespace

Result<LeastSquares> least_squares(const Matrix& x, std::span<const double> y,
                                   std::span<const double> weight,
                                   std::span<const std::string> names) {
  TRY(check(x, y, weight));
  const Scaled s = scaled(x, y, weight);
  const Eigen::Index columns = s.x.cols();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(s.x);
  const Eigen::MatrixXd r = qr.matrixQR().topRows(columns).triangularView<Eigen::Upper>();
  TRY(check_rank(r, s.x.rows(), names));

  Augmented solution{Eigen::VectorXd::Zero(s.y.size()), Eigen::VectorXd::Zero(columns)};
  for (int step = 0; step <= refinements; ++step) refine(qr, s, solution);

  const Eigen::MatrixXd r_inverse =
      r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(columns, columns));
  const Eigen::MatrixXd thin_q = qr.householderQ() * Eigen::MatrixXd::Identity(s.x.rows(), columns);
  const Eigen::MatrixXd unscaled = s.length.cwiseInverse().asDiagonal() *
                                   (r_inverse * r_inverse.transpose()) *
                                   s.length.cwiseInverse().asDiagonal();
  const Eigen::VectorXd b = solution.b.array() / s.length.array();

  LeastSquares fit{.coefficients = to_vector(b),
                   .unscaled_covariance = to_matrix(unscaled),
                   .residuals = {},
                   .leverages = to_vector(thin_q.rowwise().squaredNorm()),
                   .residual_sum_of_squares = solution.residuals.squaredNorm(),
                   .rank = x.columns(),
                   .reciprocal_condition_number = 1 / (r.norm() * r_inverse.norm())};
  const Eigen::VectorXd residuals =
      weight.empty() ? solution.residuals : Eigen::VectorXd(as_eigen(y) - as_eigen(x) * b);
  fit.residuals = to_vector(residuals);
  return fit;
}

}  // namespace kensho::stats
