// The exact discrete partial likelihood of tied events: for the files of this family only.
#pragma once

#include <span>
#include <vector>

#include "stats/linear/matrix.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_risk_sets.h"

namespace kensho::stats {

/// The logarithm of the sums over all sets of d rows that could have had the d events, added over
/// the event times with d > 1, and its derivatives.
struct TiedSums {
  double value = 0;
  std::vector<double> gradient;
  Matrix hessian;
};

/// By the recursion over the rows at risk, a row being in the set or not, with first and second
/// derivatives carried along and everything rescaled before it overflows.
/// Cost    O(m d p^2) an event time with m rows at risk, on `threads` threads.
/// Source  Gail, Lubin & Rubinstein 1981, Biometrika 68:703-707.
TiedSums exact_tied_sums(const CoxLayout& layout, const RiskSets& sets, unsigned threads);

}  // namespace kensho::stats
