#include "stats/survival/subdistribution_risk.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/Core>

#include "base/parallel.h"
#include "stats/describe/compensated_sum.h"
#include "stats/linear/eigen_view.h"

namespace kensho::stats {
namespace {

constexpr std::size_t block_rows = 2048;  // with ten covariates, what the second cache holds

BlockPlan plan_of(const SubdistributionSample& sample, unsigned threads) {
  return {.count = sample.subjects(), .block_size = block_rows, .threads = threads};
}

std::vector<double> predictors(const SubdistributionSample& sample,
                               std::span<const double> coefficients, unsigned threads) {
  std::vector<double> predictor(sample.subjects());
  parallel_for(plan_of(sample, threads), [&](const Block& block) {
    for (std::size_t i = block.begin; i < block.end; ++i) {
      const double* x = sample.row(i);
      double sum = 0;
      for (std::size_t j = 0; j < coefficients.size(); ++j) sum += coefficients[j] * x[j];
      predictor[i] = sum;
    }
  });
  return predictor;
}

// Sums over rows of risk and of risk * x: first those of the block, then (by accumulate) of all
// rows before it or after it.
struct BlockSums {
  std::vector<double> left;   // of those who leave by a competing event, by 1 / G
  std::vector<double> there;  // of everybody
};

// Adds weight * (1, x) to sums.
inline void add_row(double weight, const double* x, std::size_t covariates, double* sums) {
  sums[0] += weight;
  for (std::size_t j = 0; j < covariates; ++j) sums[j + 1] += weight * x[j];
}

// Fills the risks of a block and sums them.
BlockSums sum_block(const SubdistributionSample& sample, std::span<double> risk, double shift,
                    const Block& block) {
  const std::size_t p = sample.covariates;
  BlockSums sums{std::vector<double>(p + 1), std::vector<double>(p + 1)};
  for (std::size_t i = block.begin; i < block.end; ++i) {
    risk[i] = std::exp(risk[i] - shift);
    add_row(risk[i], sample.row(i), p, sums.there.data());
    if (sample.inverse_censoring[i] > 0) {
      add_row(risk[i] * sample.inverse_censoring[i], sample.row(i), p, sums.left.data());
    }
  }
  return sums;
}

void accumulate(std::vector<BlockSums>& blocks, std::size_t width) {
  std::vector<double> left(width);
  for (BlockSums& block : blocks) {
    for (std::size_t j = 0; j < width; ++j) left[j] += std::exchange(block.left[j], left[j]);
  }
  std::vector<double> there(width);
  for (std::size_t b = blocks.size(); b-- > 0;) {
    for (std::size_t j = 0; j < width; ++j) {
      there[j] += std::exchange(blocks[b].there[j], there[j]);
    }
  }
}

// S0 and S1 of the cause times whose first row is in the block, from the sums beyond it.
void sum_risk_sets(const SubdistributionSample& sample, const Block& block, BlockSums sums,
                   std::span<double> risk_sums, SubdistributionRisk& state) {
  const std::size_t p = sample.covariates;
  const auto first_at = [&](std::size_t row) {
    return static_cast<std::size_t>(
        std::ranges::lower_bound(sample.cause_times, row, {}, &CauseTime::first) -
        sample.cause_times.begin());
  };
  const std::size_t begin = first_at(block.begin);
  const std::size_t end = first_at(block.end);
  std::size_t row = block.begin;
  for (std::size_t k = begin; k < end; ++k) {
    for (; row < sample.cause_times[k].first; ++row) {
      const double inverse = sample.inverse_censoring[row];
      if (inverse > 0) add_row(state.risk[row] * inverse, sample.row(row), p, sums.left.data());
    }
    const double survival = sample.cause_times[k].censoring_survival;
    risk_sums[k] = survival * sums.left[0];
    for (std::size_t j = 0; j < p; ++j) state.mean[k * p + j] = survival * sums.left[j + 1];
  }
  row = block.end;
  for (std::size_t k = end; k-- > begin;) {
    while (row > sample.cause_times[k].first) {
      --row;
      add_row(state.risk[row], sample.row(row), p, sums.there.data());
    }
    risk_sums[k] += sums.there[0];
    for (std::size_t j = 0; j < p; ++j) {
      state.mean[k * p + j] = (state.mean[k * p + j] + sums.there[j + 1]) / risk_sums[k];
    }
  }
}

// Hazards from the sums of risk; false where one is no number to divide by.
bool fill_hazards(const SubdistributionSample& sample, std::span<const double> risk_sums,
                  SubdistributionRisk& state) {
  const std::span<const CauseTime> times = sample.cause_times;
  CompensatedSum log_likelihood;
  for (std::size_t k = 0; k < times.size(); ++k) {
    if (!(risk_sums[k] >= std::numeric_limits<double>::min()) || std::isinf(risk_sums[k])) {
      return false;
    }
    state.hazard[k] = times[k].events / risk_sums[k];
    log_likelihood.add(-times[k].events * std::log(risk_sums[k]));
    state.hazard_so_far[k + 1] = state.hazard_so_far[k] + state.hazard[k];
  }
  for (std::size_t k = times.size(); k-- > 0;) {
    state.hazard_to_come[k] =
        state.hazard_to_come[k + 1] + times[k].censoring_survival * state.hazard[k];
  }
  state.log_likelihood += log_likelihood.value();
  return true;
}

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Rows = Eigen::Map<const RowMajor>;

constexpr std::size_t strip_rows = 256;  // packed at a time: they stay in the first cache

Eigen::MatrixXd add(Eigen::MatrixXd sum, const Eigen::MatrixXd& part) {
  return (sum += part).eval();
}

}  // namespace

SubdistributionRisk subdistribution_risk(const SubdistributionSample& sample,
                                         std::span<const double> coefficients, unsigned threads) {
  const std::size_t p = sample.covariates;
  SubdistributionRisk state{};
  state.risk = predictors(sample, coefficients, threads);
  state.shift = std::ranges::max(state.risk);
  if (!std::isfinite(state.shift)) return state;
  CompensatedSum at_events;
  for (std::size_t i = 0; i < sample.subjects(); ++i) {
    if (sample.ending[i] == Ending::of_cause) at_events.add(state.risk[i] - state.shift);
  }
  state.log_likelihood = at_events.value();

  const BlockPlan plan = plan_of(sample, threads);
  std::vector<BlockSums> sums(block_count(plan));
  parallel_for(plan, [&](const Block& block) {
    sums[block.index] = sum_block(sample, state.risk, state.shift, block);
  });
  accumulate(sums, p + 1);
  std::vector<double> risk_sums(sample.cause_times.size());
  state.mean.resize(sample.cause_times.size() * p);
  parallel_for(plan, [&](const Block& block) {
    sum_risk_sets(sample, block, sums[block.index], risk_sums, state);
  });
  state.hazard.resize(sample.cause_times.size());
  state.hazard_so_far.resize(sample.cause_times.size() + 1);
  state.hazard_to_come.resize(sample.cause_times.size() + 1);
  state.usable = fill_hazards(sample, risk_sums, state);
  return state;
}

Matrix gram_of_rows(std::span<const double> rows, std::size_t columns,
                    std::span<const double> weight, unsigned threads) {
  const auto width = static_cast<Eigen::Index>(columns);
  const std::size_t count = rows.size() / columns;
  const auto of_block = [&](const Block& block) {
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(width, width);
    RowMajor weighted(static_cast<Eigen::Index>(strip_rows), width);
    for (std::size_t at = block.begin; at < block.end; at += strip_rows) {
      const auto size = static_cast<Eigen::Index>(std::min(strip_rows, block.end - at));
      const Rows strip(rows.data() + at * columns, size, width);
      if (weight.empty()) {
        gram.noalias() += strip.transpose() * strip;
        continue;
      }
      const Eigen::Map<const Eigen::VectorXd> weights(weight.data() + at, size);
      weighted.topRows(size) = weights.asDiagonal() * strip;
      gram.noalias() += strip.transpose() * weighted.topRows(size);
    }
    return gram;
  };
  const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(width, width);
  Eigen::MatrixXd gram = parallel_reduce(
      {.count = count, .block_size = 8 * block_rows, .threads = threads}, zero, of_block, add);
  gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
  return to_matrix(gram);
}

Likelihood subdistribution_likelihood(const SubdistributionSample& sample,
                                      const SubdistributionRisk& risk, unsigned threads) {
  if (!risk.usable) return {-std::numeric_limits<double>::infinity(), {}, {}};
  std::vector<double> expected(sample.subjects());
  const auto score_of = [&](const Block& block) {
    Eigen::MatrixXd score = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(sample.covariates), 1);
    for (std::size_t i = block.begin; i < block.end; ++i) {
      expected[i] = expected_events(sample, risk, i);
      const double residual = (sample.ending[i] == Ending::of_cause ? 1.0 : 0.0) - expected[i];
      const double* x = sample.row(i);
      for (std::size_t j = 0; j < sample.covariates; ++j) score.data()[j] += residual * x[j];
    }
    return score;
  };
  const Eigen::MatrixXd zero =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(sample.covariates), 1);
  const Eigen::MatrixXd score = parallel_reduce(plan_of(sample, threads), zero, score_of, add);

  std::vector<double> events(sample.cause_times.size());
  std::ranges::transform(sample.cause_times, events.begin(), &CauseTime::events);
  Matrix information = gram_of_rows(sample.x, sample.covariates, expected, threads);
  const Matrix of_means = gram_of_rows(risk.mean, sample.covariates, events, threads);
  for (std::size_t i = 0; i < information.values().size(); ++i) {
    information.values()[i] -= of_means.values()[i];
  }
  return {risk.log_likelihood, to_vector(score.col(0)), std::move(information)};
}

}  // namespace kensho::stats
