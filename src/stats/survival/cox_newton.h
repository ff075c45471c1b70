// Climbing the partial likelihood of Cox: for the files of this family only.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/optimize/newton.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_risk_sets.h"

namespace kensho::stats {

/// The partial likelihood with given weights; keeps its memory from point to point.
class CoxLikelihood {
 public:
  CoxLikelihood(const CoxLayout& layout, std::span<const double> weight, CoxTies ties,
                unsigned threads)
      : layout_(layout),
        ties_(ties),
        threads_(threads),
        sets_(layout, weight, ties, threads),
        weight_(weight) {}

  /// Value, score and information there.
  Likelihood at(std::span<const double> coefficients);
  /// The risk sets of the last point; of use only where linear predictors are not too wide.
  RiskSets& sets() { return sets_; }
  bool wide() const { return wide_; }

 private:
  const CoxLayout& layout_;
  CoxTies ties_;
  unsigned threads_;
  RiskSets sets_;
  std::span<const double> weight_;
  bool wide_ = false;
};

/// Whether the likelihood is computed once more after the last step, for a covariance with all its
/// digits.
enum class LastPoint : unsigned char { evaluated, skipped };

/// Newton's method from `start`, whose likelihood is `here`, with a watch for coefficients that run
/// to infinity: there the decrement falls by a constant factor a step, while steps do not shrink.
/// Errors  as fit_cox.
Result<Maximum> climb(CoxLikelihood& likelihood, const CoxLayout& layout, std::vector<double> start,
                      Likelihood here, const NewtonLimits& limits,
                      LastPoint last = LastPoint::evaluated);

}  // namespace kensho::stats
