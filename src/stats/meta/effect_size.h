// What each study of a meta-analysis contributes: an effect and its sampling variance.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/exposure_table.h"

namespace kensho::stats {

/// One study: `effect` on the scale of its measure, and the variance of its sampling error.
struct StudyEffect {
  double effect;
  double variance;
};

/// How two groups with events are compared; ratios on the log scale.
enum class BinaryMeasure : unsigned char {
  log_risk_ratio,
  log_odds_ratio,
  risk_difference,
  peto_log_odds_ratio,  // one step from no effect: (O - E) / V
  arcsine_difference    // of the square roots of the risks
};

/// The effect of each study. Where any cell of a study is 0, each of its cells gets 1/2 (for the
/// first three measures), as in R metafor escalc (add = 1/2, to = "only0").
/// Shapes  one per table.
/// Errors  invalid_argument with the study: a count negative or not finite, an empty group, or,
///         for Peto, no event or nothing but events.
/// Source  Sutton et al. 2000, Methods for Meta-Analysis in Medical Research, ch. 2; Yusuf et al.
///         1985; Rücker et al. 2009, Stat. Med. 28:721-738 (arcsine).
/// Checked against R metafor escalc, tests/reference/r/10_meta.json.
Result<std::vector<StudyEffect>> binary_effects(std::span<const ExposureTable> studies,
                                                BinaryMeasure measure);

/// Mean, standard deviation and size of a group.
struct GroupMean {
  double mean;
  double standard_deviation;
  double size;
};

/// Two groups of one study with a continuous outcome.
struct TwoMeans {
  GroupMean treated;
  GroupMean control;
};

/// Difference of means as it is, or divided by the pooled deviation and corrected for small
/// samples (Hedges' g with the exact factor).
enum class MeanMeasure : unsigned char { difference, standardised };

/// Errors  invalid_argument with the study: fewer than 2 in a group, a deviation that is not above
///         0, a value not finite.
/// Source  Hedges & Olkin 1985, Statistical Methods for Meta-Analysis, ch. 5.
/// Checked against R metafor escalc (vtype LS), tests/reference/r/10_meta.json.
Result<std::vector<StudyEffect>> mean_effects(std::span<const TwoMeans> studies,
                                              MeanMeasure measure);

/// Events among the subjects of one group.
struct EventCount {
  double events;
  double subjects;
};

/// The scale on which proportions are pooled. double_arcsine is Freeman and Tukey's, halved.
enum class ProportionMeasure : unsigned char { logit, raw, arcsine, double_arcsine };

/// The proportion of each study on that scale; for logit and raw, 1/2 is added to events and
/// others of a study where one of them is 0.
/// Errors  invalid_argument with the study: no subject, events outside [0, subjects].
/// Source  Freeman & Tukey 1950, Ann. Math. Stat. 21:607-611.
/// Checked against R metafor escalc, tests/reference/r/10_meta.json.
Result<std::vector<StudyEffect>> proportion_effects(std::span<const EventCount> studies,
                                                    ProportionMeasure measure);

}  // namespace kensho::stats
