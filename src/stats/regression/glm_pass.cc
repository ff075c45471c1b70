#include "stats/regression/glm_pass.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Core>

#include "base/parallel.h"
#include "stats/linear/eigen_view.h"

namespace kensho::stats {
namespace {

constexpr std::size_t block_rows = 8192;
// A strip of the design stays in the second cache while it is used three times.
constexpr std::size_t strip_rows = 256;

/// One row at one linear predictor.
struct Row {
  double kernel;
  RowTerms terms;
  double divisor = 1;  // in [1, 2]: its logarithm is still to be taken off the kernel
};

Row general_row(const GlmModel& model, double y, double weight, double eta) {
  const Mean mean = mean_at(model.link, eta);
  return {weight == 0 ? 0 : weight * kernel(model, y, mean), row_terms(model, y, weight, eta)};
}

/// Logistic: canonical, so the score is the residual; the kernel is y eta - log(1 + e^eta). Without
/// weights the logarithms of a strip are taken as one, of a product.
Row logistic_row(double y, double weight, double eta) {
  const double small = std::exp(-std::abs(eta));
  const double near = 1 / (1 + small);
  const double far = small * near;
  const double residual = eta >= 0 ? (y - 1) + far : y - far;
  const double kernel = y * eta - std::max(eta, 0.0);
  const RowTerms terms{weight * residual, weight * near * far};
  if (weight == 1) return {kernel, terms, 1 + small};  // exactly: no weights
  return {weight * (kernel - std::log1p(small)), terms};
}

Row poisson_row(double y, double weight, double eta) {
  const double mean = std::exp(eta);
  return {weight * (y * eta - mean), {weight * (y - mean), weight * mean}};
}

/// The sums of one block of rows.
struct Sums {
  double kernel = 0;
  Eigen::VectorXd score;
  Eigen::MatrixXd information;

  Sums(Eigen::Index columns, PassKind kind) : score(Eigen::VectorXd::Zero(columns)) {
    if (kind == PassKind::score_and_information) {
      information = Eigen::MatrixXd::Zero(columns, columns);
    }
  }
};

/// The terms of one strip of rows.
struct Strip {
  std::array<double, strip_rows> eta;
  std::array<double, strip_rows> score;
  std::array<double, strip_rows> weight;
};

using RowsView = Eigen::Block<const Eigen::Map<const Eigen::MatrixXd>>;

void add_strip(Sums& sums, const Strip& strip, const RowsView& rows, Eigen::MatrixXd& weighted) {
  const Eigen::Index count = rows.rows();
  sums.score.noalias() +=
      rows.transpose() * Eigen::Map<const Eigen::VectorXd>(strip.score.data(), count);
  if (sums.information.size() == 0) return;
  weighted.topRows(count) =
      Eigen::Map<const Eigen::VectorXd>(strip.weight.data(), count).asDiagonal() * rows;
  sums.information.triangularView<Eigen::Lower>() += rows.transpose() * weighted.topRows(count);
}

/// `row_at(i, eta)` gives one row; eta is X b + offset.
template <class RowAt>
Sums block_sums(const GlmData& data, std::span<const double> b, PassKind kind, const Block& block,
                const RowAt& row_at) {
  const auto x = as_eigen(data.x);
  Sums sums(x.cols(), kind);
  Eigen::MatrixXd weighted(static_cast<Eigen::Index>(strip_rows), x.cols());
  Strip strip;
  for (std::size_t at = block.begin; at < block.end; at += strip_rows) {
    const std::size_t count = std::min(strip_rows, block.end - at);
    const RowsView rows(x, static_cast<Eigen::Index>(at), 0, static_cast<Eigen::Index>(count),
                        x.cols());
    Eigen::Map<Eigen::VectorXd> eta(strip.eta.data(), static_cast<Eigen::Index>(count));
    if (b.empty()) {
      eta.setZero();
    } else {
      eta.noalias() = rows * as_eigen(b);
    }
    double divisor = 1;  // at most 2^256
    for (std::size_t i = 0; i < count; ++i) {
      const double offset = data.offset.empty() ? 0 : data.offset[at + i];
      const Row row = row_at(at + i, strip.eta[i] + offset);
      sums.kernel += row.kernel;
      divisor *= row.divisor;
      strip.score[i] = row.terms.score;
      strip.weight[i] = row.terms.weight;
    }
    sums.kernel -= std::log(divisor);
    add_strip(sums, strip, rows, weighted);
  }
  return sums;
}

template <class RowAt>
GlmPass pass(const GlmData& data, std::span<const double> b, PassKind kind, unsigned threads,
             const RowAt& row_at) {
  Sums sums(static_cast<Eigen::Index>(data.x.columns()), kind);
  sums = parallel_reduce(
      BlockPlan{.count = data.x.rows(), .block_size = block_rows, .threads = threads}, sums,
      [&](const Block& block) { return block_sums(data, b, kind, block, row_at); },
      [](Sums all, const Sums& part) {
        all.kernel += part.kernel;
        all.score += part.score;
        all.information += part.information;
        return all;
      });
  sums.information.triangularView<Eigen::StrictlyUpper>() = sums.information.transpose();
  return {sums.kernel, to_vector(sums.score), to_matrix(sums.information)};
}

/// Slightly inside the range of the family.
double shrunken(Family family, double y, double weight) {
  switch (family) {
    case Family::gaussian:
    case Family::gamma:
      return y;
    case Family::binomial:
      return (weight * y + 0.5) / (weight + 1);
    case Family::poisson:
      return y + 0.1;
    case Family::negative_binomial:
      return y == 0 ? 1.0 / 6 : y;
  }
  return y;
}

}  // namespace

RowTerms row_terms(const GlmModel& model, double y, double weight, double eta) {
  const Mean mean = mean_at(model.link, eta);
  const double variance = variance_of(model, mean);
  if (weight == 0 || !(variance > 0)) return {0, 0};
  const double ratio = weight * mean.slope / variance;
  const double residual = model.family == Family::binomial && mean.value > 0.5
                              ? (y - 1) + mean.complement
                              : y - mean.value;
  return {ratio * residual, ratio * mean.slope};
}

GlmPass glm_pass(const GlmData& data, const GlmModel& model, std::span<const double> coefficients,
                 PassKind kind, unsigned threads) {
  const auto weight = [&](std::size_t i) { return data.weight.empty() ? 1 : data.weight[i]; };
  if (model.family == Family::binomial && model.link == Link::logit) {
    return pass(data, coefficients, kind, threads,
                [&](std::size_t i, double eta) { return logistic_row(data.y[i], weight(i), eta); });
  }
  if (model.family == Family::poisson && model.link == Link::log) {
    return pass(data, coefficients, kind, threads,
                [&](std::size_t i, double eta) { return poisson_row(data.y[i], weight(i), eta); });
  }
  return pass(data, coefficients, kind, threads, [&](std::size_t i, double eta) {
    return general_row(model, data.y[i], weight(i), eta);
  });
}

GlmPass starting_pass(const GlmData& data, const GlmModel& model, unsigned threads) {
  const auto row = [&](std::size_t i, double offset) {
    const double weight = data.weight.empty() ? 1 : data.weight[i];
    const double eta = link_of(model.link, shrunken(model.family, data.y[i], weight));
    const double w = row_terms(model, data.y[i], weight, eta).weight;
    if (!std::isfinite(eta) || !(w > 0)) return Row{0, {0, 0}};
    return Row{0, {w * (eta - offset), w}};
  };
  return pass(data, {}, PassKind::score_and_information, threads, row);
}

}  // namespace kensho::stats
