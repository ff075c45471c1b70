#include "stats/regression/trend_in_proportions.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

struct Group {
  double events;
  double trials;
  double score;
};

Result<std::vector<Group>> groups_of(std::span<const double> events, std::span<const double> trials,
                                     std::span<const double> score) {
  ENSURE(events.size() == trials.size() && events.size() == score.size());
  std::vector<Group> groups;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!(events[i] >= 0) || !(trials[i] >= events[i]) || !std::isfinite(trials[i]) ||
        !std::isfinite(score[i])) {
      return Error{Errc::invalid_argument,
                   fmt::format("trend in proportions: group {} has {} events in {} trials at score "
                               "{}",
                               i + 1, events[i], trials[i], score[i])};
    }
    if (trials[i] > 0) groups.push_back({events[i], trials[i], score[i]});
  }
  return groups;
}

double times_log(double count, double expected) {
  return count > 0 ? count * std::log(count / expected) : 0;
}

}  // namespace

Result<ProportionTrend> proportion_trend(std::span<const double> events,
                                         std::span<const double> trials,
                                         std::span<const double> score) {
  const std::vector<Group> groups = TRY(groups_of(events, trials, score));
  double n = 0;
  double successes = 0;
  double mean = 0;
  for (const Group& group : groups) {
    n += group.trials;
    successes += group.events;
    mean += group.trials * group.score;
  }
  mean /= n;
  const double p = successes / n;
  double squares = 0;
  double products = 0;
  double pearson = 0;
  double deviance = 0;
  for (const Group& group : groups) {
    const double expected = group.trials * p;
    squares += group.trials * (group.score - mean) * (group.score - mean);
    products += (group.score - mean) * (group.events - expected);
    pearson += (group.events - expected) * (group.events - expected) / (expected * (1 - p));
    deviance += 2 * (times_log(group.events, expected) +
                     times_log(group.trials - group.events, group.trials - expected));
  }
  if (groups.size() < 2 || !(squares > 0) || successes == 0 || successes == n) {
    return Error{
        Errc::invalid_argument,
        fmt::format("trend in proportions: {} groups with {} events in {} trials; at least "
                    "two scores, some events and some without are needed",
                    groups.size(), successes, n)};
  }
  const double trend = products * products / (p * (1 - p) * squares);
  const double df = static_cast<double>(groups.size()) - 1;
  return ProportionTrend{products / squares, chi_square_statistic(trend, 1),
                         chi_square_statistic(pearson, df), chi_square_statistic(deviance, df),
                         chi_square_statistic(pearson - trend, df - 1)};
}

}  // namespace kensho::stats
