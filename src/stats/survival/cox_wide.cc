#include "stats/survival/cox_wide.h"

#include <cmath>
#include <limits>

namespace kensho::stats {
namespace {

// Sums of r, r x and r x x' over a set of rows.
struct Sums {
  explicit Sums(std::size_t columns) : first(columns), second(columns, columns) {}
  void add(const CoxLayout& layout, std::size_t i, double risk) {
    zeroth += risk;
    for (std::size_t a = 0; a < first.size(); ++a) {
      first[a] += risk * layout.x(i, a);
      for (std::size_t b = 0; b <= a; ++b) second(a, b) += risk * layout.x(i, a) * layout.x(i, b);
    }
  }
  double zeroth = 0;
  std::vector<double> first;
  Matrix second;  // lower triangle
};

std::vector<double> linear_predictors(const CoxLayout& layout, std::span<const double> b) {
  std::vector<double> linear(layout.rows);
  for (std::size_t i = 0; i < layout.rows; ++i) {
    linear[i] = layout.offset.empty() ? 0 : layout.offset[i];
    for (std::size_t a = 0; a < b.size(); ++a) linear[i] += layout.x(i, a) * b[a];
  }
  return linear;
}

// One of the d denominators of a tie: the mean and the variance of x under its weights.
void take_denominator(const Sums& risk, const Sums& dead, double f, double weight,
                      Likelihood& result) {
  const double denominator = risk.zeroth - f * dead.zeroth;
  const std::size_t columns = risk.first.size();
  result.value -= weight * std::log(denominator);
  std::vector<double> mean(columns);
  for (std::size_t a = 0; a < columns; ++a) {
    mean[a] = (risk.first[a] - f * dead.first[a]) / denominator;
    result.score[a] -= weight * mean[a];
    for (std::size_t b = 0; b <= a; ++b) {
      const double second = (risk.second(a, b) - f * dead.second(a, b)) / denominator;
      result.information(a, b) += weight * (second - mean[a] * mean[b]);
    }
  }
}

void take_event(const CoxLayout& layout, const EventTime& event, std::span<const double> weight,
                CoxTies ties, std::span<const double> linear, Likelihood& result) {
  const auto at_risk = [&](std::size_t i) {
    return weight[i] > 0 && (layout.start.empty() || layout.start[i] < event.time);
  };
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t i = event.first_row; i < event.risk_end; ++i) {
    if (at_risk(i)) most = std::max(most, linear[i]);
  }
  Sums risk(layout.columns());
  Sums dead(layout.columns());
  std::size_t deaths = 0;
  double death_weight = 0;
  for (std::size_t i = event.first_row; i < event.risk_end; ++i) {
    if (!at_risk(i)) continue;
    const double own = weight[i] * std::exp(linear[i] - most);
    risk.add(layout, i, own);
    if (i < event.death_begin || i >= event.death_end) continue;
    dead.add(layout, i, own);
    ++deaths;
    death_weight += weight[i];
    result.value += weight[i] * (linear[i] - most);
    for (std::size_t a = 0; a < layout.columns(); ++a) {
      result.score[a] += weight[i] * layout.x(i, a);
    }
  }
  for (std::size_t l = 0; l < deaths; ++l) {
    const double f =
        ties == CoxTies::efron ? static_cast<double>(l) / static_cast<double>(deaths) : 0;
    take_denominator(risk, dead, f, death_weight / static_cast<double>(deaths), result);
  }
}

}  // namespace

Likelihood wide_likelihood(const CoxLayout& layout, std::span<const double> weight, CoxTies ties,
                           std::span<const double> coefficients) {
  const std::size_t columns = layout.columns();
  Likelihood result{0, std::vector<double>(columns), Matrix(columns, columns)};
  if (ties == CoxTies::exact) {
    result.value = -std::numeric_limits<double>::infinity();
    return result;
  }
  const std::vector<double> linear = linear_predictors(layout, coefficients);
  for (const EventTime& event : layout.events) {
    take_event(layout, event, weight, ties, linear, result);
  }
  for (std::size_t a = 0; a < columns; ++a) {
    for (std::size_t b = 0; b < a; ++b) result.information(b, a) = result.information(a, b);
  }
  return result;
}

}  // namespace kensho::stats
