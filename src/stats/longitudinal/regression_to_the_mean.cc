#include "stats/longitudinal/regression_to_the_mean.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

Status check_level(double level) {
  if (level > 0 && level < 1) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("the confidence level must be between 0 and 1, not {}", level)};
}

Status check_pair(std::span<const double> one, std::span<const double> other) {
  if (one.size() != other.size() || one.size() < 3) {
    return Error{
        Errc::invalid_argument,
        fmt::format("regression to the mean: {} and {} values; as many are needed of each, "
                    "at least 3",
                    one.size(), other.size())};
  }
  const auto finite = [](double value) { return std::isfinite(value); };
  if (std::ranges::all_of(one, finite) && std::ranges::all_of(other, finite)) return ok();
  return Error{Errc::invalid_argument,
               "regression to the mean: every value must be a finite number"};
}

/// Sum of (a - mean a)(b - mean b).
double products(std::span<const double> a, std::span<const double> b) {
  const double mean_a = compensated_mean(a);
  const double mean_b = compensated_mean(b);
  CompensatedSum sum;
  for (std::size_t i = 0; i < a.size(); ++i) sum.add((a[i] - mean_a) * (b[i] - mean_b));
  return sum.value();
}

std::vector<double> difference(std::span<const double> later, std::span<const double> earlier) {
  std::vector<double> change(later.size());
  std::ranges::transform(later, earlier, change.begin(), [](double a, double b) { return a - b; });
  return change;
}

Result<MeanChange> mean_change(std::span<const double> change, double level) {
  const auto n = static_cast<double>(change.size());
  const double mean = compensated_mean(change);
  const double std_error = std::sqrt(products(change, change) / (n - 1) / n);
  if (!(std_error > 0)) {
    return Error{Errc::invalid_argument,
                 "regression to the mean: every subject changed by the same; there is no variance "
                 "to judge the change by"};
  }
  const double width = std_error * student_t_quantile(1 - (1 - level) / 2, n - 1);
  return MeanChange{mean,
                    std_error,
                    {mean - width, mean + width},
                    n - 1,
                    student_t_two_sided(mean / std_error, n - 1)};
}

std::optional<Interval> correlation_interval(double correlation, std::size_t n, double level) {
  if (n < 4 || std::abs(correlation) >= 1) return std::nullopt;
  const double width = normal_quantile(1 - (1 - level) / 2) / std::sqrt(static_cast<double>(n) - 3);
  const double z = std::atanh(correlation);
  return Interval{std::tanh(z - width), std::tanh(z + width)};
}

}  // namespace

Result<SplitChange> split_change(const TwoBaselines& data, double confidence_level) {
  TRY(check_level(confidence_level));
  TRY(check_pair(data.first, data.second));
  TRY(check_pair(data.first, data.after));
  const double first = products(data.first, data.first);
  const double second = products(data.second, data.second);
  if (!(first > 0) || !(second > 0)) {
    return Error{Errc::invalid_argument,
                 "regression to the mean: all subjects have the same baseline; their reliability "
                 "is not defined"};
  }
  const std::vector<double> untreated = difference(data.second, data.first);
  const std::vector<double> treated = difference(data.after, data.second);
  const double reliability =
      std::clamp(products(data.first, data.second) / std::sqrt(first * second), -1.0, 1.0);
  const auto n = static_cast<double>(data.first.size());
  return SplitChange{
      .subjects = data.first.size(),
      .whole = TRY(mean_change(difference(data.after, data.first), confidence_level)),
      .untreated = TRY(mean_change(untreated, confidence_level)),
      .treated = TRY(mean_change(treated, confidence_level)),
      .beyond_untreated = TRY(mean_change(difference(treated, untreated), confidence_level)),
      .reliability = reliability,
      .reliability_interval =
          correlation_interval(reliability, data.first.size(), confidence_level),
      .within_sd = std::sqrt(products(untreated, untreated) / (n - 1) / 2)};
}

Result<double> expected_regression(const Selection& selection) {
  const bool finite = std::isfinite(selection.population_mean) &&
                      std::isfinite(selection.between_sd) && std::isfinite(selection.within_sd) &&
                      std::isfinite(selection.cutoff);
  if (!finite || selection.between_sd < 0 || !(selection.within_sd > 0) ||
      selection.measurements < 1) {
    return Error{Errc::invalid_argument,
                 fmt::format("regression to the mean: within-subject standard deviation {} must be "
                             "above 0, between {} not below, measurements {} at least 1",
                             selection.within_sd, selection.between_sd, selection.measurements)};
  }
  const double within = selection.within_sd * selection.within_sd / selection.measurements;
  const double sd = std::sqrt(selection.between_sd * selection.between_sd + within);
  const double sign = selection.selected == Selected::above ? 1 : -1;
  const double z = sign * (selection.cutoff - selection.population_mean) / sd;
  const double hazard = normal_density(z) / normal_cdf(-z);
  return -sign * within / sd * hazard;
}

Result<std::vector<MeeChua>> mee_chua(std::span<const double> before, std::span<const double> after,
                                      std::span<const double> population_means,
                                      double confidence_level) {
  TRY(check_level(confidence_level));
  TRY(check_pair(before, after));
  const auto n = static_cast<double>(before.size());
  const double spread = products(before, before);
  const double slope = products(before, after) / spread;
  const double rest = products(after, after) - slope * products(before, after);
  if (population_means.empty() || !(spread > 0) || !(rest > 1e-14 * products(after, after))) {
    return Error{Errc::invalid_argument,
                 "Mee-Chua: a population mean is needed, and outcomes that vary before and do not "
                 "lie on a line after"};
  }
  const double variance = rest / (n - 2);
  const double quantile = student_t_quantile(1 - (1 - confidence_level) / 2, n - 2);
  std::vector<MeeChua> tests;
  for (const double mean : population_means) {
    if (!std::isfinite(mean)) {
      return Error{Errc::invalid_argument, "Mee-Chua: every population mean must be finite"};
    }
    const double distance = compensated_mean(before) - mean;
    const double effect = compensated_mean(after) - mean - slope * distance;
    const double std_error = std::sqrt(variance * (1 / n + distance * distance / spread));
    const double t = effect / std_error;
    tests.push_back({mean,
                     effect,
                     std_error,
                     {effect - quantile * std_error, effect + quantile * std_error},
                     n - 2,
                     t,
                     student_t_two_sided(t, n - 2),
                     slope});
  }
  return tests;
}

}  // namespace kensho::stats
