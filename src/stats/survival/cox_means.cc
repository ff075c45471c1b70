#include "stats/survival/cox_means.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace kensho::stats {

EventMeans event_means(const CoxLayout& layout, const RiskSets& sets) {
  const std::size_t columns = layout.columns();
  const std::size_t events = layout.events.size();
  EventMeans means{Matrix(columns, events), Matrix(columns, events), Matrix(columns, events)};
  sets.visit_events([&](std::size_t j, std::span<const double> sum, std::span<const double> dead) {
    const EventTerms& terms = sets.terms()[j];
    if (terms.deaths == 0) return;
    const double shared = terms.hazard - terms.dead_hazard;  // w sum f / (S - f D)
    for (std::size_t a = 0; a < columns; ++a) {
      means.mean(a, j) = (terms.hazard * sum[a] - shared * dead[a]) / terms.death_weight;
      means.until(a, j) = terms.square * sum[a] - terms.square_cross * dead[a];
      means.death(a, j) = (terms.square - terms.square_cross) * sum[a] -
                          (terms.square_cross - terms.square_dead) * dead[a];
    }
  });
  for (std::size_t j = events; j-- > 0;) {
    if (j + 1 == events || layout.events[j + 1].stratum != layout.events[j].stratum) continue;
    for (std::size_t a = 0; a < columns; ++a) {
      means.until(a, j) += means.until(a, j + 1);
      means.death(a, j) += means.until(a, j + 1);
    }
  }
  return means;
}

Result<RiskSets> risk_sets_at(const CoxLayout& layout, const CoxFit& fit, unsigned threads) {
  ENSURE(fit.coefficients.size() == layout.columns());
  if (fit.ties == CoxTies::exact) {
    return Error{Errc::invalid_argument,
                 "Cox model: residuals, curves and robust variances are not defined with exact "
                 "ties; fit with Efron's or Breslow's"};
  }
  RiskSets sets(layout, layout.weight, fit.ties, threads);
  if (!sets.update(fit.coefficients)) {
    return Error{Errc::invalid_argument,
                 "Cox model: linear predictors are more than 300 apart; there are no residuals or "
                 "curves at such coefficients"};
  }
  return sets;
}

SeenEvents seen_events(const CoxLayout& layout) {
  const auto none = static_cast<std::uint32_t>(layout.events.size());
  SeenEvents seen{std::vector<std::uint32_t>(layout.rows, none),
                  std::vector<std::uint32_t>(layout.rows, none)};
  std::uint32_t j = 0;
  for (std::uint32_t i = 0; i < layout.rows; ++i) {
    while (j < none && layout.events[j].risk_end <= i) ++j;
    if (j < none && layout.events[j].first_row <= i) seen.last[i] = j;
    if (layout.start.empty()) continue;
    const std::uint32_t before = layout.start_event[i];
    if (before < none && layout.events[before].first_row <= i) seen.before_start[i] = before;
  }
  return seen;
}

Matrix score_residuals(const CoxLayout& layout, const RiskSets& sets) {
  const EventMeans means = event_means(layout, sets);
  const HazardSums sums = sets.hazard_sums();
  const SeenEvents seen = seen_events(layout);
  const std::vector<double> linear = sets.linear_predictor();
  Matrix residuals(layout.rows, layout.columns());
  for (std::size_t i = 0; i < layout.rows; ++i) {
    const std::size_t j = seen.last[i];
    if (j == layout.events.size()) continue;
    const std::size_t before = seen.before_start[i];
    const bool event = layout.event[i] != 0;
    const double risk = std::exp(linear[i]);
    double hazard = event ? sums.death[j] : sums.until[j];
    if (before < layout.events.size()) hazard -= sums.until[before];
    for (std::size_t a = 0; a < layout.columns(); ++a) {
      double mean = event ? means.death(a, j) : means.until(a, j);
      if (before < layout.events.size()) mean -= means.until(a, before);
      residuals(i, a) = risk * (mean - hazard * layout.x(i, a));
      if (event) residuals(i, a) += layout.x(i, a) - means.mean(a, j);
    }
  }
  return residuals;
}

Matrix cluster_scores(const CoxLayout& layout, const Matrix& residuals) {
  std::map<std::int32_t, std::size_t> number;
  for (std::size_t i = 0; i < layout.rows && !layout.cluster.empty(); ++i) {
    number.emplace(layout.cluster[i], 0);
  }
  std::size_t next = 0;
  for (auto& [label, place] : number) place = next++;
  Matrix sums(layout.cluster.empty() ? layout.rows : number.size(), residuals.columns());
  for (std::size_t i = 0; i < layout.rows; ++i) {
    const std::size_t place = layout.cluster.empty() ? i : number.at(layout.cluster[i]);
    for (std::size_t a = 0; a < residuals.columns(); ++a) {
      sums(place, a) += layout.weight[i] * residuals(i, a);
    }
  }
  return sums;
}

}  // namespace kensho::stats
