// The test of proportional hazards of a Cox model.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/survival/cox_model.h"
#include "stats/survival/cox_sample.h"

namespace kensho::stats {

/// The function of time g(t) along which a coefficient might change: 1 - Kaplan-Meier just before t
/// (all strata together, weights not counted), the rank of t among all ends of follow-up, t, or log
/// t.
enum class TimeTransform : unsigned char { km, rank, identity, log };

/// Tests of b(t) = b + c g(t): c = 0.
struct ProportionalHazardsTest {
  std::vector<CoxTest> terms;  // of each term alone, in order
  CoxTest global;              // of all columns
};

/// The score test of proportional hazards, exact in its information (not the approximation of
/// Grambsch and Therneau that R had before survival 3.0).
/// Shapes  `term` gives each column the number of its term, from 0, ascending; empty = one term a
///         column.
/// Errors  invalid_argument: as cox_row_residuals; log of a time 0; every event at one g(t).
/// Cost    three information matrices.
/// Source  Grambsch & Therneau 1994, Biometrika 81:515-526; Therneau & Grambsch 2000, sec. 6.2.
/// Checked against R survival 3.5-3 cox.zph, tests/reference/r/02_cox.json.
Result<ProportionalHazardsTest> proportional_hazards_test(
    const CoxSample& sample, const CoxFit& fit, TimeTransform transform = TimeTransform::km,
    std::span<const std::size_t> term = {}, unsigned threads = 1);

}  // namespace kensho::stats
