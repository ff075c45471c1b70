#include "stats/diagnostic/roc.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/describe/sample.h"
#include "stats/dist/distributions.h"
#include "stats/location/ranks.h"

namespace kensho::stats {
namespace {

Status check_roc(std::span<const double> marker, std::span<const int> disease) {
  TRY(check_grouped_sample(marker, disease, "ROC curve"));
  const auto cases = std::ranges::count(disease, 1);
  const auto controls = std::ranges::count(disease, 0);
  if (static_cast<std::size_t>(cases + controls) != disease.size()) {
    return Error{Errc::invalid_argument, "ROC curve: disease must be 0 or 1"};
  }
  if (cases < 2 || controls < 2) {
    return Error{
        Errc::invalid_argument,
        fmt::format("ROC curve: {} cases and {} controls; needs 2 of each", cases, controls)};
  }
  return ok();
}

// DeLong's structural components: of each subject, the share of the other group on its right side.
struct Placements {
  std::vector<double> cases;     // share of controls below each case
  std::vector<double> controls;  // share of cases above each control
};

Placements placements_of(std::span<const double> marker, std::span<const int> disease) {
  const Ranks pooled = midranks(marker);
  const auto of_group = [&](int code) {
    std::vector<double> values;
    std::vector<double> ranks;
    for (std::size_t i = 0; i < marker.size(); ++i) {
      if (disease[i] != code) continue;
      values.push_back(marker[i]);
      ranks.push_back(pooled.rank[i]);
    }
    const Ranks own = midranks(values);
    for (std::size_t i = 0; i < ranks.size(); ++i) ranks[i] -= own.rank[i];
    return ranks;
  };
  Placements placements{of_group(1), of_group(0)};
  const auto cases = static_cast<double>(placements.cases.size());
  const auto controls = static_cast<double>(placements.controls.size());
  for (double& below : placements.cases) below /= controls;
  for (double& below : placements.controls) below = 1 - below / cases;
  return placements;
}

double mean_of(std::span<const double> values) {
  return sample_moments(values).mean;
}

// Of the means of two lists, pair by pair; in the order of the values, not of the rows.
double covariance_of_means(const std::vector<double>& first, const std::vector<double>& second) {
  const double mean_first = mean_of(first);
  const double mean_second = mean_of(second);
  std::vector<double> products(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    products[i] = (first[i] - mean_first) * (second[i] - mean_second);
  }
  std::ranges::sort(products);
  CompensatedSum sum;
  for (const double product : products) sum.add(product);
  const auto n = static_cast<double>(first.size());
  return sum.value() / (n - 1) / n;
}

double area_covariance(const Placements& first, const Placements& second) {
  return covariance_of_means(first.cases, second.cases) +
         covariance_of_means(first.controls, second.controls);
}

std::vector<RocPoint> points_of(std::span<const double> marker, std::span<const int> disease) {
  std::vector<std::pair<double, int>> rows(marker.size());
  for (std::size_t i = 0; i < marker.size(); ++i) rows[i] = {marker[i], disease[i]};
  std::ranges::sort(rows);
  const auto cases = static_cast<double>(std::ranges::count(disease, 1));
  const double controls = static_cast<double>(rows.size()) - cases;
  std::vector<RocPoint> points = {{-std::numeric_limits<double>::infinity(), 1, 0}};
  double cases_below = 0;
  double controls_below = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    (rows[i].second == 1 ? cases_below : controls_below) += 1;
    const bool last = i + 1 == rows.size();
    if (!last && rows[i + 1].first == rows[i].first) continue;  // ties move together
    const double threshold =
        last ? std::numeric_limits<double>::infinity() : rows[i].first / 2 + rows[i + 1].first / 2;
    points.push_back({threshold, (cases - cases_below) / cases, controls_below / controls});
  }
  return points;
}

}  // namespace

Result<RocCurve> roc_curve(std::span<const double> marker, std::span<const int> disease,
                           double confidence_level) {
  TRY(check_roc(marker, disease));
  const double z = TRY(normal_multiplier(confidence_level));
  const Placements placements = placements_of(marker, disease);
  const double area = mean_of(placements.cases);
  const double variance = area_covariance(placements, placements);
  const double width = z * std::sqrt(variance);
  std::vector<RocPoint> points = points_of(marker, disease);
  // What is equal but for rounding goes to the lower threshold.
  RocPoint youden = points.front();
  for (const RocPoint& point : points) {
    const double gain =
        point.sensitivity + point.specificity - youden.sensitivity - youden.specificity;
    if (gain > 1e-12) youden = point;
  }
  return RocCurve{.cases = placements.cases.size(),
                  .controls = placements.controls.size(),
                  .points = std::move(points),
                  .area = area,
                  .variance = variance,
                  .interval = {std::max(0.0, area - width), std::min(1.0, area + width)},
                  .youden = youden};
}

double partial_area(const RocCurve& curve, double specificity_from, double specificity_to) {
  double area = 0;
  for (std::size_t i = 1; i < curve.points.size(); ++i) {
    const RocPoint& left = curve.points[i - 1];
    const RocPoint& right = curve.points[i];
    const double from = std::max(left.specificity, specificity_from);
    const double to = std::min(right.specificity, specificity_to);
    if (!(from < to)) continue;
    const double slope =
        (right.sensitivity - left.sensitivity) / (right.specificity - left.specificity);
    const double middle = left.sensitivity + slope * ((from + to) / 2 - left.specificity);
    area += middle * (to - from);
  }
  return area;
}

Result<RocComparison> compare_roc(std::span<const double> first, std::span<const double> second,
                                  std::span<const int> disease) {
  TRY(check_roc(first, disease));
  TRY(check_roc(second, disease));
  const Placements one = placements_of(first, disease);
  const Placements two = placements_of(second, disease);
  const double covariance = area_covariance(one, two);
  const double variance = area_covariance(one, one) + area_covariance(two, two) - 2 * covariance;
  RocComparison test{mean_of(one.cases), mean_of(two.cases), covariance, 0, 1};
  if (variance > 1e-15) {
    test.statistic = (test.first_area - test.second_area) / std::sqrt(variance);
    test.p_value = normal_two_sided(test.statistic);
  }
  return test;
}

}  // namespace kensho::stats
