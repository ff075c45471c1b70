// Conditional logistic regression: matched cases and controls.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/survival/cox_model.h"

namespace kensho::stats {

/// Matched sets of cases and controls.
struct MatchedSets {
  const Matrix& x;                          // n by p, without a column of ones
  std::span<const int> is_case;             // 1 = case, 0 = control
  std::span<const int> set;                 // which belong together: any whole numbers
  std::span<const double> offset = {};      // zeros
  std::span<const std::string> names = {};  // of the columns, for messages
};

/// The fit; its coefficients are log odds ratios within a set.
struct ConditionalLogistic {
  CoxFit fit;
  std::size_t sets;              // given
  std::size_t informative_sets;  // with a case and a control
};

/// Exact conditional maximum likelihood: the probability of who are the cases in each set, given
/// how many they are. It is the exact partial likelihood of a Cox model with sets as strata. Errors
/// invalid_argument: as CoxSample::make and fit_cox; no informative set. Cost    O(n p^2) an
/// iteration with one case a set; with d cases among m members O(m d p^2) a set. Source  Breslow &
/// Day 1980, sec. 7.2; Gail, Lubin & Rubinstein 1981, Biometrika 68:703-707. Checked against R
/// survival::clogit on infert, tests/reference/r/05_regression.json.
Result<ConditionalLogistic> conditional_logistic(const MatchedSets& data, unsigned threads = 1);

}  // namespace kensho::stats
