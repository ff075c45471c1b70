// Competing risks as weighted rows that any Cox model can be fitted on.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// Weighted rows in counting-process form: at risk after `start` until `stop`.
struct SubdistributionRows {
  std::vector<std::size_t> subject;  // row of the data a row was made from
  std::vector<double> start;
  std::vector<double> stop;
  std::vector<int> event;  // of the cause
  std::vector<double> weight;
};

/// Splits the follow-up of those with a competing event into rows that go on to the last event of
/// the cause, with weights that fall as others are censored. A Cox model of these rows, with
/// `subject` as cluster, is the Fine-Gray model with whatever the Cox model offers (Efron ties,
/// strata, time-dependent effects); its robust variance holds the weights for known, which
/// fine_gray does not.
///
/// Units   one unit of time, above 0; cause 0 = censored.
/// Errors  invalid_argument: as check_follow_up; a time of 0; no event of the cause.
/// Cost    O(n log n), and a row for each censoring time between causes that a subject outlives.
/// Source  Geskus 2011, Biometrics 67:39-49. Events at a time come before censorings at it, as in
///         R survival::finegray; fine_gray follows R cmprsk::crr, where they do not.
/// Checked against R survival::finegray with coxph, tests/reference/r/03_competing.json, 8 digits.
Result<SubdistributionRows> subdistribution_rows(std::span<const double> time,
                                                 std::span<const int> cause, int modelled_cause);

}  // namespace kensho::stats
