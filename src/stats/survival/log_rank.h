// The log-rank test of equal survival in several groups, its weighted family and its trend test.
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
  std::size_t observed;      // events
  double expected;           // events, were the hazards equal
  double weighted_observed;  // each event time counted with its weight
  double weighted_expected;
};

/// The test of equal hazards; the groups in ascending order of label.
struct LogRankTest {
  std::vector<LogRankGroup> groups;
  std::vector<double> variance;  // of weighted observed - expected; k by k, row by row
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

/// What an event time counts for; n at risk then, S the pooled Kaplan-Meier curve just before it
/// (of the stratum).
enum class LogRankFamily : unsigned char {
  fleming_harrington,  // S^rho (1 - S)^gamma; rho = gamma = 0 is the log-rank test, rho = 1 the
                       // Peto-Peto form of Gehan's
  gehan,               // n
  tarone_ware,         // sqrt n
};

/// Which test of the family.
struct LogRankChoice {
  LogRankFamily family = LogRankFamily::fleming_harrington;
  double rho = 0;    // of fleming_harrington: weight on early differences
  double gamma = 0;  // and on late ones
};

/// Log-rank (Mantel-Haenszel) test of k groups, stratified if strata are given, weighted if chosen.
///
/// Shapes  every span n long (stratum: n or 0); groups k by the distinct labels, at least 2.
/// Units   one unit of time; a subject censored at t is at risk at t.
/// Errors  invalid_argument: as check_follow_up; a label out of range; rho or gamma
///         negative or not finite; fewer than 2 or above 1000
///         groups; fewer than 2 groups at risk at the events, as without any event; a singular
///         variance (some groups were never at risk together at an event, as when groups and strata
///         are confounded).
/// Cost    O(n + m k^2) for m event times (radix sort, one scan a stratum), O(n + k^2) memory. The
///         order of the input changes no bit.
/// Source  Mantel 1966, Cancer Chemother. Rep. 50:163-170; variance hypergeometric;
///         Fleming & Harrington 1991, sec. 7.2 (weights); Kalbfleisch & Prentice 2002, sec. 1.5. A
///         group never at risk at an event adds no degree of freedom.
/// Checked against R survival::survdiff, tests/reference/survival/log_rank.json, 1e-12, and
///         tests/reference/r/01_survival.json.
Result<LogRankTest> log_rank_test(const LogRankData& data, const LogRankChoice& choice = {});

/// A test against ordered hazards.
struct LogRankTrend {
  double score;     // sum of group score * (weighted observed - expected)
  double variance;  // of it
  double z;         // score / sqrt(variance); its square is the chi-square on 1 degree of freedom
  double p_value;   // two-sided
};

/// The trend over the groups of a test, one score a group in the test's order: 0, 1, 2, or doses.
/// Errors  invalid_argument: another number of scores, one not finite, scores that do not differ.
/// Source  Tarone 1975, Biometrika 62:679-682.
Result<LogRankTrend> log_rank_trend(const LogRankTest& test, std::span<const double> scores);

}  // namespace kensho::stats
