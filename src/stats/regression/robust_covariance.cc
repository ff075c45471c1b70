#include "stats/regression/robust_covariance.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "stats/linear/eigen_view.h"
#include "stats/linear/gram.h"

namespace kensho::stats {
namespace {

Matrix sandwich(const Matrix& bread, const Matrix& meat, double factor) {
  const Eigen::MatrixXd whole = factor * as_eigen(bread) * as_eigen(meat) * as_eigen(bread);
  return to_matrix(0.5 * (whole + whole.transpose()));
}

double rows_in_use(const EstimatingEquations& equations) {
  if (equations.leverages.empty()) return static_cast<double>(equations.x.rows());
  return static_cast<double>(
      std::ranges::count_if(equations.leverages, [](double h) { return h > 0; }));
}

Result<std::vector<double>> inflated_squares(const EstimatingEquations& equations,
                                             RobustKind kind) {
  std::vector<double> squares(equations.scores.size());
  const bool inflated = kind == RobustKind::hc2 || kind == RobustKind::hc3;
  for (std::size_t i = 0; i < squares.size(); ++i) {
    squares[i] = equations.scores[i] * equations.scores[i];
    if (!inflated) continue;
    const double left = 1 - equations.leverages[i];
    if (left < 1e-12) {
      return Error{Errc::invalid_argument,
                   fmt::format("robust covariance: row {} alone determines a coefficient (leverage "
                               "1); use hc0 or hc1, or leave the row out",
                               i + 1)};
    }
    squares[i] /= kind == RobustKind::hc2 ? left : left * left;
  }
  return squares;
}

/// The rows' indices, those of one cluster beside each other.
std::vector<std::size_t> grouped(std::span<const int> cluster) {
  std::vector<std::size_t> order(cluster.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(cluster[i], i); });
  return order;
}

/// One row a cluster: the sum of its x_i u_i.
Matrix cluster_sums(const EstimatingEquations& equations, std::span<const int> cluster) {
  const std::vector<std::size_t> order = grouped(cluster);
  std::vector<std::size_t> of_row(order.size());
  std::size_t clusters = 0;
  for (std::size_t at = 0; at < order.size(); ++at) {
    if (at > 0 && cluster[order[at]] != cluster[order[at - 1]]) ++clusters;
    of_row[order[at]] = clusters;
  }
  Matrix sums(order.empty() ? 0 : clusters + 1, equations.x.columns());
  for (std::size_t j = 0; j < equations.x.columns(); ++j) {
    const auto column = equations.x.column(j);
    for (std::size_t i = 0; i < column.size(); ++i) {
      sums(of_row[i], j) += column[i] * equations.scores[i];
    }
  }
  return sums;
}

}  // namespace

Result<Matrix> robust_covariance(const EstimatingEquations& equations, RobustKind kind) {
  ENSURE(equations.scores.size() == equations.x.rows());
  const std::vector<double> squares = TRY(inflated_squares(equations, kind));
  const double n = rows_in_use(equations);
  const double p = static_cast<double>(equations.x.columns());
  const double factor = kind == RobustKind::hc1 ? n / (n - p) : 1;
  return sandwich(equations.bread, weighted_gram(equations.x, squares), factor);
}

Result<Matrix> clustered_covariance(const EstimatingEquations& equations,
                                    std::span<const int> cluster, ClusterFactor factor) {
  ENSURE(equations.scores.size() == equations.x.rows() && cluster.size() == equations.x.rows());
  const Matrix sums = cluster_sums(equations, cluster);
  if (sums.rows() < 2) {
    return Error{Errc::invalid_argument,
                 fmt::format("clustered covariance: {} cluster; at least two are needed, and forty "
                             "or so to trust it",
                             sums.rows())};
  }
  const double n = rows_in_use(equations);
  const double p = static_cast<double>(equations.x.columns());
  const double groups = static_cast<double>(sums.rows());
  double by = factor == ClusterFactor::none ? 1 : groups / (groups - 1);
  if (factor == ClusterFactor::clusters_and_rows) by *= (n - 1) / (n - p);
  return sandwich(equations.bread, weighted_gram(sums, {}), by);
}

}  // namespace kensho::stats
