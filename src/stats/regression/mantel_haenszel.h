// Two by two tables of several strata: common odds ratio, risk ratio and difference, homogeneity.
#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "stats/contingency/conditional_odds.h"
#include "stats/describe/chi_square_statistic.h"
#include "stats/describe/exposure_table.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// An estimate with the standard error and interval of its scale.
struct CommonEstimate {
  double estimate;
  double std_error;  // of the logarithm of a ratio, of a difference itself
  Interval interval;
};

/// What Mantel and Haenszel make of the strata. Ratios are absent where a sum they divide by is 0.
struct MantelHaenszel {
  std::optional<CommonEstimate> odds_ratio;  // variance of Robins, Breslow & Greenland
  std::optional<CommonEstimate> risk_ratio;  // variance of Greenland & Robins
  CommonEstimate risk_difference;            // variance of Sato
  double excess;           // events of the exposed above those expected, summed over the strata
  double excess_variance;  // of that sum given all margins
  ChiSquareStatistic association;            // Cochran-Mantel-Haenszel, no correction
  ChiSquareStatistic association_corrected;  // with 1/2 taken off, where the sum is that far from 0
  std::optional<ChiSquareStatistic> breslow_day;  // equal odds ratios; none with one stratum
  std::optional<ChiSquareStatistic> tarone;       // the same, corrected by Tarone
};

/// Strata in which a margin is empty say nothing of association; a stratum without both exposed and
/// unexposed is left out of everything.
/// Errors  invalid_argument: a count that is negative or not finite, level outside (0, 1), no
/// stratum
///         with both groups, nobody or everybody with the event.
/// Source  Mantel & Haenszel 1959, JNCI 22:719-748; Robins, Breslow & Greenland 1986, Biometrics
///         42:311-323; Greenland & Robins 1985, Biometrics 41:55-68; Sato, Greenland & Robins 1989,
///         Biometrics 45:1323-1324; Breslow & Day 1980, IARC 32, sec. 4.4; Tarone 1985, Biometrika
///         72:91-95.
/// Checked against R mantelhaen.test and metafor rma.mh (05_regression.json, mantel_haenszel.json).
Result<MantelHaenszel> mantel_haenszel(std::span<const ExposureTable> strata,
                                       double confidence_level);

/// The exact analysis, given all margins; the test is two-sided. Counts must be whole.
/// Errors  as mantel_haenszel; a count above 1e5.
/// Cost    O(S^2), S the range of the sum of a.
/// Source  Mehta, Patel & Gray 1985, JASA 80:969-973.
/// Checked against R mantelhaen.test(exact = TRUE), 05_regression.json.
Result<ConditionalOdds> exact_common_odds(std::span<const ExposureTable> strata,
                                          double confidence_level);

}  // namespace kensho::stats
