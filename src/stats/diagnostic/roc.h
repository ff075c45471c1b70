// The receiver operating characteristic of a marker.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// What a marker finds if values above the threshold count as positive.
struct RocPoint {
  double threshold;  // midway between two values seen; -infinity first, infinity last
  double sensitivity;
  double specificity;
};

/// The curve and the area under it. Higher values of the marker stand for disease.
struct RocCurve {
  std::size_t cases;
  std::size_t controls;
  std::vector<RocPoint> points;  // ascending threshold
  double area;                   // P(case > control) + P(equal) / 2
  double variance;               // of the area, by DeLong
  Interval interval;             // of the area, cut to [0, 1]
  RocPoint youden;               // largest sensitivity + specificity; the lowest such threshold
};

/// The curve of a marker.
///
/// Shapes  marker[n]; disease[n], 1 = case, 0 = control.
/// Errors  invalid_argument: lengths that differ, a value that is not finite, a code other than 0
///         and 1, fewer than 2 cases or controls, level outside (0, 1).
/// Cost    O(n log n); the order of the rows changes no bit.
/// Source  DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44:837-845; Sun & Xu 2014, IEEE Signal
///         Proc. Letters 21:1389-1393 (by ranks).
/// Checked against R pROC, tests/reference/r/15_diagnostic.json.
Result<RocCurve> roc_curve(std::span<const double> marker, std::span<const int> disease,
                           double confidence_level);

/// The area where specificity lies between the two values, by straight lines between the points.
/// 0 <= from < to <= 1.
double partial_area(const RocCurve& curve, double specificity_from, double specificity_to);

/// Whether two markers of the same subjects have one area.
struct RocComparison {
  double first_area;
  double second_area;
  double covariance;
  double statistic;  // of first - second, standard normal; 0 where the markers order alike
  double p_value;
};

/// DeLong's test of two areas from the same subjects.
/// Errors  as roc_curve, for either marker.
/// Checked against R pROC roc.test, tests/reference/r/15_diagnostic.json.
Result<RocComparison> compare_roc(std::span<const double> first, std::span<const double> second,
                                  std::span<const int> disease);

}  // namespace kensho::stats
