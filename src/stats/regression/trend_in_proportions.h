// Proportions in ordered groups: the Cochran-Armitage test of a trend, and of any difference.
#pragma once

#include <span>

#include "base/result.h"
#include "stats/describe/chi_square_statistic.h"

namespace kensho::stats {

/// What ordered groups say of their proportions.
struct ProportionTrend {
  double slope;                  // of the proportion on the score, by weighted least squares
  ChiSquareStatistic trend;      // Cochran-Armitage, 1 degree of freedom
  ChiSquareStatistic any;        // Pearson, groups - 1 degrees of freedom
  ChiSquareStatistic deviance;   // likelihood ratio, as many
  ChiSquareStatistic departure;  // Pearson minus trend: from a straight line
};

/// Shapes  events[k], trials[k], score[k] (dose, or 0, 1, ..); groups without trials are left out.
/// Errors  invalid_argument: counts negative, not finite or events above trials; fewer than two
///         groups or one score; nobody or everybody with the event.
/// Source  Armitage 1955, Biometrics 11:375-386.
/// Checked against R prop.trend.test and chisq.test, 05_regression.json.
Result<ProportionTrend> proportion_trend(std::span<const double> events,
                                         std::span<const double> trials,
                                         std::span<const double> score);

}  // namespace kensho::stats
