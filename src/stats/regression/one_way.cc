#include "stats/regression/one_way.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/dist/distributions.h"
#include "stats/regression/studentised_range.h"

namespace kensho::stats {
namespace {

/// The values of each group.
Result<std::vector<std::vector<double>>> split(const GroupedValues& data) {
  ENSURE(data.values.size() == data.group.size());
  std::vector<std::vector<double>> groups;
  for (std::size_t i = 0; i < data.values.size(); ++i) {
    if (!std::isfinite(data.values[i]) || data.group[i] < 0 || data.group[i] > 1'000'000) {
      return Error{
          Errc::invalid_argument,
          fmt::format("groups: row {} has value {} and group {}; the value must be finite, "
                      "the group from 0 to 1000000",
                      i + 1, data.values[i], data.group[i])};
    }
    const auto k = static_cast<std::size_t>(data.group[i]);
    if (k >= groups.size()) groups.resize(k + 1);
    groups[k].push_back(data.values[i]);
  }
  for (std::size_t k = 0; k < groups.size(); ++k) {
    if (!groups[k].empty()) continue;
    return Error{Errc::invalid_argument, fmt::format("groups: nobody is in group {}", k)};
  }
  if (groups.size() < 2) {
    return Error{Errc::invalid_argument, "groups: at least two groups are needed"};
  }
  return groups;
}

/// What the tests need of a group.
struct GroupSummary {
  double size;
  double mean;     // minus the origin
  double squares;  // about the mean
};

/// From values minus one origin for all groups: what they have in common is lost without rounding.
GroupSummary summary_of(std::span<const double> values, double origin) {
  const double n = static_cast<double>(values.size());
  CompensatedSum sum;
  for (const double value : values) sum.add(value - origin);
  const double mean = sum.value() / n;
  CompensatedSum squares;
  CompensatedSum rest;
  for (const double value : values) {
    const double distance = (value - origin) - mean;
    squares.add(distance * distance);
    rest.add(distance);
  }
  return {n, mean, squares.value() - rest.value() * rest.value() / n};
}

std::vector<GroupSummary> summaries(const std::vector<std::vector<double>>& groups) {
  const double origin = groups.front().front();
  std::vector<GroupSummary> all;
  for (const auto& values : groups) all.push_back(summary_of(values, origin));
  return all;
}

FTest f_test(double statistic, double df1, double df2) {
  return {statistic, df1, df2, f_upper_tail(statistic, df1, df2)};
}

/// Every group must have two values that differ.
Status check_spread(std::span<const GroupSummary> groups) {
  for (std::size_t k = 0; k < groups.size(); ++k) {
    if (groups[k].size >= 2 && groups[k].squares > 0) continue;
    return Error{
        Errc::invalid_argument,
        fmt::format("groups: group {} has {} values and no spread of its own", k, groups[k].size)};
  }
  return ok();
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : values[n / 2 - 1] + (values[n / 2] - values[n / 2 - 1]) / 2;
}

}  // namespace

Result<OneWayAnova> one_way_anova(const GroupedValues& data) {
  const auto groups = TRY(split(data));
  const std::vector<GroupSummary> parts = summaries(groups);
  CompensatedSum total;
  CompensatedSum within;
  for (const GroupSummary& part : parts) {
    total.add(part.size * part.mean);
    within.add(part.squares);
  }
  const double n = static_cast<double>(data.values.size());
  const double mean = total.value() / n;
  CompensatedSum between;
  for (const GroupSummary& part : parts) {
    between.add(part.size * (part.mean - mean) * (part.mean - mean));
  }
  const double df1 = static_cast<double>(parts.size()) - 1;
  const double df2 = n - static_cast<double>(parts.size());
  if (!(df2 > 0) || !(within.value() > 0)) {
    return Error{Errc::invalid_argument,
                 fmt::format("analysis of variance: {} values in {} groups leave no spread within "
                             "groups",
                             data.values.size(), parts.size())};
  }
  OneWayAnova anova{.between_sum_of_squares = between.value(),
                    .within_sum_of_squares = within.value()};
  anova.residual_sd = std::sqrt(within.value() / df2);
  anova.r_squared = between.value() / (between.value() + within.value());
  anova.f = f_test(between.value() / df1 / (within.value() / df2), df1, df2);
  for (std::size_t k = 0; k < parts.size(); ++k) {
    anova.means.push_back(groups.front().front() + parts[k].mean);
    anova.sizes.push_back(parts[k].size);
  }
  return anova;
}

Result<FTest> welch_test(const GroupedValues& data) {
  const auto groups = TRY(split(data));
  const std::vector<GroupSummary> parts = summaries(groups);
  TRY(check_spread(parts));
  const double k = static_cast<double>(parts.size());
  double weights = 0;
  double mean = 0;
  const auto weight = [](const GroupSummary& p) { return p.size * (p.size - 1) / p.squares; };
  for (const GroupSummary& part : parts) {
    weights += weight(part);
    mean += weight(part) * part.mean;
  }
  mean /= weights;
  double between = 0;
  double spread = 0;
  for (const GroupSummary& part : parts) {
    const double share = 1 - weight(part) / weights;
    between += weight(part) * (part.mean - mean) * (part.mean - mean);
    spread += share * share / (part.size - 1);
  }
  spread /= k * k - 1;
  return f_test(between / (k - 1) / (1 + 2 * (k - 2) * spread), k - 1, 1 / (3 * spread));
}

Result<ChiSquareStatistic> bartlett_test(const GroupedValues& data) {
  const auto groups = TRY(split(data));
  const std::vector<GroupSummary> parts = summaries(groups);
  TRY(check_spread(parts));
  double df = 0;
  double squares = 0;
  double logs = 0;
  double inverses = 0;
  for (const GroupSummary& part : parts) {
    df += part.size - 1;
    squares += part.squares;
    logs += (part.size - 1) * std::log(part.squares / (part.size - 1));
    inverses += 1 / (part.size - 1);
  }
  const double k = static_cast<double>(parts.size());
  const double statistic =
      (df * std::log(squares / df) - logs) / (1 + (inverses - 1 / df) / (3 * (k - 1)));
  return chi_square_statistic(statistic, k - 1);
}

Result<FTest> levene_test(const GroupedValues& data) {
  const auto groups = TRY(split(data));
  std::vector<double> medians;
  for (const auto& values : groups) medians.push_back(median_of(values));
  std::vector<double> distances(data.values.size());
  for (std::size_t i = 0; i < distances.size(); ++i) {
    distances[i] = std::abs(data.values[i] - medians[static_cast<std::size_t>(data.group[i])]);
  }
  return TRY(one_way_anova({distances, data.group})).f;
}

Result<std::vector<TukeyPair>> tukey_comparisons(const OneWayAnova& anova,
                                                 double confidence_level) {
  const RangeShape shape{static_cast<double>(anova.means.size()), anova.f.denominator_df};
  const double q = TRY(studentised_range_quantile(confidence_level, shape));
  std::vector<TukeyPair> pairs;
  for (std::size_t a = 0; a < anova.means.size(); ++a) {
    for (std::size_t b = a + 1; b < anova.means.size(); ++b) {
      const double difference = anova.means[b] - anova.means[a];
      const double unit =
          anova.residual_sd * std::sqrt((1 / anova.sizes[a] + 1 / anova.sizes[b]) / 2);
      pairs.push_back({a,
                       b,
                       difference,
                       {difference - q * unit, difference + q * unit},
                       studentised_range_upper_tail(std::abs(difference) / unit, shape)});
    }
  }
  return pairs;
}

}  // namespace kensho::stats
