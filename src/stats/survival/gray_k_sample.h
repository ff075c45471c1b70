// Gray's test of equal cumulative incidence in several groups.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// The subjects of Gray's test.
struct GrayTestData {
  std::span<const double> time;
  std::span<const int> cause;    // 0 = censored, 1, 2, ... = the cause of the event
  std::span<const int> group;    // any whole numbers from 0 to 2^20 - 1
  std::span<const int> stratum;  // as group; empty = one stratum
};

/// Which test: the cause, and how much early differences count, by (1 - F)^rho of the pooled
/// incidence F.
struct GrayTestChoice {
  int cause = 1;
  double rho = 0;
};

/// What one group contributed, over all strata.
struct GrayTestGroup {
  int label;  // as the caller wrote it
  std::size_t subjects;
  std::size_t events;  // of the cause
  double score;        // weighted events less those expected, were the subdistributions equal
};

/// The test of equal cumulative incidence; the groups in ascending order of label.
struct GrayTest {
  std::vector<GrayTestGroup> groups;
  std::vector<double> variance;  // of the scores; k by k, row by row
  double chi_square;
  int degrees_of_freedom;
  double p_value;
};

/// Gray's k-sample test for one cause, stratified if strata are given.
///
/// Shapes  every span n long (stratum: n or 0); groups k by the distinct labels, at least 2.
/// Units   one unit of time; a subject censored at t is at risk at t.
/// Errors  invalid_argument: as check_follow_up; a label out of range; fewer than 2 or above 100
///         groups at risk at the events of the cause; cause below 1; rho negative or not finite; a
///         singular variance.
/// Cost    O(n + m k^3) for m event times (of any cause), O(n + k^2) memory. The order of the input
///         changes no bit.
/// Source  Gray 1988, Annals of Statistics 16:1141-1154; ties in the variance as R cmprsk::cuminc.
/// Checked against R cmprsk::cuminc, tests/reference/r/03_competing.json, 9 digits.
Result<GrayTest> gray_test(const GrayTestData& data, const GrayTestChoice& choice = {});

}  // namespace kensho::stats
