#include "stats/survival/cox_proportional_hazards.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/linear/positive_definite.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_means.h"

namespace kensho::stats {
namespace {

// Events by distinct time, all strata together.
std::map<double, std::size_t> events_by_time(const CoxLayout& layout,
                                             std::span<const EventTerms> terms) {
  std::map<double, std::size_t> counts;
  for (std::size_t j = 0; j < terms.size(); ++j) {
    if (terms[j].deaths > 0) counts[layout.events[j].time] += terms[j].deaths;
  }
  return counts;
}

// 1 - Kaplan-Meier just before each event time.
std::map<double, double> km_of(const CoxLayout& layout,
                               const std::map<double, std::size_t>& counts) {
  const auto rows = static_cast<std::ptrdiff_t>(layout.rows);
  std::vector<double> stop(layout.time.begin(), layout.time.begin() + rows);
  std::ranges::sort(stop);
  std::vector<double> start;
  if (!layout.start.empty()) start.assign(layout.start.begin(), layout.start.begin() + rows);
  std::ranges::sort(start);
  const auto from = [](const std::vector<double>& sorted, double time) {
    return sorted.end() - std::ranges::lower_bound(sorted, time);
  };
  std::map<double, double> values;
  double survival = 1;
  for (const auto& [time, deaths] : counts) {
    values[time] = 1 - survival;
    const auto at_risk = static_cast<double>(from(stop, time) - from(start, time));
    survival *= 1 - static_cast<double>(deaths) / at_risk;
  }
  return values;
}

// The mean rank of each event time among all ends of follow-up.
std::map<double, double> rank_of(const CoxLayout& layout,
                                 const std::map<double, std::size_t>& counts) {
  std::vector<double> stop(layout.time.begin(),
                           layout.time.begin() + static_cast<std::ptrdiff_t>(layout.rows));
  std::ranges::sort(stop);
  std::map<double, double> values;
  for (const auto& [time, deaths] : counts) {
    const auto [first, last] = std::ranges::equal_range(stop, time);
    values[time] = static_cast<double>((first - stop.begin()) + (last - stop.begin()) + 1) / 2;
  }
  return values;
}

std::map<double, double> transformed(const CoxLayout& layout, std::span<const EventTerms> terms,
                                     TimeTransform transform) {
  const auto counts = events_by_time(layout, terms);
  std::map<double, double> values;
  switch (transform) {
    case TimeTransform::km:
      return km_of(layout, counts);
    case TimeTransform::rank:
      return rank_of(layout, counts);
    case TimeTransform::identity:
      for (const auto& [time, deaths] : counts) values[time] = time;
      return values;
    case TimeTransform::log:
      for (const auto& [time, deaths] : counts) values[time] = std::log(time);
      return values;
  }
  return values;
}

// g of each event time; centred and scaled, which changes no test.
Result<std::vector<double>> multipliers(const CoxLayout& layout, std::span<const EventTerms> terms,
                                        TimeTransform transform) {
  const auto values = transformed(layout, terms, transform);
  double sum = 0;
  double events = 0;
  std::vector<double> g(terms.size());
  for (std::size_t j = 0; j < terms.size(); ++j) {
    if (terms[j].deaths == 0) continue;
    g[j] = values.at(layout.events[j].time);
    if (!std::isfinite(g[j])) {
      return Error{Errc::invalid_argument,
                   "proportional hazards: an event at time 0 has no logarithm of time; take "
                   "another transform"};
    }
    sum += g[j] * static_cast<double>(terms[j].deaths);
    events += static_cast<double>(terms[j].deaths);
  }
  double most = 0;
  for (double& value : g) most = std::max(most, std::abs(value -= sum / events));
  if (values.size() < 2 || most == 0) {
    return Error{Errc::invalid_argument,
                 "proportional hazards: every event happens at one time; nothing can change along "
                 "it"};
  }
  for (double& value : g) value /= most;
  return g;
}

// u' V^-1 u over the chosen columns.
Result<CoxTest> test_of(const Matrix& variance, std::span<const double> score,
                        std::span<const std::size_t> columns, const CoxLayout& layout) {
  Matrix chosen(columns.size(), columns.size());
  std::vector<double> u(columns.size());
  std::vector<std::string> names;
  for (std::size_t a = 0; a < columns.size(); ++a) {
    u[a] = score[columns[a]];
    names.push_back(layout.names[columns[a]]);
    for (std::size_t b = 0; b < columns.size(); ++b) {
      chosen(a, b) = variance(columns[a], columns[b]);
    }
  }
  const CholeskyFactor factor =
      TRY(CholeskyFactor::make(chosen, "test of proportional hazards", names));
  const std::vector<double> solved = factor.solve(u);
  double chi_square = 0;
  for (std::size_t a = 0; a < u.size(); ++a) chi_square += u[a] * solved[a];
  return CoxTest{chi_square, static_cast<int>(columns.size()),
                 chi_square_upper_tail(chi_square, static_cast<double>(columns.size()))};
}

// The variance of the scores of c at the estimate of b: I_cc - I_cb I_bb^-1 I_bc.
Matrix variance_of(const Matrix& squares, const Matrix& cross, const Matrix& covariance) {
  Matrix variance = squares;
  const std::size_t columns = cross.columns();
  for (std::size_t a = 0; a < columns; ++a) {
    for (std::size_t b = 0; b < columns; ++b) {
      double taken = 0;
      for (std::size_t c = 0; c < columns; ++c) {
        for (std::size_t d = 0; d < columns; ++d) {
          taken += cross(a, c) * covariance(c, d) * cross(d, b);
        }
      }
      variance(a, b) -= taken;
    }
  }
  return variance;
}

}  // namespace

Result<ProportionalHazardsTest> proportional_hazards_test(const CoxSample& sample,
                                                          const CoxFit& fit,
                                                          TimeTransform transform,
                                                          std::span<const std::size_t> term,
                                                          unsigned threads) {
  const CoxLayout& layout = sample.layout();
  ENSURE(term.empty() || term.size() == layout.columns());
  if (layout.columns() == 0) {
    return Error{Errc::invalid_argument, "proportional hazards: the model has no covariate"};
  }
  RiskSets sets = TRY(risk_sets_at(layout, fit, threads));
  const std::vector<double> g = TRY(multipliers(layout, sets.terms(), transform));
  std::vector<double> squares = g;
  for (double& value : squares) value *= value;
  const CoxMoments linear = sets.moments(g);
  const Matrix variance =
      variance_of(sets.moments(squares).information, linear.information, fit.model_covariance);
  std::map<std::size_t, std::vector<std::size_t>> columns_of_term;
  std::vector<std::size_t> all;
  for (std::size_t a = 0; a < layout.columns(); ++a) {
    columns_of_term[term.empty() ? a : term[a]].push_back(a);
    all.push_back(a);
  }
  ProportionalHazardsTest result{{}, TRY(test_of(variance, linear.score, all, layout))};
  for (const auto& [number, columns] : columns_of_term) {
    result.terms.push_back(TRY(test_of(variance, linear.score, columns, layout)));
  }
  return result;
}

}  // namespace kensho::stats
