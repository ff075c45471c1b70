#include "stats/multiplicity/graphical_procedure.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

constexpr double SUM_SLACK = 1e-12;  // thirds add up to 1 only nearly

bool is_share(double value) {
  return value >= 0 && value <= 1;
}

Error refusal(const std::string& what) {
  return {Errc::invalid_argument, "graphical procedure: " + what};
}

Status check_shares(std::span<const double> shares, const std::string& what) {
  double sum = 0;
  for (const double share : shares) {
    if (!is_share(share)) {
      return refusal(fmt::format("{} hold {}; each must be from 0 to 1", what, share));
    }
    sum += share;
  }
  if (sum <= 1 + SUM_SLACK) return ok();
  return refusal(fmt::format("{} sum to {}; they may not exceed 1", what, sum));
}

Status check_graph(std::span<const double> p_values, std::span<const double> weights,
                   const Matrix& transitions) {
  const std::size_t m = p_values.size();
  if (m == 0) return refusal("there is no hypothesis");
  if (weights.size() != m || transitions.rows() != m || transitions.columns() != m) {
    return refusal(fmt::format("{} p-values, but {} weights and {} by {} transitions", m,
                               weights.size(), transitions.rows(), transitions.columns()));
  }
  for (const double p : p_values) {
    if (!is_share(p)) return refusal(fmt::format("p-value {}; it must be from 0 to 1", p));
  }
  TRY(check_shares(weights, "weights"));
  for (std::size_t i = 0; i < m; ++i) {
    std::vector<double> row(m);
    for (std::size_t j = 0; j < m; ++j) row[j] = transitions(i, j);
    TRY(check_shares(row, fmt::format("transitions from hypothesis {}", i + 1)));
    if (row[i] != 0) return refusal(fmt::format("hypothesis {} passes to itself", i + 1));
  }
  return ok();
}

// The graph while hypotheses fall one by one.
struct Graph {
  std::vector<double> weight;
  Matrix transition;
  std::vector<bool> standing;

  // The standing hypothesis that falls at the lowest level: least p / weight.
  std::size_t weakest(std::span<const double> p_values) const {
    std::size_t found = standing.size();
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < standing.size(); ++i) {
      if (!standing[i] || weight[i] == 0) continue;
      const double level = p_values[i] / weight[i];
      if (found == standing.size() || level < least) {
        found = i;
        least = level;
      }
    }
    return found;
  }

  void remove(std::size_t gone) {
    standing[gone] = false;
    const Matrix before = transition;
    for (std::size_t i = 0; i < standing.size(); ++i) {
      if (!standing[i]) continue;
      weight[i] += weight[gone] * before(gone, i);
      const double loop = before(i, gone) * before(gone, i);
      for (std::size_t j = 0; j < standing.size(); ++j) {
        const bool kept = standing[j] && i != j && loop < 1;
        transition(i, j) =
            kept ? (before(i, j) + before(i, gone) * before(gone, j)) / (1 - loop) : 0;
      }
    }
    weight[gone] = 0;
  }
};

}  // namespace

Result<GraphicalDecision> graphical_procedure(std::span<const double> p_values,
                                              std::span<const double> weights,
                                              const Matrix& transitions, double level) {
  TRY(check_graph(p_values, weights, transitions));
  if (!(level > 0 && level < 1)) {
    return refusal(fmt::format("level {}; it must be above 0 and below 1", level));
  }
  const std::size_t m = p_values.size();
  GraphicalDecision decision{std::vector<double>(m, 1), std::vector<bool>(m, false), {}};
  Graph graph{{weights.begin(), weights.end()}, transitions, std::vector<bool>(m, true)};
  double highest = 0;
  for (std::size_t step = 0; step < m; ++step) {
    const std::size_t next = graph.weakest(p_values);
    if (next == m) break;  // no level is left to pass on
    highest = std::max(highest, std::min(1.0, p_values[next] / graph.weight[next]));
    decision.adjusted_p_values[next] = highest;
    decision.rejected[next] = highest <= level;
    decision.order.push_back(next);
    graph.remove(next);
  }
  return decision;
}

}  // namespace kensho::stats
