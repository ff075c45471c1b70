// The log-rank test of equal survival in several groups.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// What one group contributed, over all strata.
struct LogRankGroup {
  int label;  // as the caller wrote it
  std::size_t subjects;
  std::size_t observed;  // events
  double expected;       // events, were the hazards equal
};

/// The test of equal hazards; the groups in ascending order of label.
struct LogRankTest {
  std::vector<LogRankGroup> groups;
  std::vector<double> variance;  // of observed - expected; k by k, row by row
  double chi_square;
  int degrees_of_freedom;
  double p_value;
};

/// The subjects of a log-rank test.
struct LogRankData {
  std::span<const double> time;
  std::span<const int> event;    // 1 = observed, 0 = censored
  std::span<const int> group;    // any whole numbers from 0 to 2^20 - 1
  std::span<const int> stratum;  // as group; empty = one stratum
};

/// Log-rank (Mantel-Haenszel) test of k groups, stratified if strata are given.
///
/// Shapes  every span n long (stratum: n or 0); groups k by the distinct labels, at least 2.
/// Units   one unit of time; a subject censored at t is at risk at t.
/// Errors  invalid_argument: as check_follow_up; a label out of range; fewer than 2 or above 1000
///         groups; fewer than 2 groups at risk at the events, as without any event; a singular
///         variance (some groups were never at risk together at an event, as when groups and strata
///         are confounded).
/// Cost    O(n + m k^2) for m event times (radix sort, one scan a stratum), O(n + k^2) memory. The
///         order of the input changes no bit.
/// Source  Mantel 1966, Cancer Chemother. Rep. 50:163-170; variance hypergeometric;
///         Kalbfleisch & Prentice 2002, sec. 1.5. A group never at risk at an event adds no degree
///         of freedom.
/// Checked against R survival::survdiff, tests/reference/survival/log_rank.json, 1e-12.
Result<LogRankTest> log_rank_test(const LogRankData& data);

}  // namespace kensho::stats
