#include "stats/longitudinal/mixed_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <utility>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "stats/linear/eigen_view.h"

namespace kensho::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The rows of the data subject by subject; the slope variable centred and scaled, so that its size
/// and origin do not matter to the search.
struct Sorted {
  Matrix x;
  std::vector<double> y;
  Matrix random;                   // rows by 1 or 2: ones and the scaled slope variable
  std::vector<std::size_t> first;  // row of each subject, and the end
  std::vector<int> subjects;
  double center = 0;
  double scale = 1;
};

Status check(const ClusteredData& data) {
  const std::size_t n = data.x.rows();
  if (n == 0 || data.y.size() != n || data.subject.size() != n ||
      (!data.slope.empty() && data.slope.size() != n)) {
    return Error{Errc::invalid_argument,
                 fmt::format("mixed model: {} rows of the design, {} outcomes, {} subjects, {} "
                             "times; all must be as many",
                             n, data.y.size(), data.subject.size(), data.slope.size())};
  }
  if (!std::ranges::all_of(data.slope, [](double t) { return std::isfinite(t); })) {
    return Error{Errc::invalid_argument, "mixed model: every time must be a finite number"};
  }
  return ok();
}

Result<Sorted> sorted_by_subject(const ClusteredData& data) {
  TRY(check(data));
  const std::size_t n = data.x.rows();
  const bool sloped = !data.slope.empty();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, {}, [&](std::size_t row) {  // complete, so that no bit hangs on the order
        return std::tuple(data.subject[row], sloped ? data.slope[row] : 0.0, data.y[row], row);
      });
  Sorted sorted{Matrix(n, data.x.columns()), {}, Matrix(n, sloped ? 2 : 1), {}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t row = order[i];
    for (std::size_t j = 0; j < data.x.columns(); ++j) sorted.x(i, j) = data.x(row, j);
    sorted.y.push_back(data.y[row]);
    sorted.random(i, 0) = 1;
    if (sloped) sorted.random(i, 1) = data.slope[row];
    if (i > 0 && data.subject[row] == data.subject[order[i - 1]]) continue;
    sorted.first.push_back(i);
    sorted.subjects.push_back(data.subject[row]);
  }
  sorted.first.push_back(n);
  if (!sloped) return sorted;
  Eigen::Map<MatrixXd> random = as_eigen(sorted.random);
  sorted.center = random.col(1).mean();
  random.col(1).array() -= sorted.center;
  sorted.scale = random.col(1).norm() / std::sqrt(static_cast<double>(n));
  if (!(sorted.scale > 1e-12 * std::abs(sorted.center))) {
    return Error{Errc::invalid_argument,
                 "mixed model: the variable of the random slope is constant; leave the slope out"};
  }
  random.col(1) /= sorted.scale;
  return sorted;
}

/// A subject's rows rotated: the first `r.rows()` hold the random effects, V = r D r' + s^2 I.
struct Rotated {
  MatrixXd r;
  MatrixXd rows;
};

Rotated rotate(const Eigen::Ref<const MatrixXd>& random, const Eigen::Ref<const MatrixXd>& rows) {
  if (random.rows() < random.cols()) return {random, rows};
  const Eigen::HouseholderQR<MatrixXd> qr(random);
  const Index effects = random.cols();
  MatrixXd rotated = qr.householderQ().transpose() * rows;
  return {qr.matrixQR().topRows(effects).triangularView<Eigen::Upper>(), std::move(rotated)};
}

/// V = r D r' + s^2 I as a linear function of (D00, s^2) or (D00, D01, D11, s^2).
std::vector<BasisEntry> basis_of(const MatrixXd& r) {
  std::vector<BasisEntry> basis;
  const bool sloped = r.cols() == 2;
  const std::size_t residual = sloped ? 3 : 1;
  for (Index a = 0; a < r.rows(); ++a) {
    for (Index b = 0; b <= a; ++b) {
      const auto row = static_cast<std::size_t>(a);
      const auto column = static_cast<std::size_t>(b);
      basis.push_back({row, column, 0, r(a, 0) * r(b, 0)});
      if (sloped) {
        basis.push_back({row, column, 1, r(a, 0) * r(b, 1) + r(a, 1) * r(b, 0)});
        basis.push_back({row, column, 2, r(a, 1) * r(b, 1)});
      }
      if (a == b) basis.push_back({row, column, residual, 1.0});
    }
  }
  return basis;
}

/// Subjects of one set of times, added up.
struct Sum {
  MatrixXd r;
  double subjects = 0;
  MatrixXd cross;
};

void add(Sum& sum, const Eigen::Ref<const MatrixXd>& rows) {
  const VectorXd flat = rows.transpose().reshaped();  // row after row
  if (sum.cross.size() == 0) sum.cross = MatrixXd::Zero(flat.size(), flat.size());
  sum.cross.noalias() += flat * flat.transpose();
  ++sum.subjects;
}

Result<PatternSums> pattern_sums(const Sorted& sorted, const Matrix& z) {
  const auto rows = as_eigen(z);
  const auto random = as_eigen(sorted.random);
  std::map<std::vector<double>, Sum> sums;
  MatrixXd pooled = MatrixXd::Zero(rows.cols(), rows.cols());
  double pooled_rows = 0;
  for (std::size_t i = 0; i + 1 < sorted.first.size(); ++i) {
    const auto first = static_cast<Index>(sorted.first[i]);
    const auto count = static_cast<Index>(sorted.first[i + 1]) - first;
    const Rotated own = rotate(random.middleRows(first, count), rows.middleRows(first, count));
    const Index effects = own.r.rows();
    Sum& sum = sums[to_vector(own.r.reshaped())];
    sum.r = own.r;
    add(sum, own.rows.topRows(effects));
    const auto rest = own.rows.bottomRows(count - effects);
    pooled.noalias() += rest.transpose() * rest;
    pooled_rows += static_cast<double>(count - effects);
  }
  if (pooled_rows == 0) {  // exactly: counted
    return Error{Errc::invalid_argument,
                 "mixed model: no subject has more rows than it has random effects; the residual "
                 "variance cannot be told from theirs"};
  }
  const std::size_t parameters = random.cols() == 2 ? 4 : 2;
  PatternSums all{.patterns = {},
                  .coefficients = z.columns() - 1,
                  .parameters = parameters,
                  .observations = static_cast<double>(z.rows())};
  for (const auto& [key, sum] : sums) {
    all.patterns.push_back(make_pattern(sum.subjects, static_cast<std::size_t>(sum.r.rows()),
                                        basis_of(sum.r), to_matrix(sum.cross)));
  }
  all.patterns.push_back(
      make_pattern(pooled_rows, 1, {{0, 0, parameters - 1, 1.0}}, to_matrix(pooled)));
  return all;
}

/// The parameters themselves.
Parametrisation identity(bool sloped) {
  Parametrisation itself;
  itself.names = sloped ? std::vector<std::string>{"intercept variance", "covariance",
                                                   "slope variance", "residual variance"}
                        : std::vector<std::string>{"intercept variance", "residual variance"};
  const std::size_t count = itself.names.size();
  itself.value = [](std::span<const double> parameters) {
    return std::vector<double>(parameters.begin(), parameters.end());
  };
  itself.jacobian = [count](std::span<const double>) {
    Matrix one(count, count);
    for (std::size_t j = 0; j < count; ++j) one(j, j) = 1;
    return one;
  };
  itself.curvature = [](std::span<const double>) { return std::vector<Matrix>{}; };
  return itself;
}

/// How the parameters for the caller's slope variable follow from those for the scaled one.
MatrixXd to_caller(const Sorted& sorted) {
  if (sorted.random.columns() == 1) return MatrixXd::Identity(2, 2);
  const double s = sorted.scale;
  const double shift = sorted.center / s;
  MatrixXd map = MatrixXd::Identity(4, 4);
  map(0, 1) = -2 * shift;
  map(0, 2) = shift * shift;
  map(1, 1) = 1 / s;
  map(1, 2) = -shift / s;
  map(2, 2) = 1 / (s * s);
  return map;
}

void unscale(MarginalFit& fit, const Sorted& sorted) {
  const MatrixXd map = to_caller(sorted);
  const MatrixXd back = map.inverse();
  fit.parameters = to_vector(map * as_eigen(std::span<const double>(fit.parameters)));
  fit.uncertainty.observed = to_matrix(map * as_eigen(fit.uncertainty.observed) * map.transpose());
  fit.uncertainty.expected = to_matrix(map * as_eigen(fit.uncertainty.expected) * map.transpose());
  std::vector<Matrix> derivative;
  for (Index j = 0; j < map.cols(); ++j) {
    MatrixXd sum = MatrixXd::Zero(as_eigen(fit.covariance).rows(), as_eigen(fit.covariance).cols());
    for (Index i = 0; i < map.cols(); ++i) {
      sum += back(i, j) * as_eigen(fit.uncertainty.derivative[static_cast<std::size_t>(i)]);
    }
    derivative.push_back(to_matrix(sum));
  }
  fit.uncertainty.derivative = std::move(derivative);
}

Result<RandomCovariance> random_covariance(const std::vector<double>& parameters) {
  const bool sloped = parameters.size() == 4;
  const RandomCovariance random{parameters[0], sloped ? parameters[1] : 0,
                                sloped ? parameters[2] : 0, parameters.back()};
  const bool definite = random.intercept_variance > 0 &&
                        (!sloped || (random.slope_variance > 0 &&
                                     random.covariance * random.covariance <
                                         random.intercept_variance * random.slope_variance));
  if (definite) return random;
  const std::string slope = sloped ? fmt::format(", slope variance {:.6g}, covariance {:.6g}",
                                                 random.slope_variance, random.covariance)
                                   : "";
  return Error{Errc::invalid_argument,
               fmt::format("mixed model: the best covariance of the random effects is not positive "
                           "definite (intercept variance {:.6g}{}); {}",
                           random.intercept_variance, slope,
                           sloped ? "leave the random slope out"
                                  : "subjects differ no more than chance: take least squares")};
}

std::vector<RandomEffect> predict(const Sorted& sorted, const MarginalFit& scaled) {
  const auto x = as_eigen(sorted.x);
  const VectorXd residual = as_eigen(std::span<const double>(sorted.y)) -
                            x * as_eigen(std::span<const double>(scaled.coefficients));
  const auto random = as_eigen(sorted.random);
  const bool sloped = random.cols() == 2;
  const auto& theta = scaled.parameters;
  MatrixXd d(random.cols(), random.cols());
  if (sloped) {
    d << theta[0], theta[1], theta[1], theta[2];
  } else {
    d << theta[0];
  }
  std::vector<RandomEffect> effects;
  for (std::size_t i = 0; i < sorted.subjects.size(); ++i) {
    const auto first = static_cast<Index>(sorted.first[i]);
    const auto count = static_cast<Index>(sorted.first[i + 1]) - first;
    const Rotated own = rotate(random.middleRows(first, count), residual.segment(first, count));
    const Index rows = own.r.rows();
    const MatrixXd v =
        own.r * d * own.r.transpose() + theta.back() * MatrixXd::Identity(rows, rows);
    const VectorXd u = d * own.r.transpose() * v.ldlt().solve(own.rows.topRows(rows).col(0));
    const double slope = sloped ? u[1] / sorted.scale : 0;
    effects.push_back({sorted.subjects[i], u[0] - slope * sorted.center, slope});
  }
  return effects;
}

/// The log-likelihood of least squares, by the same criterion.
double least_squares_likelihood(const WorkingDesign& design, Criterion criterion) {
  const auto z = as_eigen(design.z);
  const auto p = static_cast<double>(z.cols() - 1);
  const bool reml = criterion == Criterion::reml;
  const double free = static_cast<double>(z.rows()) - (reml ? p : 0);
  const double squares = z.col(z.cols() - 1).squaredNorm();
  return -0.5 * (free * (std::log(2 * std::numbers::pi) + 1 + std::log(squares / free)) +
                 (reml ? design.log_determinant : 0));
}

std::vector<double> start_of(const WorkingDesign& design, bool sloped) {
  const auto z = as_eigen(design.z);
  const double variance =
      z.col(z.cols() - 1).squaredNorm() / static_cast<double>(z.rows() - z.cols() + 1);
  if (!sloped) return {0.5 * variance, 0.5 * variance};
  return {0.5 * variance, 0, 0.25 * variance, 0.5 * variance};
}

}  // namespace

Result<MixedModel> fit_mixed_model(const ClusteredData& data, const MarginalOptions& options) {
  const Sorted sorted = TRY(sorted_by_subject(data));
  const WorkingDesign design = TRY(working_design(sorted.x, sorted.y, data.names));
  const PatternSums sums = TRY(pattern_sums(sorted, design.z));
  const bool sloped = sorted.random.columns() == 2;
  MarginalFit fit =
      TRY(fit_marginal(sums, design, identity(sloped), start_of(design, sloped), options));
  std::vector<RandomEffect> effects = predict(sorted, fit);
  unscale(fit, sorted);
  const RandomCovariance random = TRY(random_covariance(fit.parameters));

  const double deviance = -2 * fit.log_likelihood;
  double counted = static_cast<double>(fit.parameters.size());
  if (options.criterion == Criterion::ml) counted += static_cast<double>(fit.coefficients.size());
  MixedModel model{.fit = std::move(fit),
                   .random = random,
                   .effects = std::move(effects),
                   .intraclass_correlation = {},
                   .log_likelihood_without = least_squares_likelihood(design, options.criterion),
                   .observations = sorted.y.size(),
                   .subjects = sorted.subjects.size(),
                   .deviance = deviance,
                   .aic = deviance + 2 * counted,
                   .bic = deviance + counted * std::log(static_cast<double>(sorted.y.size()))};
  if (!sloped) {
    model.intraclass_correlation =
        random.intercept_variance / (random.intercept_variance + random.residual_variance);
  }
  return model;
}

}  // namespace kensho::stats
