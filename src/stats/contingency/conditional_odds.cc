#include "stats/contingency/conditional_odds.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "stats/optimize/root.h"

namespace kensho::stats {
namespace {

constexpr double AS_LIKELY = 1 + 1e-7;  // R's slack for probabilities equal but for rounding

// The odds ratio where a monotone function of its logarithm changes sign. The bracket widens until
// it does; beyond 700 an odds ratio is no longer a double.
Result<double> odds_where(const std::function<double(double)>& f, std::string_view what) {
  double reach = 4;
  while (reach < 700 && f(-reach) * f(reach) > 0) reach *= 2;
  return std::exp(TRY(find_root(f, {-reach, reach}, what)));
}

}  // namespace

ConditionalCount::ConditionalCount(const TableMargins& margins)
    : least_(std::max(0.0, margins.column - margins.other_row)) {
  const auto& [row, other_row, column] = margins;
  // Each probability from its neighbour: no factorial, and an error of a few roundings.
  for (double x = least_; x < std::min(row, column); ++x) {
    const double ratio = (row - x) / (x + 1) * ((column - x) / (other_row - column + x + 1));
    log_weight_.push_back(log_weight_.back() + std::log(ratio));
  }
}

void ConditionalCount::add(const ConditionalCount& other) {
  const std::vector<double> mine = probabilities(0);
  const std::vector<double> its = other.probabilities(0);
  std::vector<double> both(mine.size() + its.size() - 1);
  for (std::size_t i = 0; i < mine.size(); ++i) {
    for (std::size_t j = 0; j < its.size(); ++j) both[i + j] += mine[i] * its[j];
  }
  for (double& value : both) value = std::log(value);
  log_weight_ = std::move(both);
  least_ += other.least_;
}

std::vector<double> ConditionalCount::probabilities(double log_odds) const {
  std::vector<double> logs(log_weight_.size());
  for (std::size_t i = 0; i < logs.size(); ++i) {
    logs[i] = log_weight_[i] + static_cast<double>(i) * log_odds;
  }
  const double top = *std::ranges::max_element(logs);
  double total = 0;
  for (double& value : logs) total += value = std::exp(value - top);
  for (double& value : logs) value /= total;
  return logs;
}

double ConditionalCount::mean(double log_odds) const {
  const std::vector<double> p = probabilities(log_odds);
  double mean = 0;
  for (std::size_t i = 0; i < p.size(); ++i) mean += static_cast<double>(i) * p[i];
  return least_ + mean;
}

double ConditionalCount::at_most(double x, double log_odds) const {
  return sum(log_odds, least_, x);
}

double ConditionalCount::at_least(double x, double log_odds) const {
  return sum(log_odds, x, most());
}

double ConditionalCount::p_value(double x, Alternative alternative) const {
  if (alternative == Alternative::less) return at_most(x, 0);
  if (alternative == Alternative::greater) return at_least(x, 0);
  const std::vector<double> p = probabilities(0);
  const double limit = p[index(x)] * AS_LIKELY;
  double tail = 0;
  for (const double probability : p) tail += probability <= limit ? probability : 0;
  return std::min(1.0, tail);
}

double ConditionalCount::sum(double log_odds, double from, double to) const {
  const std::vector<double> p = probabilities(log_odds);
  double tail = 0;
  for (std::size_t i = index(from); i <= index(to); ++i) tail += p[i];
  return std::min(1.0, tail);
}

Result<ConditionalOdds> conditional_odds(const ConditionalCount& count, double x,
                                         double confidence_level, Alternative alternative,
                                         std::string_view what) {
  const double tail = (1 - confidence_level) / 2;
  ConditionalOdds odds{count.p_value(x, alternative), std::nullopt, 0, std::nullopt};
  const bool at_least = x == count.least();  // exactly: both are counts
  const bool at_most = x == count.most();
  if (at_least) odds.odds_ratio = 0;
  if (!at_least && !at_most) {
    odds.odds_ratio =
        TRY(odds_where([&](double log_odds) { return count.mean(log_odds) - x; }, what));
  }
  if (!at_least) {
    odds.lower =
        TRY(odds_where([&](double log_odds) { return count.at_least(x, log_odds) - tail; }, what));
  }
  if (!at_most) {
    odds.upper =
        TRY(odds_where([&](double log_odds) { return count.at_most(x, log_odds) - tail; }, what));
  }
  return odds;
}

}  // namespace kensho::stats
