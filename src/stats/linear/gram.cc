#include "stats/linear/gram.h"

#include <Eigen/Core>

#include "base/parallel.h"
#include "stats/linear/eigen_view.h"

namespace kensho::stats {
namespace {

constexpr std::size_t block_rows = 8192;
// Within a block, rows are packed in strips that stay in the first cache.
constexpr Eigen::Index strip_rows = 256;

BlockPlan plan_of(const Matrix& x, unsigned threads) {
  return {.count = x.rows(), .block_size = block_rows, .threads = threads};
}

Eigen::MatrixXd block_gram(const Matrix& x, std::span<const double> weight, const Block& block) {
  const auto design = as_eigen(x);
  const Eigen::Index columns = design.cols();
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(columns, columns);
  Eigen::MatrixXd weighted(strip_rows, columns);
  const auto end = static_cast<Eigen::Index>(block.end);
  for (auto at = static_cast<Eigen::Index>(block.begin); at < end; at += strip_rows) {
    const Eigen::Index rows = std::min(strip_rows, end - at);
    const auto strip = design.middleRows(at, rows);
    if (weight.empty()) {
      gram.triangularView<Eigen::Lower>() += strip.transpose() * strip;
      continue;
    }
    weighted.topRows(rows) = as_eigen(weight).segment(at, rows).asDiagonal() * strip;
    gram.triangularView<Eigen::Lower>() += strip.transpose() * weighted.topRows(rows);
  }
  return gram;
}

}  // namespace

Matrix weighted_gram(const Matrix& x, std::span<const double> weight, unsigned threads) {
  ENSURE(weight.empty() || weight.size() == x.rows());
  const auto columns = static_cast<Eigen::Index>(x.columns());
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(columns, columns);
  gram = parallel_reduce(
      plan_of(x, threads), gram, [&](const Block& block) { return block_gram(x, weight, block); },
      [](Eigen::MatrixXd sum, const Eigen::MatrixXd& part) { return (sum += part).eval(); });
  gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
  return to_matrix(gram);
}

std::vector<double> transpose_times(const Matrix& x, std::span<const double> v, unsigned threads) {
  ENSURE(v.size() == x.rows());
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(x.columns()));
  return to_vector(parallel_reduce(
      plan_of(x, threads), zero,
      [&](const Block& block) {
        const auto at = static_cast<Eigen::Index>(block.begin);
        const auto rows = static_cast<Eigen::Index>(block.end - block.begin);
        return Eigen::VectorXd(as_eigen(x).middleRows(at, rows).transpose() *
                               as_eigen(v).segment(at, rows));
      },
      [](Eigen::VectorXd sum, const Eigen::VectorXd& part) { return (sum += part).eval(); }));
}

std::vector<double> times(const Matrix& x, std::span<const double> b, unsigned threads) {
  ENSURE(b.size() == x.columns());
  std::vector<double> product(x.rows());
  parallel_for(plan_of(x, threads), [&](const Block& block) {
    const auto at = static_cast<Eigen::Index>(block.begin);
    const auto rows = static_cast<Eigen::Index>(block.end - block.begin);
    Eigen::Map<Eigen::VectorXd>(product.data() + block.begin, rows) =
        as_eigen(x).middleRows(at, rows) * as_eigen(b);
  });
  return product;
}

}  // namespace kensho::stats
