// Pooling two-by-two tables without an effect of each: Mantel-Haenszel and Peto.
#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "stats/describe/chi_square_statistic.h"
#include "stats/describe/interval.h"
#include "stats/meta/effect_size.h"

namespace kensho::stats {

/// The common effect of all tables; ratios on the log scale.
struct CommonEffect {
  double estimate;
  double std_error;
  double statistic;
  double p_value;
  Interval interval;
  // of the studies' own effects about it, weighted by their variances
  ChiSquareStatistic heterogeneity;
  // Cochran-Mantel-Haenszel, with 1/2 taken off the distance wherever it lies
  std::optional<ChiSquareStatistic> association;
  std::optional<ChiSquareStatistic> breslow_day;  // equal odds ratios, after Tarone's correction
};

/// The Mantel-Haenszel estimate of regression/mantel_haenszel.h as a pooled effect of studies; the
/// last two tests only for the odds ratio (breslow_day only where more than one table has subjects
/// with and without events).
/// Errors  invalid_argument: a table as binary_effects refuses it, no table or no event, or all
///         events in one group where a ratio is asked for; peto and arcsine are not of this kind.
/// Cost    O(k).
/// Source  see regression/mantel_haenszel.h.
/// Checked against R metafor rma.mh, tests/reference/r/10_meta.json.
Result<CommonEffect> mantel_haenszel(std::span<const ExposureTable> studies, BinaryMeasure measure,
                                     double confidence_level);

/// Peto's one-step log odds ratio: sum (O - E) / sum V.
/// Source  Yusuf et al. 1985, Prog. Cardiovasc. Dis. 27:335-371.
/// Checked against R metafor rma.peto, tests/reference/r/10_meta.json.
Result<CommonEffect> peto_odds_ratio(std::span<const ExposureTable> studies,
                                     double confidence_level);

}  // namespace kensho::stats
