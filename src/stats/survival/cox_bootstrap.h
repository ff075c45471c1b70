// The bootstrap of a Cox model by case weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/survival/cox_model.h"
#include "stats/survival/cox_sample.h"

namespace kensho::stats {

/// How often, and from which random numbers.
struct CoxBootstrapChoice {
  int replicates = 1000;
  std::uint64_t seed = 1;  // replicate b uses stream b of it
  CoxTies ties = CoxTies::efron;
  unsigned threads = 1;
};

/// The coefficients of the replicates that have an estimate.
struct CoxBootstrap {
  Matrix coefficients;  // a row each, in order of replicate
  std::size_t failed;   // replicates without an estimate: too few events, monotone likelihood
};

/// Draws rows (whole clusters where the sample has them) with replacement and fits again, from the
/// estimate of all rows. A row drawn k times gets k times its weight; it is not k tied events, so
/// continuous times stay without ties. Nothing is sorted again.
/// Errors  invalid_argument: as fit_cox of all rows; no covariate; fewer than one replicate; exact
///         ties.
/// Cost    about three iterations a replicate. The same numbers for any `threads`.
/// Source  Efron & Tibshirani 1993, ch. 6; case weights: Newton & Raftery 1994, JRSS B 56:3-48.
/// Checked against the standard errors of the fit (spread of 400 replicates), cox_kernel_test.cc.
Result<CoxBootstrap> bootstrap_cox(const CoxSample& sample, const CoxBootstrapChoice& choice = {});

}  // namespace kensho::stats
