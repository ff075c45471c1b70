// The means of the covariates over the risk sets, and what they add up to along time: for the files
// of this family only.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_model.h"
#include "stats/survival/cox_risk_sets.h"

namespace kensho::stats {

/// By event time (a column each, in the order of the layout), of centred covariates.
struct EventMeans {
  Matrix mean;   // p by K: over the denominators of the tie
  Matrix until;  // p by K: sum of mean * hazard step up to and with the time, in its stratum
  Matrix death;  // p by K: the same for a row with the event there
};
EventMeans event_means(const CoxLayout& layout, const RiskSets& sets);

/// The risk sets at the coefficients of a fit.
/// Errors  invalid_argument: exact ties; linear predictors more than 300 apart.
Result<RiskSets> risk_sets_at(const CoxLayout& layout, const CoxFit& fit, unsigned threads = 1);

/// The event time whose hazard a sorted row has seen last, and the one it had seen before its
/// start; the number of event times where there is none.
struct SeenEvents {
  std::vector<std::uint32_t> last;
  std::vector<std::uint32_t> before_start;
};
SeenEvents seen_events(const CoxLayout& layout);

/// Score residuals by sorted row and column, n by p, weight not counted.
Matrix score_residuals(const CoxLayout& layout, const RiskSets& sets);

/// Score residuals times weight, added up over the clusters (or rows): clusters by p.
Matrix cluster_scores(const CoxLayout& layout, const Matrix& residuals);

}  // namespace kensho::stats
