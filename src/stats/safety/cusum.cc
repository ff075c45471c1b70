#include "stats/safety/cusum.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <Eigen/LU>
#include <fmt/format.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "stats/describe/compensated_sum.h"
#include "stats/linear/eigen_view.h"

namespace kensho::stats {
namespace {

Error refused(std::string message) {
  return {Errc::invalid_argument, "cusum: " + std::move(message)};
}

Status check_risks(std::span<const double> risk, double odds_ratio) {
  if (risk.empty()) return refused("there is no patient");
  for (std::size_t i = 0; i < risk.size(); ++i) {
    if (!(risk[i] > 0 && risk[i] < 1)) {
      return refused(
          fmt::format("patient {}: a risk of {}; it must be above 0 and below 1", i + 1, risk[i]));
    }
  }
  if (odds_ratio > 0 && std::isfinite(odds_ratio) && odds_ratio != 1) return ok();
  return refused(fmt::format("an odds ratio of {}; it must be above 0 and not 1", odds_ratio));
}

/// What the chart gains by a failure and by a success.
struct Weights {
  double failure;
  double success;
};
Weights weights_of(double risk, double odds_ratio) {
  const double success = -std::log1p(risk * (odds_ratio - 1));
  return {std::log(odds_ratio) + success, success};
}

double risk_at(double risk, double odds_ratio) {
  return odds_ratio * risk / (1 + risk * (odds_ratio - 1));
}

Status check_design(const CusumDesign& design) {
  TRY(check_risks(design.risk, design.odds_ratio));
  if (!(design.true_odds_ratio > 0) || !std::isfinite(design.true_odds_ratio)) {
    return refused(fmt::format("a true odds ratio of {}", design.true_odds_ratio));
  }
  if (design.risk.size() > 10'000 || design.states < 10 || design.states > 2000) {
    return refused(fmt::format("{} risks (at most 10000) and {} states (10 to 2000)",
                               design.risk.size(), design.states));
  }
  return ok();
}

// I minus the chances to move from cell to cell below the limit. The first cell stands for 0, any
// other for its middle.
Eigen::MatrixXd transient(const CusumDesign& design, double limit) {
  const auto states = static_cast<Eigen::Index>(design.states);
  const double width = limit / design.states;
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(states, states);
  for (const double risk : design.risk) {
    const Weights weights = weights_of(risk, design.odds_ratio);
    const double fails = risk_at(risk, design.true_odds_ratio);
    const auto each = static_cast<double>(design.risk.size());
    for (Eigen::Index i = 0; i < states; ++i) {
      const double from = i == 0 ? 0 : (static_cast<double>(i) + 0.5) * width;
      const auto move = [&](double weight, double chance) {
        const double to = std::max(0.0, from + weight);
        if (to >= limit) return;
        const auto cell = static_cast<Eigen::Index>(to / width);
        matrix(i, std::min(cell, states - 1)) -= chance / each;
      };
      move(weights.failure, fails);
      move(weights.success, 1 - fails);
    }
  }
  return matrix;
}

double largest_of_run(const CusumDesign& design, int patients, Rng rng) {
  double value = 0;
  double largest = 0;
  for (int i = 0; i < patients; ++i) {
    const double risk = design.risk[rng.below(static_cast<std::uint32_t>(design.risk.size()))];
    const Weights weights = weights_of(risk, design.odds_ratio);
    const bool failed = rng.bernoulli(risk_at(risk, design.true_odds_ratio));
    value = std::max(0.0, value + (failed ? weights.failure : weights.success));
    largest = std::max(largest, value);
  }
  return largest;
}

}  // namespace

Result<CusumChart> risk_adjusted_cusum(std::span<const int> failed, std::span<const double> risk,
                                       double odds_ratio, std::optional<double> limit) {
  TRY(check_risks(risk, odds_ratio));
  if (failed.size() != risk.size()) {
    return refused(fmt::format("{} outcomes and {} risks", failed.size(), risk.size()));
  }
  if (limit && !(*limit > 0)) return refused(fmt::format("a limit of {}", *limit));
  CusumChart chart;
  double value = 0;
  CompensatedSum difference;
  for (std::size_t i = 0; i < failed.size(); ++i) {
    if (failed[i] != 0 && failed[i] != 1) {
      return refused(
          fmt::format("patient {}: the outcome is {}; it must be 0 or 1", i + 1, failed[i]));
    }
    const Weights weights = weights_of(risk[i], odds_ratio);
    value = std::max(0.0, value + (failed[i] == 1 ? weights.failure : weights.success));
    difference.add(risk[i] - failed[i]);
    chart.cusum.push_back(value);
    chart.expected_minus_observed.push_back(difference.value());
    if (limit && !chart.first_signal && value >= *limit) chart.first_signal = i;
  }
  return chart;
}

Result<double> cusum_run_length(const CusumDesign& design, double limit) {
  TRY(check_design(design));
  if (!(limit > 0) || !std::isfinite(limit)) return refused(fmt::format("a limit of {}", limit));
  const Eigen::MatrixXd matrix = transient(design, limit);
  const Eigen::VectorXd lengths = matrix.partialPivLu().solve(Eigen::VectorXd::Ones(matrix.rows()));
  const double length = lengths(0);
  if (length >= 1 && length < 1e12) return length;
  return refused(fmt::format("the limit {} is out of reach: the run length is above 1e12", limit));
}

Result<SimulatedLimit> cusum_limit(const CusumDesign& design, const FalseAlarmGoal& goal,
                                   unsigned threads) {
  TRY(check_design(design));
  if (goal.patients < 1 || goal.runs < 1 || !(goal.probability > 0 && goal.probability < 1)) {
    return refused(fmt::format("{} patients, {} runs, probability {}", goal.patients, goal.runs,
                               goal.probability));
  }
  std::vector<double> largest(static_cast<std::size_t>(goal.runs));
  parallel_for({largest.size(), 256, threads}, [&](const Block& block) {
    for (std::size_t i = block.begin; i < block.end; ++i) {
      largest[i] = largest_of_run(design, goal.patients, Rng(goal.seed, i));
    }
  });
  std::ranges::sort(largest);
  // the chart signals at or above the limit: strictly above the value that may still be reached
  const auto allowed = static_cast<std::size_t>(goal.probability * static_cast<double>(goal.runs));
  const double quantile = largest[largest.size() - 1 - std::min(allowed, largest.size() - 1)];
  const double error =
      std::sqrt(goal.probability * (1 - goal.probability) / static_cast<double>(goal.runs));
  return SimulatedLimit{std::nextafter(quantile, HUGE_VAL), error, goal.seed};
}

}  // namespace kensho::stats
