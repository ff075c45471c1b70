// Residuals of a Cox model, for its checks and its robust variance.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/survival/cox_model.h"
#include "stats/survival/cox_sample.h"

namespace kensho::stats {

/// One value a row, in the caller's order.
struct CoxRowResiduals {
  std::vector<double> martingale;  // observed less expected events; below 1
  std::vector<double> deviance;    // its symmetric form
  Matrix score;                    // n by p: what the row adds to the score, weight not counted
  Matrix dfbeta;                   // n by p: change of the coefficients by the row, with weight
  Matrix dfbetas;                  // the same over the model's standard errors
};

/// Martingale, deviance, score residuals and the infinitesimal changes of the coefficients.
/// Errors  invalid_argument: exact ties; linear predictors more than 300 apart.
/// Cost    O(n p).
/// Source  Therneau, Grambsch & Fleming 1990, Biometrika 77:147-160; Efron's ties as in Therneau &
///         Grambsch 2000, Modeling Survival Data, ch. 4 and 7.
/// Checked against R residuals.coxph, tests/reference/r/02_cox.json.
Result<CoxRowResiduals> cox_row_residuals(const CoxSample& sample, const CoxFit& fit);

/// One value an event, by stratum, then ascending time.
struct CoxEventResiduals {
  std::vector<std::size_t> row;  // of the event, in the caller's order
  std::vector<double> time;
  std::vector<int> stratum;  // label
  Matrix schoenfeld;         // d by p: covariates less their mean in the risk set
  Matrix scaled;             // d by p: number of events * schoenfeld * covariance + coefficients
};

/// Schoenfeld residuals and their scaled form, whose smooth over time estimates b(t).
/// Errors and cost as cox_row_residuals. Rows of zero weight have none.
/// Source  Schoenfeld 1982, Biometrika 69:239-241; Grambsch & Therneau 1994, Biometrika 81:515-526.
Result<CoxEventResiduals> cox_event_residuals(const CoxSample& sample, const CoxFit& fit);

}  // namespace kensho::stats
