// The weighted risk sets of the Fine-Gray model at one point. Internal to fine_gray.cc and
// fine_gray_variance.cc; the formulas are in docs/methods/fine_gray.md.
#pragma once

#include <span>
#include <vector>

#include "stats/optimize/newton.h"
#include "stats/survival/subdistribution_sample.h"

namespace kensho::stats {

/// Everything the likelihood and the variance need of the risk sets. Vectors "by cause time" have
/// one entry a cause time; "by times reached" one more, entry k being for rows that reached k.
struct SubdistributionRisk {
  bool usable;                         // false where risks overflow or vanish
  double log_likelihood;               // partial, Breslow
  double shift;                        // taken off every linear predictor before exp
  std::vector<double> risk;            // exp(x b - shift) of each row
  std::vector<double> hazard;          // by cause time: baseline increment d / S0
  std::vector<double> hazard_so_far;   // by times reached: sum of hazard up to there
  std::vector<double> hazard_to_come;  // by times reached: sum of G(t-) hazard after there
  std::vector<double> mean;            // by cause time, a row of covariates each: S1 / S0
};

/// Walks the cause times forward (those who left by a competing event) and backward (those still
/// there), in blocks of rows.
/// Cost    O(n p) on `threads` threads.
SubdistributionRisk subdistribution_risk(const SubdistributionSample& sample,
                                         std::span<const double> coefficients, unsigned threads);

/// The integral of a row's weighted risk: the events the model expects of it.
inline double expected_events(const SubdistributionSample& sample, const SubdistributionRisk& risk,
                              std::size_t row) {
  const std::uint32_t reached = sample.reached[row];
  return risk.risk[row] * (risk.hazard_so_far[reached] +
                           sample.inverse_censoring[row] * risk.hazard_to_come[reached]);
}

/// Value, score and information there; a value of minus infinity where the risks are not usable.
/// The information is one cross-product of the rows, weighted by their expected events, less one of
/// the means.
/// Cost    O(n p^2) on `threads` threads.
Likelihood subdistribution_likelihood(const SubdistributionSample& sample,
                                      const SubdistributionRisk& risk, unsigned threads);

/// The sum over rows of weight(i) * x_i x_i' for rows of `columns` numbers one after another; in
/// blocks added in order, so that the bits do not depend on `threads`.
Matrix gram_of_rows(std::span<const double> rows, std::size_t columns,
                    std::span<const double> weight, unsigned threads);

}  // namespace kensho::stats
