// How much of a change after treatment is regression to the mean.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// A mean change with its t interval and test of no change.
struct MeanChange {
  double mean;
  double std_error;
  Interval interval;
  double degrees_of_freedom;
  double p_value;
};

/// Outcomes of the same subjects: twice before treatment, then after it.
struct TwoBaselines {
  std::span<const double> first;
  std::span<const double> second;
  std::span<const double> after;
};

/// The change split by the second baseline: what happened without treatment (regression to the mean
/// and the natural course), and what followed it.
struct SplitChange {
  std::size_t subjects;
  MeanChange whole;      // after - first: the naive one
  MeanChange untreated;  // second - first
  MeanChange treated;    // after - second
  MeanChange
      beyond_untreated;  // treated - untreated: where the course would have gone on as before
  double reliability;    // correlation of the two baselines
  std::optional<Interval> reliability_interval;  // Fisher's z; none below 4 subjects
  double within_sd;                              // of one measurement, from their difference
};

/// Shapes  all n long, n >= 3.
/// Errors  invalid_argument: lengths differ, fewer than 3 subjects, a value not finite, a baseline
/// or
///         a change without variance; a level outside (0, 1).
/// Source  Barnett, van der Pols & Dobson 2005, Int. J. Epidemiol. 34:215-220.
/// Checked against R t.test, cor.test, tests/reference/longitudinal/regression_to_the_mean.json.
Result<SplitChange> split_change(const TwoBaselines& data, double confidence_level);

/// Which side of the cutoff subjects were enrolled from.
enum class Selected : unsigned char { above, below };

/// A population, how it is measured, and who is enrolled.
struct Selection {
  double population_mean;
  double between_sd;  // of subjects' true values
  double within_sd;   // of one measurement about its subject's true value
  double cutoff;
  Selected selected = Selected::above;
  int measurements = 1;  // whose mean is compared with the cutoff
};

/// The change to expect without any treatment in those enrolled, at their next measurement: below 0
/// for those selected above the cutoff, above 0 for those below.
/// Errors  invalid_argument: a standard deviation that is not positive (between: not negative), no
///         measurement, a value not finite.
/// Source  Gardner & Heady 1973, J. Chronic Dis. 26:781-795; Barnett et al. 2005, eq. 1:
///         within^2 / m / sqrt(between^2 + within^2 / m) times the normal hazard at the cutoff.
Result<double> expected_regression(const Selection& selection);

/// The test of Mee and Chua: a treatment effect at a given mean of the population the subjects were
/// selected from.
struct MeeChua {
  double population_mean;
  double effect;  // after - before of a subject at the population mean
  double std_error;
  Interval interval;
  double degrees_of_freedom;  // n - 2
  double t;
  double p_value;  // two-sided
  double slope;    // of after on before: 1 = no regression to the mean
};

/// The regression of after - mean on before - mean, once for each mean; its intercept is the
/// effect. Shapes  before, after n long, n >= 3. Errors  invalid_argument: as split_change; no
/// mean; before without variance, or after on a line. Cost    O(n + means). Source  Mee & Chua
/// 1991, Am. Stat. 45:39-42; over plausible means: Ostermann, Willich &
///         Lüdtke 2008, BMC Med. Res. Methodol. 8:52.
/// Checked against R lm, tests/reference/longitudinal/regression_to_the_mean.json.
Result<std::vector<MeeChua>> mee_chua(std::span<const double> before, std::span<const double> after,
                                      std::span<const double> population_means,
                                      double confidence_level);

}  // namespace kensho::stats
