// The mean survival time up to a horizon, and its comparison between two groups.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/survival/kaplan_meier.h"

namespace kensho::stats {

/// The area under a survival curve up to a horizon, in the unit of time.
struct RestrictedMean {
  double horizon;
  double mean;
  double std_error;
};

/// Restricted mean survival time of a Kaplan-Meier curve with Greenwood's variance.
/// Errors  invalid_argument: the horizon is not above 0 and finite, or lies after the last
///         follow-up while the curve is still above 0 (the message names the last time).
/// Cost    O(steps).
/// Source  Irwin 1949; Kaplan & Meier 1958, JASA 53:457-481, sec. 6 without the factor m / (m - 1);
///         Royston & Parmar 2013, BMC Med. Res. Methodol. 13:152.
/// Checked against R survival::survfit(rmean), tests/reference/r/01_survival.json, 11 digits.
Result<RestrictedMean> restricted_mean(const SurvivalCurve& curve, double horizon);

/// An estimate, its interval and the two-sided test of no difference.
struct MeanContrast {
  double estimate;
  double std_error;  // on the scale of the test: of the logarithm for a ratio
  Interval interval;
  double p_value;
};

/// Two restricted means of independent groups at one horizon compared.
struct RestrictedMeanContrast {
  MeanContrast difference;            // first less second
  std::optional<MeanContrast> ratio;  // first by second; none where one is 0
};

/// Errors  invalid_argument: the horizons differ, both standard errors are 0, level outside (0, 1).
Result<RestrictedMeanContrast> compare_restricted_means(const RestrictedMean& first,
                                                        const RestrictedMean& second,
                                                        double confidence_level = 0.95);

/// The subjects still followed after a landmark, and their time from it on.
struct LandmarkSample {
  std::vector<std::size_t> rows;
  std::vector<double> time;
};

/// For an analysis by what is known at the landmark: group only by that.
/// Errors  invalid_argument: a time or the landmark is negative or not finite.
/// Source  Anderson, Cain & Gelber 1983, J. Clin. Oncol. 1:710-719.
Result<LandmarkSample> landmark_sample(std::span<const double> time, double landmark);

}  // namespace kensho::stats
