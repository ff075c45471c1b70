#include "stats/longitudinal/gee.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <Eigen/Core>
#include <fmt/format.h>

#include "base/parallel.h"
#include "stats/linear/eigen_view.h"
#include "stats/linear/positive_definite.h"
#include "stats/linear/vector.h"
#include "stats/longitudinal/gee_clusters.h"
#include "stats/longitudinal/gee_sandwich.h"

namespace kensho::stats {
namespace {

constexpr std::size_t CLUSTERS_A_BLOCK = 256;
constexpr int ITERATIONS_MAX = 200;
constexpr double DECREMENT = 1e-20;
// Before this the correlation is kept at 0: far from the solution residuals say little about it.
constexpr double DECREMENT_NEAR = 1e-1;

using Array = Eigen::ArrayXd;
using ArrayView = Eigen::Map<Array>;
using ConstArrayView = Eigen::Map<const Array>;

// What the fit keeps of every row at the current coefficients.
struct Rows {
  std::vector<double> residual;   // Pearson: (y - mu) / sqrt(v)
  std::vector<double> deviation;  // sqrt(v)
};

struct Piece {
  Eigen::Index begin;
  Eigen::Index count;
};

// Residuals and deviations from the linear predictors of a run of rows.
void evaluate(const ConstArrayView& y, const Array& eta, MeanFamily family, ArrayView residual,
              ArrayView deviation) {
  switch (family) {
    case MeanFamily::gaussian:
      deviation.setOnes();
      residual = y - eta;
      return;
    case MeanFamily::poisson:
      deviation = (0.5 * eta).exp();
      residual = y / deviation - deviation;
      return;
    case MeanFamily::binomial:
      break;
  }
  // with t = exp(-|eta|) nothing overflows: mu is 1 / (1 + t) or t / (1 + t)
  const Array root = (-0.5 * eta.abs()).exp();
  const Array below = 1 + root.square();
  deviation = root / below;
  const Array above = (eta >= 0).select(Array::Ones(eta.size()), root.square());
  residual = (y * below - above) / root;
}

// What a pass over a block of clusters adds up.
struct Sums {
  double squares = 0;  // of Pearson residuals
  double eta_max = 0;
  CorrelationMoments moments;
  std::vector<double> information;  // p by p
  std::vector<double> score;
};

class Fitting {
 public:
  Fitting(const Clusters& clusters, const GeeChoice& choice, unsigned threads)
      : clusters_(clusters),
        family_(choice.family),
        structure_(choice.correlation, clusters.waves),
        plan_{clusters.label.size(), CLUSTERS_A_BLOCK, threads},
        rows_{std::vector<double>(clusters.outcome.size()),
              std::vector<double>(clusters.outcome.size())} {}

  // Residuals at these coefficients (none: at a start near the outcomes), scale and moments.
  Sums residuals_at(const std::vector<double>& coefficients) {
    return parallel_reduce(
        plan_, Sums{.moments = structure_.no_moments()},
        [&](const Block& block) { return block_residuals(block, coefficients); },
        [](Sums sum, const Sums& block) {
          sum.squares += block.squares;
          sum.eta_max = std::max(sum.eta_max, block.eta_max);
          sum.moments += block.moments;
          return sum;
        });
  }

  // Information and score (without the scale) under the correlation set.
  Sums equations() const {
    const std::size_t p = clusters_.x.columns();
    const Sums zero{.information = std::vector<double>(p * p), .score = std::vector<double>(p)};
    return parallel_reduce(
        plan_, zero, [&](const Block& block) { return block_equations(block); },
        [](Sums sum, const Sums& block) {
          for (std::size_t i = 0; i < block.information.size(); ++i) {
            sum.information[i] += block.information[i];
          }
          for (std::size_t i = 0; i < block.score.size(); ++i) sum.score[i] += block.score[i];
          return sum;
        });
  }

  CorrelationStructure& structure() { return structure_; }
  const CorrelationStructure& structure() const { return structure_; }
  const BlockPlan& plan() const { return plan_; }

  const Clusters& clusters() const { return clusters_; }
  const Rows& rows() const { return rows_; }

 private:
  Piece piece(const Block& block) const {
    const auto begin = static_cast<Eigen::Index>(clusters_.begin[block.begin]);
    return {begin, static_cast<Eigen::Index>(clusters_.begin[block.end]) - begin};
  }
  Sums block_residuals(const Block& block, const std::vector<double>& coefficients);
  Sums block_equations(const Block& block) const;
  Array start(const ConstArrayView& y) const;

  const Clusters& clusters_;  // borrowed from fit_gee
  MeanFamily family_;
  CorrelationStructure structure_;
  BlockPlan plan_;
  Rows rows_;
};

// Linear predictors close to the outcomes.
Array Fitting::start(const ConstArrayView& y) const {
  switch (family_) {
    case MeanFamily::gaussian:
      return y;
    case MeanFamily::poisson:
      return (y + 0.5).log();
    case MeanFamily::binomial:
      break;
  }
  return ((y + 0.5) / (1.5 - y)).log();
}

Sums Fitting::block_residuals(const Block& block, const std::vector<double>& coefficients) {
  const auto [begin, count] = piece(block);
  const ConstArrayView y(clusters_.outcome.data() + begin, count);
  const ConstArrayView offset(clusters_.offset.data() + begin, count);
  ArrayView residual(rows_.residual.data() + begin, count);
  ArrayView deviation(rows_.deviation.data() + begin, count);
  Sums sums{.moments = structure_.no_moments()};
  if (coefficients.empty()) {
    const Array eta = start(y);
    evaluate(y, eta, family_, residual, deviation);
    residual += deviation * (eta - offset);  // the step from 0 then is the whole first estimate
    return sums;
  }
  Array eta = offset;
  for (std::size_t j = 0; j < coefficients.size(); ++j) {
    eta += coefficients[j] * ConstArrayView(clusters_.x.column(j).data() + begin, count);
  }
  evaluate(y, eta, family_, residual, deviation);
  sums.squares = residual.square().sum();
  sums.eta_max = eta.abs().maxCoeff();
  for (std::size_t c = block.begin; c < block.end; ++c) {
    const std::size_t first = clusters_.begin[c];
    const std::size_t size = clusters_.begin[c + 1] - first;
    structure_.add(sums.moments, std::span(rows_.residual).subspan(first, size),
                   std::span(clusters_.wave).subspan(first, size));
  }
  return sums;
}

// G = D' V^-1 D and u = D' V^-1 r of one cluster after another, without the scale.
class ClusterEquations {
 public:
  explicit ClusterEquations(const Fitting& fitting)
      : fitting_(fitting), p_(fitting.clusters().x.columns()), information_(p_ * p_), score_(p_) {}

  void load(std::size_t cluster);
  std::span<const double> information() const { return information_; }
  std::span<const double> score() const { return score_; }

 private:
  const Fitting& fitting_;  // borrowed for a pass
  std::size_t p_;
  std::vector<double> scaled_;  // B = V^1/2 X, column after column
  std::vector<double> solved_;  // R^-1 B
  std::vector<double> information_;
  std::vector<double> score_;
};

void ClusterEquations::load(std::size_t cluster) {
  const Clusters& clusters = fitting_.clusters();
  const std::size_t first = clusters.begin[cluster];
  const std::size_t size = clusters.begin[cluster + 1] - first;
  const double* deviation = fitting_.rows().deviation.data() + first;
  const double* residual = fitting_.rows().residual.data() + first;
  scaled_.resize(p_ * size);
  for (std::size_t j = 0; j < p_; ++j) {
    const double* x = clusters.x.column(j).data() + first;
    for (std::size_t i = 0; i < size; ++i) scaled_[j * size + i] = deviation[i] * x[i];
  }
  solved_ = scaled_;
  fitting_.structure().multiply_inverse(solved_, std::span(clusters.wave).subspan(first, size));
  for (std::size_t a = 0; a < p_; ++a) {
    const std::span<const double> column = std::span(solved_).subspan(a * size, size);
    score_[a] = dot(column, {residual, size});
    for (std::size_t b = 0; b <= a; ++b) {
      const double sum = dot(column, std::span(scaled_).subspan(b * size, size));
      information_[a * p_ + b] = information_[b * p_ + a] = sum;
    }
  }
}

Sums Fitting::block_equations(const Block& block) const {
  const std::size_t p = clusters_.x.columns();
  Sums sums{.information = std::vector<double>(p * p), .score = std::vector<double>(p)};
  ClusterEquations one(*this);
  for (std::size_t c = block.begin; c < block.end; ++c) {
    one.load(c);
    for (std::size_t i = 0; i < p * p; ++i) sums.information[i] += one.information()[i];
    for (std::size_t i = 0; i < p; ++i) sums.score[i] += one.score()[i];
  }
  return sums;
}

// The sum over clusters of u u', u corrected.
Result<Matrix> score_variance(const Fitting& fitting, const ScoreCorrection& correction) {
  const std::size_t p = fitting.clusters().x.columns();
  std::vector<std::optional<Error>> failures(block_count(fitting.plan()));
  const auto map = [&](const Block& block) {
    Matrix sum(p, p);
    ClusterEquations one(fitting);
    for (std::size_t c = block.begin; c < block.end; ++c) {
      one.load(c);
      const auto u = correction.apply(one.information(), one.score(), fitting.clusters().label[c]);
      if (!u) {
        failures[block.index] = u.error();
        break;
      }
      for (std::size_t b = 0; b < p; ++b) {
        for (std::size_t a = 0; a < p; ++a) sum(a, b) += (*u)[a] * (*u)[b];
      }
    }
    return sum;
  };
  const auto fold = [](Matrix sum, const Matrix& block) {
    for (std::size_t i = 0; i < block.values().size(); ++i) sum.values()[i] += block.values()[i];
    return sum;
  };
  Matrix variance = parallel_reduce(fitting.plan(), Matrix(p, p), map, fold);
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  return variance;
}

// A B A for symmetric A, exactly symmetric.
Matrix between(const Matrix& a, const Matrix& b) {
  const Eigen::MatrixXd product = as_eigen(a) * as_eigen(b) * as_eigen(a);
  return to_matrix(0.5 * (product + product.transpose()));
}

Matrix times_scale(Matrix matrix, double scale) {
  for (double& value : matrix.values()) value *= scale;
  return matrix;
}

// Where scoring stands.
struct State {
  std::vector<double> coefficients;
  CorrelationParameters correlation;
  Matrix information;
  double scale = 0;
  double decrement = 0;
  int iterations = 0;
};

Status check_predictors(double eta_max, int iteration, MeanFamily family) {
  if (family == MeanFamily::gaussian) return ok();
  if (!(eta_max < 500) || (family == MeanFamily::binomial && iteration > 20 && eta_max > 25)) {
    return Error{
        Errc::invalid_argument,
        fmt::format("GEE: linear predictors reach {:.4g} after {} iterations: the outcome is "
                    "separated by the columns of the design",
                    eta_max, iteration)};
  }
  return ok();
}

Result<State> solve(Fitting& fitting, const GeeChoice& choice, std::span<const std::string> names) {
  const std::size_t p = fitting.clusters().x.columns();
  const auto rows = static_cast<double>(fitting.clusters().outcome.size());
  State state{.coefficients = std::vector<double>(p)};
  fitting.residuals_at({});
  bool is_near = false;
  for (int iteration = 0; iteration <= ITERATIONS_MAX; ++iteration) {
    state.iterations = iteration;
    if (iteration > 0) {
      const Sums sums = fitting.residuals_at(state.coefficients);
      TRY(check_predictors(sums.eta_max, iteration, choice.family));
      state.scale = sums.squares / rows;
      if (!(state.scale > 0)) {
        return Error{Errc::invalid_argument,
                     "GEE: the model fits every outcome exactly; no variance is left to judge by"};
      }
      if (is_near) {
        state.correlation = TRY(fitting.structure().parameters(sums.moments, state.scale));
        TRY(fitting.structure().set(state.correlation, fitting.clusters().size_max));
      }
    }
    const Sums sums = fitting.equations();
    state.information = Matrix(p, p, sums.information);
    const auto factor = TRY(CholeskyFactor::make(state.information, "GEE: the design", names));
    const std::vector<double> step = factor.solve(sums.score);
    state.decrement = iteration > 0 ? dot(step, sums.score) / state.scale : 1;
    if (is_near && state.decrement <= DECREMENT) return state;
    is_near = is_near || state.decrement < DECREMENT_NEAR;
    for (std::size_t j = 0; j < p; ++j) state.coefficients[j] += step[j];
  }
  return Error{Errc::not_converged,
               fmt::format("GEE: no convergence in {} iterations; U' I^-1 U = {:.3g}",
                           ITERATIONS_MAX, state.decrement)};
}

}  // namespace

Result<GeeFit> fit_gee(const GeeData& data, const GeeChoice& choice, unsigned threads) {
  const Clusters clusters = TRY(lay_out(data, choice));
  Fitting fitting(clusters, choice, threads);
  const State state = TRY(solve(fitting, choice, data.names));
  const auto correction =
      TRY(ScoreCorrection::make(choice.correction, state.information, data.names));
  const Matrix variance = TRY(score_variance(fitting, correction));
  return GeeFit{.coefficients = state.coefficients,
                .sandwich = between(correction.inverse(), variance),
                .model_covariance = times_scale(correction.inverse(), state.scale),
                .scale = state.scale,
                .correlation = state.correlation,
                .clusters = clusters.label.size(),
                .cluster_size_max = clusters.size_max,
                .iterations = state.iterations,
                .decrement = state.decrement};
}

}  // namespace kensho::stats
