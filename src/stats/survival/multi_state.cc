#include "stats/survival/multi_state.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/survival/state_walk.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

// A k by k matrix, row by row.
class Square {
 public:
  explicit Square(std::size_t size) : size_(size), values_(size * size) {}
  double operator()(std::size_t i, std::size_t j) const { return values_[i * size_ + j]; }
  double& operator()(std::size_t i, std::size_t j) { return values_[i * size_ + j]; }
  std::size_t size() const { return size_; }
  const std::vector<double>& values() const { return values_; }

 private:
  std::size_t size_;
  std::vector<double> values_;
};

// One time's step of the transition hazards: its matrix I + dA, and the covariance of each row of
// dA, which are independent of one another.
struct HazardJump {
  Square one_plus;
  std::vector<Square> covariance;  // of row g

  HazardJump(const StateWalk& walk, TransitionVariance variance)
      : one_plus(walk.at_risk().size()),
        covariance(walk.at_risk().size(), Square(walk.at_risk().size())) {
    for (std::size_t state = 0; state < one_plus.size(); ++state) one_plus(state, state) = 1;
    for (const Transition& step : walk.transitions()) {
      const auto at_risk = static_cast<double>(walk.at_risk()[step.from]);
      one_plus(step.from, step.to) += step.count / at_risk;
      one_plus(step.from, step.from) -= step.count / at_risk;
      add_poisson(step, at_risk);
    }
    if (variance == TransitionVariance::greenwood) subtract_products(walk);
  }

 private:
  void add_poisson(const Transition& step, double at_risk) {
    const double variance = step.count / (at_risk * at_risk);
    Square& row = covariance[step.from];
    row(step.to, step.to) += variance;
    row(step.from, step.from) += variance;
    row(step.to, step.from) -= variance;
    row(step.from, step.to) -= variance;
  }

  // Of a multinomial count the covariance is less by dA_gh dA_gk / Y.
  void subtract_products(const StateWalk& walk) {
    for (std::size_t g = 0; g < one_plus.size(); ++g) {
      const auto at_risk = static_cast<double>(walk.at_risk()[g]);
      if (at_risk == 0) continue;
      for (std::size_t h = 0; h < one_plus.size(); ++h) {
        for (std::size_t k = 0; k < one_plus.size(); ++k) {
          covariance[g](h, k) -= step_of(g, h) * step_of(g, k) / at_risk;
        }
      }
    }
  }
  double step_of(std::size_t g, std::size_t h) const { return one_plus(g, h) - (g == h ? 1 : 0); }
};

// The probabilities of all states from one state, and their covariance.
class Row {
 public:
  Row(std::size_t states, std::size_t from) : probability_(states), covariance_(states) {
    probability_[from] = 1;
  }

  // V becomes B' V B + sum_g p_g^2 C_g and p becomes p B, with B = I + dA. Greenwood's form takes
  // the p before the step, as the martingale has it; Aalen's, as mstate has it, that after it.
  void move(const HazardJump& jump, TransitionVariance variance) {
    carry(jump.one_plus);
    if (variance == TransitionVariance::greenwood) add(jump);
    std::vector<double> next(probability_.size());
    for (std::size_t i = 0; i < next.size(); ++i) {
      for (std::size_t j = 0; j < next.size(); ++j) {
        next[j] += probability_[i] * jump.one_plus(i, j);
      }
    }
    probability_ = next;
    if (variance == TransitionVariance::aalen) add(jump);
  }

  double probability(std::size_t state) const { return probability_[state]; }
  // Rounding can leave a variance of 0 slightly below it.
  double std_error(std::size_t state) const {
    return std::sqrt(std::max(covariance_(state, state), 0.0));
  }

 private:
  void add(const HazardJump& jump) {
    for (std::size_t g = 0; g < probability_.size(); ++g) {
      const double share = probability_[g] * probability_[g];
      if (share == 0) continue;
      for (std::size_t i = 0; i < probability_.size(); ++i) {
        for (std::size_t j = 0; j < probability_.size(); ++j) {
          covariance_(i, j) += share * jump.covariance[g](i, j);
        }
      }
    }
  }

  void carry(const Square& one_plus) {
    const std::size_t states = probability_.size();
    Square half(states);
    Square full(states);
    for (std::size_t i = 0; i < states; ++i) {
      for (std::size_t j = 0; j < states; ++j) {
        for (std::size_t l = 0; l < states; ++l) half(i, j) += covariance_(i, l) * one_plus(l, j);
      }
    }
    for (std::size_t i = 0; i < states; ++i) {
      for (std::size_t j = 0; j < states; ++j) {
        for (std::size_t l = 0; l < states; ++l) full(i, j) += one_plus(l, i) * half(l, j);
      }
    }
    covariance_ = full;
  }

  std::vector<double> probability_;
  Square covariance_;
};

TransitionStep step_of(double time, std::span<const Row> matrix) {
  TransitionStep step{time, {}, {}};
  for (const Row& row : matrix) {
    for (std::size_t state = 0; state < matrix.size(); ++state) {
      step.probability.push_back(row.probability(state));
      step.std_error.push_back(row.std_error(state));
    }
  }
  return step;
}

}  // namespace

Result<TransitionProbabilities> transition_probabilities(const StateRows& rows,
                                                         const TransitionChoice& choice) {
  TRY(check_state_rows(rows));
  TRY(check_reading_times(std::span(&choice.start_time, 1)));
  const auto states = static_cast<std::size_t>(rows.state_count);
  std::vector<Row> matrix;
  for (std::size_t from = 0; from < states; ++from) matrix.emplace_back(states, from);

  TransitionProbabilities result{states, choice.start_time, {}};
  for (StateWalk walk(rows); walk.next(); walk.leave()) {
    if (walk.transitions().empty() || walk.time() <= choice.start_time) continue;
    const HazardJump jump(walk, choice.variance);
    for (Row& row : matrix) row.move(jump, choice.variance);
    result.steps.push_back(step_of(walk.time(), matrix));
  }
  return result;
}

}  // namespace kensho::stats
