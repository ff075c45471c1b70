// Pooling the effects of studies: equal-effects and random-effects meta-analysis.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/linear/matrix.h"
#include "stats/meta/effect_size.h"
#include "stats/meta/tau_squared.h"

namespace kensho::stats {

/// How the standard error allows for tau^2 being estimated from few studies. Hartung, Knapp, Sidik
/// and Jonkman scale it by the weighted residuals and use Student's t; the scale may fall below 1,
/// which `knapp_hartung_at_least_1` does not let it.
enum class SmallSampleTest : unsigned char { normal, knapp_hartung, knapp_hartung_at_least_1 };

/// The degrees of freedom of a prediction interval: those of the test (R metafor), or Student's t
/// with k - p - 1 (Higgins, Thompson, Spiegelhalter 2009).
enum class PredictionSpread : unsigned char { as_test, one_fewer };

/// How to pool.
struct PoolingChoice {
  TauEstimator estimator = TauEstimator::restricted_likelihood;
  SmallSampleTest test = SmallSampleTest::normal;
  PredictionSpread prediction = PredictionSpread::as_test;
  double confidence_level = 0.95;
};

/// How much the effects differ beyond their sampling errors.
struct Heterogeneity {
  double q;  // Cochran's, at tau^2 = 0
  std::size_t degrees_of_freedom;
  double p_value;
  TauSquared tau_squared;
  double i_squared;  // share of the total variance that is between studies, 0 to 1
  double h_squared;  // total over sampling variance
};

/// The mean effect of the studies.
struct PooledEffect {
  std::size_t studies;
  double estimate;
  double std_error;
  double statistic;                          // estimate / std_error
  std::optional<double> degrees_of_freedom;  // none: the normal distribution
  double p_value;                            // two-sided, of no effect
  Interval interval;
  std::optional<Interval> prediction;  // of the effect in a new study; none for `equal`
  Heterogeneity heterogeneity;
  double log_likelihood;  // restricted for restricted_likelihood
};

/// The weighted mean with weights 1 / (variance + tau^2).
/// I^2 and H^2 are tau^2 over (and relative to) the typical sampling variance of Higgins and
/// Thompson; for `equal` they are (Q - df) / Q and Q / df.
/// Shapes  at least one study; one study has tau^2 = 0 and Q = 0.
/// Errors  invalid_argument: no study, an effect not finite or a variance not above 0 (with the
///         study), the Knapp-Hartung test or a prediction of one fewer with too few studies, level
///         outside (0, 1); not_converged as estimate_tau_squared.
/// Cost    O(k) a step; some 5 steps.
/// Source  DerSimonian & Laird 1986; Hartung & Knapp 2001, Stat. Med. 20:3875-3889; Higgins &
///         Thompson 2002, Stat. Med. 21:1539-1558; Higgins et al. 2009, JRSS A 172:137-159.
/// Checked against R metafor rma, tests/reference/r/10_meta.json.
Result<PooledEffect> pooled_effect(std::span<const StudyEffect> studies,
                                   const PoolingChoice& choice);

/// The Q-profile interval of tau^2.
/// Errors  as pooled_effect, and fewer than two studies.
Result<Interval> tau_squared_interval(std::span<const StudyEffect> studies,
                                      double confidence_level);

/// I^2 or H^2 that a tau^2 stands for, given these sampling variances.
double i_squared_of(std::span<const StudyEffect> studies, double tau_squared);
double h_squared_of(std::span<const StudyEffect> studies, double tau_squared);

/// The pooled effect without each study in turn. Shapes: one per study, at least two studies.
Result<std::vector<PooledEffect>> leave_one_out(std::span<const StudyEffect> studies,
                                                const PoolingChoice& choice);

/// The pooled effect of the first study, of the first two, and so on, in the order given.
Result<std::vector<PooledEffect>> cumulative_effects(std::span<const StudyEffect> studies,
                                                     const PoolingChoice& choice);

/// What is kept of a meta-analysis where there are thousands.
struct PooledSummary {
  double estimate;
  double std_error;
  double tau_squared;
  Interval interval;
};

/// One meta-analysis a column, all of the same number of studies.
/// Shapes  effects[k, m], variances[k, m]; one summary per column.
/// Errors  as pooled_effect; the message names the column of the first failure.
/// Cost    some 0.5 us a meta-analysis of 13 studies; columns go through in blocks of 256, with the
///         same bits for any `threads`.
Result<std::vector<PooledSummary>> pool_columns(const Matrix& effects, const Matrix& variances,
                                                const PoolingChoice& choice, unsigned threads = 1);

}  // namespace kensho::stats
