// The partial likelihood where linear predictors lie so far apart that their exponentials leave the
// range of doubles: for the files of this family only.
#pragma once

#include <span>

#include "stats/optimize/newton.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_risk_sets.h"

namespace kensho::stats {

/// Value, score and information by their definition, every risk set measured from its largest
/// linear predictor and added up anew. It is also the plain twin the fast kernels are tested on.
/// Efron and Breslow; with exact ties the value is -infinity, so that a step there is halved.
/// Cost    O(K n p^2).
Likelihood wide_likelihood(const CoxLayout& layout, std::span<const double> weight, CoxTies ties,
                           std::span<const double> coefficients);

}  // namespace kensho::stats
