// The checked input of a parametric survival model, on the scale of its errors.
#pragma once

#include "stats/survival/parametric_survival.h"
#include "stats/survival/parametric_term.h"

namespace kensho::stats {

/// What the fit walks over. Weight, offset and stratum are filled in where they were not given.
struct ParametricInput {
  const Matrix& x;                     // borrowed from the ParametricData
  std::span<const std::string> names;  // borrowed likewise
  std::vector<CensoredValue> y = {};   // log of the times in a model of log T
  std::vector<double> weight = {};
  std::vector<double> offset = {};
  std::vector<std::size_t> stratum = {};  // indices into strata
  std::vector<int> strata = {};           // labels, ascending
  double log_jacobian = 0;                // sum of w log(dy / dt) over the observed times
  double total_weight = 0;
  std::size_t subjects = 0;  // of positive weight
  std::size_t events = 0;    // of those, with a finite upper end
  bool all_observed = true;
};

/// Errors  as fit_parametric, but for those found while fitting.
/// Cost    O(n p), O(n log strata).
Result<ParametricInput> checked_parametric_input(const ParametricData& data, bool take_logarithm);

}  // namespace kensho::stats
