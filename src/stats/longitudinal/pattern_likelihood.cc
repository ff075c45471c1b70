#include "stats/longitudinal/pattern_likelihood.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "stats/linear/eigen_view.h"
#include "stats/linear/positive_definite.h"

namespace kensho::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double smallest_pivot = 1e-12;  // of a V, relative to its diagonal

/// W = V^-1 and log det V of one pattern.
struct Weight {
  MatrixXd inverse;
  double log_determinant;
};

MatrixXd pattern_covariance(const Pattern& pattern, std::span<const double> parameters) {
  const auto rows = static_cast<Index>(pattern.rows);
  MatrixXd v = MatrixXd::Zero(rows, rows);
  for (const BasisEntry& entry : pattern.basis) {
    v(static_cast<Index>(entry.row), static_cast<Index>(entry.column)) +=
        entry.value * parameters[entry.parameter];
  }
  return v;  // the lower triangle
}

std::optional<Weight> pattern_weight(const Pattern& pattern, std::span<const double> parameters) {
  const MatrixXd v = pattern_covariance(pattern, parameters);
  if (!v.allFinite() || v.diagonal().minCoeff() <= 0) return std::nullopt;
  const Eigen::LLT<MatrixXd, Eigen::Lower> factor(v);
  if (factor.info() != Eigen::Success) return std::nullopt;
  const VectorXd pivots = factor.matrixLLT().diagonal();
  if ((pivots.array().square() <= smallest_pivot * v.diagonal().array()).any()) return std::nullopt;
  const MatrixXd half = factor.matrixL().solve(MatrixXd::Identity(v.rows(), v.cols()));
  MatrixXd inverse = half.transpose() * half;
  inverse = (0.5 * (inverse + inverse.transpose())).eval();
  return Weight{std::move(inverse), 2 * pivots.array().log().sum()};
}

Result<std::vector<Weight>> weights_of(const PatternSums& sums,
                                       std::span<const double> parameters) {
  std::vector<Weight> weights;
  weights.reserve(sums.patterns.size());
  for (const Pattern& pattern : sums.patterns) {
    std::optional<Weight> weight = pattern_weight(pattern, parameters);
    if (!weight) {
      return Error{Errc::invalid_argument,
                   "the covariance of the repeated measures is singular: some visits determine "
                   "others, or have no variance; take a simpler structure"};
    }
    weights.push_back(std::move(*weight));
  }
  return weights;
}

/// The place of (u, v), u >= v, in a packed triangle of that width, column after column.
Index packed_index(Index u, Index v, Index width) {
  return v * width - v * (v - 1) / 2 + (u - v);
}

Index pair_count(Index rows) {
  return rows * (rows + 1) / 2;
}

/// Sum over patterns and pairs of rows of weight(a, b) times the block (a, b) of the
/// cross-products.
class BlockSum {
 public:
  explicit BlockSum(Index width) : width_(width), sum_(VectorXd::Zero(pair_count(width))) {}

  void add(const Pattern& pattern, const MatrixXd& weight) {
    VectorXd flat(pair_count(weight.rows()));
    Index pair = 0;
    for (Index a = 0; a < weight.rows(); ++a) {
      for (Index b = 0; b <= a; ++b) flat[pair++] = weight(a, b);
    }
    sum_.noalias() += as_eigen(pattern.packed) * flat;
  }

  MatrixXd symmetric() const {
    MatrixXd full(width_, width_);
    for (Index v = 0; v < width_; ++v) {
      for (Index u = v; u < width_; ++u) {
        full(u, v) = full(v, u) = sum_[packed_index(u, v, width_)];
      }
    }
    return full;
  }

 private:
  Index width_;
  VectorXd sum_;
};

/// A symmetric matrix packed for the inner product with a packed block.
VectorXd packed_weights(const MatrixXd& symmetric) {
  VectorXd packed(pair_count(symmetric.rows()));
  Index place = 0;
  for (Index v = 0; v < symmetric.rows(); ++v) {
    for (Index u = v; u < symmetric.rows(); ++u) {
      packed[place++] = u == v ? 0.5 * symmetric(u, u) : symmetric(u, v);
    }
  }
  return packed;
}

/// The inner product of each block of a pattern with a packed symmetric matrix.
MatrixXd block_products(const Pattern& pattern, const VectorXd& with) {
  const auto rows = static_cast<Index>(pattern.rows);
  const VectorXd flat = as_eigen(pattern.packed).transpose() * with;
  MatrixXd products(rows, rows);
  Index pair = 0;
  for (Index a = 0; a < rows; ++a) {
    for (Index b = 0; b <= a; ++b, ++pair) {
      products(a, b) = products(b, a) = a == b ? 2 * flat[pair] : flat[pair];
    }
  }
  return products;
}

/// Adds tr(B_i L B_j R) for all parameters i, j, with symmetric L and R.
void add_traces(const Pattern& pattern, const MatrixXd& l, const MatrixXd& r, MatrixXd& into) {
  const auto half_diagonal = [](const BasisEntry& entry) {
    return entry.row == entry.column ? 0.5 * entry.value : entry.value;
  };
  const std::size_t count = pattern.basis.size();
  for (std::size_t e = 0; e < count; ++e) {
    const BasisEntry& first = pattern.basis[e];
    const auto a = static_cast<Index>(first.row);
    const auto b = static_cast<Index>(first.column);
    const auto i = static_cast<Index>(first.parameter);
    for (std::size_t f = 0; f <= e; ++f) {
      const BasisEntry& second = pattern.basis[f];
      const auto c = static_cast<Index>(second.row);
      const auto d = static_cast<Index>(second.column);
      const auto j = static_cast<Index>(second.parameter);
      const double trace =
          half_diagonal(first) * half_diagonal(second) *
          (l(b, c) * r(d, a) + l(a, c) * r(d, b) + l(b, d) * r(c, a) + l(a, d) * r(c, b));
      into(i, j) += trace;
      if (e != f) into(j, i) += trace;
    }
  }
}

/// (W x I) S (W x I): the blocks of W-weighted cross-products, by two passes of one product.
MatrixXd weighted_cross(const Pattern& pattern, const MatrixXd& weight) {
  const auto rows = static_cast<Index>(pattern.rows);
  const Index size = static_cast<Index>(pattern.cross.rows());
  const Index tall = size * (size / rows);  // a column of blocks, as one column
  const Eigen::Map<const MatrixXd> cross(pattern.cross.values().data(), tall, rows);
  MatrixXd once(size, size);
  Eigen::Map<MatrixXd>(once.data(), tall, rows).noalias() = cross * weight;
  const MatrixXd turned = once.transpose();
  MatrixXd twice(size, size);
  Eigen::Map<MatrixXd>(twice.data(), tall, rows).noalias() =
      Eigen::Map<const MatrixXd>(turned.data(), tall, rows) * weight;
  return twice;
}

/// Subtracts X' W B_j W X (with the outcome as last column) for every parameter j.
void subtract_gram_derivatives(const Pattern& pattern, const MatrixXd& weighted,
                               std::vector<MatrixXd>& into) {
  const Index width = into.front().rows();
  for (const BasisEntry& entry : pattern.basis) {
    const auto block = weighted.block(static_cast<Index>(entry.row) * width,
                                      static_cast<Index>(entry.column) * width, width, width);
    MatrixXd& sum = into[entry.parameter];
    if (entry.row == entry.column) {
      sum.noalias() -= entry.value * block;
    } else {
      sum.noalias() -= entry.value * (block + block.transpose());
    }
  }
}

/// Generalised least squares at given weights.
struct MeanFit {
  VectorXd coefficients;
  MatrixXd covariance;
  double quadratic;        // r' W r
  double log_determinant;  // of X' W X
};

Result<MeanFit> fit_mean(const PatternSums& sums, std::span<const Weight> weights) {
  const auto p = static_cast<Index>(sums.coefficients);
  BlockSum total(p + 1);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    total.add(sums.patterns[k], weights[k].inverse);
  }
  const MatrixXd gram = total.symmetric();
  const CholeskyFactor factor = TRY(
      CholeskyFactor::make(to_matrix(gram.topLeftCorner(p, p)), "the weighted design", {}, 1e-14));
  MeanFit fit;
  const MatrixXd inverse = as_eigen(factor.inverse());
  fit.covariance = inverse;
  const VectorXd xy = gram.topRightCorner(p, 1);
  fit.coefficients = as_eigen(factor.solve(std::span<const double>(xy.data(), sums.coefficients)));
  fit.quadratic = gram(p, p) - fit.coefficients.dot(xy);
  fit.log_determinant = factor.log_determinant();
  return fit;
}

/// The sums over patterns of which score and information are made.
struct Derivatives {
  VectorXd score;
  MatrixXd expected;
  MatrixXd observed;
};

Derivatives derivatives(const PatternSums& sums, std::span<const Weight> weights,
                        const MeanFit& mean, Criterion criterion) {
  const auto p = static_cast<Index>(sums.coefficients);
  const auto q = static_cast<Index>(sums.parameters);
  VectorXd zeta(p + 1);
  zeta << -mean.coefficients, 1;
  MatrixXd projection = MatrixXd::Zero(p + 1, p + 1);
  if (criterion == Criterion::reml) projection.topLeftCorner(p, p) = mean.covariance;
  const VectorXd of_projection = packed_weights(projection);
  const VectorXd of_residual = packed_weights(zeta * zeta.transpose());

  Derivatives sum{VectorXd::Zero(q), MatrixXd::Zero(q, q), MatrixXd::Zero(q, q)};
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const Pattern& pattern = sums.patterns[k];
    const MatrixXd& w = weights[k].inverse;
    const MatrixXd from_residuals = w * block_products(pattern, of_residual) * w;
    const MatrixXd from_mean = w * block_products(pattern, of_projection) * w;
    const MatrixXd nw = pattern.subjects * w;
    const MatrixXd slope = from_residuals + from_mean - nw;
    for (const BasisEntry& entry : pattern.basis) {
      const double twice = entry.row == entry.column ? 0.5 : 1;
      sum.score(static_cast<Index>(entry.parameter)) +=
          twice * entry.value *
          slope(static_cast<Index>(entry.row), static_cast<Index>(entry.column));
    }
    add_traces(pattern, w, 0.5 * nw - from_mean, sum.expected);
    add_traces(pattern, w, from_residuals + from_mean - 0.5 * nw, sum.observed);
  }
  return sum;
}

/// dX'WX / d parameter, and what it adds to the two informations.
std::vector<Matrix> complete_information(const PatternSums& sums, std::span<const Weight> weights,
                                         const MeanFit& mean, Criterion criterion,
                                         Derivatives& sum) {
  const auto p = static_cast<Index>(sums.coefficients);
  const auto q = static_cast<Index>(sums.parameters);
  std::vector<MatrixXd> gram(sums.parameters, MatrixXd::Zero(p + 1, p + 1));
  for (std::size_t k = 0; k < weights.size(); ++k) {
    subtract_gram_derivatives(sums.patterns[k],
                              weighted_cross(sums.patterns[k], weights[k].inverse), gram);
  }
  VectorXd zeta(p + 1);
  zeta << -mean.coefficients, 1;
  MatrixXd residual(p, q);         // X' W B_j W r
  MatrixXd flat(p * p, q);         // Phi P_j
  MatrixXd flat_turned(p * p, q);  // its transpose
  std::vector<Matrix> of_design;
  for (Index j = 0; j < q; ++j) {
    const MatrixXd& whole = gram[static_cast<std::size_t>(j)];
    residual.col(j) = -(whole.topRows(p) * zeta);
    of_design.push_back(to_matrix(whole.topLeftCorner(p, p)));
    const MatrixXd product = mean.covariance * whole.topLeftCorner(p, p);
    flat.col(j) = product.reshaped();
    flat_turned.col(j) = product.transpose().reshaped();
  }
  sum.observed.noalias() -= residual.transpose() * mean.covariance * residual;
  if (criterion == Criterion::reml) {
    const MatrixXd traces = 0.5 * (flat.transpose() * flat_turned);
    sum.expected += traces;
    sum.observed -= traces;
  }
  return of_design;
}

double log_likelihood(const PatternSums& sums, std::span<const Weight> weights, const MeanFit& mean,
                      Criterion criterion) {
  double log_determinant = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    log_determinant += sums.patterns[k].subjects * weights[k].log_determinant;
  }
  const bool reml = criterion == Criterion::reml;
  const double free = sums.observations - (reml ? static_cast<double>(sums.coefficients) : 0);
  return -0.5 * (free * std::log(2 * std::numbers::pi) + log_determinant + mean.quadratic +
                 (reml ? mean.log_determinant : 0));
}

Status check_design(const Matrix& x, std::span<const double> y) {
  ENSURE(y.size() == x.rows());
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::ranges::all_of(x.values(), finite) || !std::ranges::all_of(y, finite)) {
    return Error{Errc::invalid_argument, "repeated measures: every value must be a finite number"};
  }
  if (x.columns() == 0 || x.rows() <= x.columns()) {
    return Error{Errc::invalid_argument,
                 fmt::format("repeated measures: {} rows cannot determine {} coefficients and a "
                             "covariance",
                             x.rows(), x.columns())};
  }
  return ok();
}

}  // namespace

Pattern make_pattern(double subjects, std::size_t rows, std::vector<BasisEntry> basis,
                     Matrix cross) {
  const auto count = static_cast<Index>(rows);
  const Index width = static_cast<Index>(cross.rows()) / count;
  const auto blocks = as_eigen(cross);
  MatrixXd packed(pair_count(width), pair_count(count));
  Index pair = 0;
  for (Index a = 0; a < count; ++a) {
    for (Index b = 0; b <= a; ++b, ++pair) {
      Index place = 0;
      for (Index v = 0; v < width; ++v) {
        for (Index u = v; u < width; ++u, ++place) {
          const double one = blocks(a * width + u, b * width + v);
          packed(place, pair) = a == b ? one : one + blocks(a * width + v, b * width + u);
        }
      }
    }
  }
  return {subjects, rows, std::move(basis), std::move(cross), to_matrix(packed)};
}

Result<WorkingDesign> working_design(const Matrix& x, std::span<const double> y,
                                     std::span<const std::string> names) {
  TRY(check_design(x, y));
  const auto design = as_eigen(x);
  const auto p = static_cast<Index>(x.columns());
  VectorXd length = design.colwise().norm();
  length = (length.array() > 0).select(length, 1.0);
  const MatrixXd scaled = design * length.cwiseInverse().asDiagonal();
  MatrixXd gram = MatrixXd::Zero(p, p);
  gram.selfadjointView<Eigen::Lower>().rankUpdate(scaled.transpose());
  const CholeskyFactor factor = TRY(CholeskyFactor::make(to_matrix(gram), "the design", names));

  WorkingDesign working;
  const auto lower = as_eigen(factor.lower());
  const MatrixXd r = lower.transpose() * length.asDiagonal();
  const MatrixXd r_inverse = r.triangularView<Eigen::Upper>().solve(MatrixXd::Identity(p, p));
  MatrixXd z(design.rows(), p + 1);
  z.leftCols(p).noalias() = design * r_inverse;
  const VectorXd outcome = as_eigen(y);
  VectorXd fitted = z.leftCols(p).transpose() * outcome;
  z.col(p) = outcome - z.leftCols(p) * fitted;
  const VectorXd correction = z.leftCols(p).transpose() * z.col(p);
  z.col(p) -= z.leftCols(p) * correction;
  fitted += correction;
  if (z.col(p).norm() <= 1e-12 * outcome.norm()) {
    return Error{Errc::invalid_argument,
                 "repeated measures: the design fits the outcome exactly; there is no variance to "
                 "estimate"};
  }
  working.log_determinant = 2 * r.diagonal().array().log().sum();
  working.least_squares = to_vector(r_inverse * fitted);
  working.r = to_matrix(r);
  working.r_inverse = to_matrix(r_inverse);
  working.z = to_matrix(z);
  return working;
}

Result<PatternLikelihood> pattern_likelihood(const PatternSums& sums,
                                             std::span<const double> parameters,
                                             Criterion criterion, Depth depth) {
  const std::vector<Weight> weights = TRY(weights_of(sums, parameters));
  const MeanFit mean = TRY(fit_mean(sums, weights));
  Derivatives sum = derivatives(sums, weights, mean, criterion);
  PatternLikelihood result{.log_likelihood = log_likelihood(sums, weights, mean, criterion),
                           .coefficients = to_vector(mean.coefficients),
                           .coefficient_covariance = to_matrix(mean.covariance),
                           .score = to_vector(sum.score),
                           .expected = {},
                           .observed = {},
                           .gram_derivative = {}};
  if (depth == Depth::all) {
    result.gram_derivative = complete_information(sums, weights, mean, criterion, sum);
  }
  result.expected = to_matrix(sum.expected);
  result.observed = to_matrix(sum.observed);
  return result;
}

Result<Matrix> weighted_second_products(const PatternSums& sums, std::span<const double> parameters,
                                        const Matrix& c) {
  const std::vector<Weight> weights = TRY(weights_of(sums, parameters));
  BlockSum total(static_cast<Index>(sums.coefficients) + 1);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const Pattern& pattern = sums.patterns[k];
    const MatrixXd& w = weights[k].inverse;
    MatrixXd inner = MatrixXd::Zero(w.rows(), w.cols());  // sum of c(i, j) B_i W B_j
    for (const BasisEntry& first : pattern.basis) {
      const auto a = static_cast<Index>(first.row);
      const auto b = static_cast<Index>(first.column);
      const double of_first = a == b ? 0.5 * first.value : first.value;
      for (const BasisEntry& second : pattern.basis) {
        const auto i = static_cast<Index>(second.row);
        const auto j = static_cast<Index>(second.column);
        const double of_second = i == j ? 0.5 * second.value : second.value;
        const double factor = of_first * of_second * c(first.parameter, second.parameter);
        inner(a, j) += factor * w(b, i);
        inner(b, j) += factor * w(a, i);
        inner(a, i) += factor * w(b, j);
        inner(b, i) += factor * w(a, j);
      }
    }
    const MatrixXd outer = w * inner * w;
    total.add(pattern, 0.5 * (outer + outer.transpose()));
  }
  const auto p = static_cast<Index>(sums.coefficients);
  return to_matrix(total.symmetric().topLeftCorner(p, p));
}

}  // namespace kensho::stats
