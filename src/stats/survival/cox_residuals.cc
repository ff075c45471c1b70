#include "stats/survival/cox_residuals.h"

#include <algorithm>
#include <cmath>

#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_means.h"

namespace kensho::stats {
namespace {

std::vector<double> martingale_of(const CoxLayout& layout, const RiskSets& sets) {
  const HazardSums sums = sets.hazard_sums();
  const SeenEvents seen = seen_events(layout);
  const std::vector<double> linear = sets.linear_predictor();
  std::vector<double> residuals(layout.rows);
  for (std::size_t i = 0; i < layout.rows; ++i) {
    const std::size_t j = seen.last[i];
    double hazard = 0;
    if (j < layout.events.size()) hazard = layout.event[i] != 0 ? sums.death[j] : sums.until[j];
    if (seen.before_start[i] < layout.events.size()) hazard -= sums.until[seen.before_start[i]];
    residuals[i] = layout.event[i] - std::exp(linear[i]) * hazard;
  }
  return residuals;
}

double deviance_of(double martingale, bool event) {
  // An expected count that rounds to 0 gives an event no finite logarithm: -log(1 - m) is taken of
  // the smallest normal number instead.
  const double expected = std::max((event ? 1 : 0) - martingale, 1e-300);
  const double log_term = event ? std::log(expected) : 0;
  return std::copysign(std::sqrt(std::max(0.0, -2 * (martingale + log_term))), martingale);
}

// rows * matrix
Matrix product(const Matrix& rows, const Matrix& matrix) {
  Matrix result(rows.rows(), matrix.columns());
  for (std::size_t a = 0; a < matrix.columns(); ++a) {
    for (std::size_t b = 0; b < matrix.rows(); ++b) {
      for (std::size_t i = 0; i < rows.rows(); ++i) result(i, a) += rows(i, b) * matrix(b, a);
    }
  }
  return result;
}

Matrix unsorted(const CoxLayout& layout, const Matrix& sorted) {
  Matrix result(sorted.rows(), sorted.columns());
  for (std::size_t a = 0; a < sorted.columns(); ++a) {
    for (std::size_t i = 0; i < sorted.rows(); ++i) result(layout.order[i], a) = sorted(i, a);
  }
  return result;
}

// The sorted rows with an event and positive weight, by stratum and ascending time.
std::vector<std::pair<std::size_t, std::size_t>> events_in_order(const CoxLayout& layout) {
  std::vector<std::pair<std::size_t, std::size_t>> found;  // event time, row
  for (std::size_t s = 0; s < layout.strata(); ++s) {
    for (std::size_t j = layout.event_begin[s + 1]; j-- > layout.event_begin[s];) {
      const auto first = static_cast<std::ptrdiff_t>(found.size());
      for (std::size_t i = layout.events[j].death_begin; i < layout.events[j].death_end; ++i) {
        if (layout.weight[i] > 0) found.emplace_back(j, i);
      }
      std::sort(found.begin() + first, found.end(), [&](const auto& left, const auto& right) {
        return layout.order[left.second] < layout.order[right.second];
      });
    }
  }
  return found;
}

}  // namespace

Result<CoxRowResiduals> cox_row_residuals(const CoxSample& sample, const CoxFit& fit) {
  const CoxLayout& layout = sample.layout();
  const RiskSets sets = TRY(risk_sets_at(layout, fit));
  CoxRowResiduals result;
  const std::vector<double> martingale = martingale_of(layout, sets);
  result.martingale.resize(layout.rows);
  result.deviance.resize(layout.rows);
  for (std::size_t i = 0; i < layout.rows; ++i) {
    result.martingale[layout.order[i]] = martingale[i];
    result.deviance[layout.order[i]] = deviance_of(martingale[i], layout.event[i] != 0);
  }
  const Matrix score = score_residuals(layout, sets);
  Matrix changes = product(score, fit.model_covariance);
  Matrix scaled = changes;
  for (std::size_t a = 0; a < layout.columns(); ++a) {
    const double error = std::sqrt(fit.model_covariance(a, a));
    for (std::size_t i = 0; i < layout.rows; ++i) {
      changes(i, a) *= layout.weight[i];
      scaled(i, a) = changes(i, a) / error;
    }
  }
  result.score = unsorted(layout, score);
  result.dfbeta = unsorted(layout, changes);
  result.dfbetas = unsorted(layout, scaled);
  return result;
}

Result<CoxEventResiduals> cox_event_residuals(const CoxSample& sample, const CoxFit& fit) {
  const CoxLayout& layout = sample.layout();
  const RiskSets sets = TRY(risk_sets_at(layout, fit));
  const EventMeans means = event_means(layout, sets);
  const auto events = events_in_order(layout);
  CoxEventResiduals result;
  result.schoenfeld = Matrix(events.size(), layout.columns());
  for (std::size_t k = 0; k < events.size(); ++k) {
    const auto [j, i] = events[k];
    result.row.push_back(layout.order[i]);
    result.time.push_back(layout.events[j].time);
    result.stratum.push_back(layout.stratum_label[layout.events[j].stratum]);
    for (std::size_t a = 0; a < layout.columns(); ++a) {
      result.schoenfeld(k, a) = layout.x(i, a) - means.mean(a, j);
    }
  }
  result.scaled = product(result.schoenfeld, fit.model_covariance);
  for (std::size_t a = 0; a < layout.columns(); ++a) {
    for (double& value : result.scaled.column(a)) {
      value = value * static_cast<double>(events.size()) + fit.coefficients[a];
    }
  }
  return result;
}

}  // namespace kensho::stats
