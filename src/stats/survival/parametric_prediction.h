// What a parametric survival model says of a subject: quantiles of its time, chance to survive.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/survival/parametric_survival.h"

namespace kensho::stats {

/// For whom: a row of the design, the offset and the index of the stratum into fit.strata.
struct ParametricSubject {
  std::span<const double> row;
  double offset = 0;
  std::size_t stratum_index = 0;
};

/// The time by which the event has happened with that probability.
struct PredictedQuantile {
  double probability;
  double time;
  double std_error;   // of the time, by the delta method
  Interval interval;  // symmetric on the scale of the model: log time, or time
};

/// Errors  invalid_argument: row of another length or not finite, no such stratum, a probability or
///         the level not above 0 and below 1.
/// Checked against R predict.survreg(type = "quantile"), tests/reference/r/04_parametric.json.
Result<std::vector<PredictedQuantile>> predict_quantiles(const ParametricFit& fit,
                                                         const ParametricSubject& subject,
                                                         std::span<const double> probabilities,
                                                         double confidence_level = 0.95);

/// The probability that the event comes after that time.
struct PredictedSurvival {
  double time;
  double survival;
  double std_error;   // by the delta method
  Interval interval;  // symmetric in log(-log S): inside [0, 1]; one point where S is 0 or 1
};

/// Errors  as predict_quantiles; a time that is not finite, or below 0 in a model of log T.
/// Checked against R psurvreg, tests/reference/r/04_parametric.json.
Result<std::vector<PredictedSurvival>> predict_survival(const ParametricFit& fit,
                                                        const ParametricSubject& subject,
                                                        std::span<const double> times,
                                                        double confidence_level = 0.95);

}  // namespace kensho::stats
