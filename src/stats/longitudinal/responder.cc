#include "stats/longitudinal/responder.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "stats/describe/proportion.h"
#include "stats/dist/distributions.h"
#include "stats/safety/two_proportions.h"

namespace kensho::stats {
namespace {

Result<ResponderDifference> difference_of(const ResponderGroup& group, const ResponderGroup& versus,
                                          double confidence_level) {
  const DifferenceEstimate newcombe = TRY(
      risk_difference({group.responders, group.subjects}, {versus.responders, versus.subjects},
                      {.interval = RiskInterval::newcombe, .confidence_level = confidence_level}));
  const double difference = newcombe.difference;
  ResponderDifference result{group.group, versus.group, difference, newcombe.interval, {}, {}};
  const auto n = static_cast<double>(group.subjects);
  const auto n_versus = static_cast<double>(versus.subjects);
  const double pooled = static_cast<double>(group.responders + versus.responders) / (n + n_versus);
  if (pooled > 0 && pooled < 1) {
    result.z = difference / std::sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_versus));
    result.p_value = normal_two_sided(*result.z);
  }
  return result;
}

}  // namespace

Result<std::vector<int>> responders(std::span<const double> change, const ResponderRule& rule) {
  const double threshold = rule.minimal_important_change;
  if (!(threshold > 0) || !std::isfinite(threshold)) {
    return Error{
        Errc::invalid_argument,
        fmt::format("responders: the minimal important change must be above 0, not {}; its "
                    "direction is said by which way is better",
                    threshold)};
  }
  std::vector<int> responded;
  responded.reserve(change.size());
  for (const double value : change) {
    if (!std::isfinite(value)) {
      return Error{Errc::invalid_argument, "responders: every change must be a finite number"};
    }
    const double improvement = rule.better == Better::higher ? value : -value;
    responded.push_back(improvement >= threshold * (1 - 1e-9) ? 1 : 0);
  }
  return responded;
}

Result<ResponderAnalysis> responder_analysis(std::span<const int> responded,
                                             std::span<const int> group, double confidence_level) {
  if (responded.empty() || (!group.empty() && group.size() != responded.size())) {
    return Error{
        Errc::invalid_argument,
        fmt::format("responders: {} subjects and {} groups; both must be as many and not 0",
                    responded.size(), group.size())};
  }
  std::map<int, BinomialCount> counts;
  for (std::size_t i = 0; i < responded.size(); ++i) {
    if (responded[i] != 0 && responded[i] != 1) {
      return Error{Errc::invalid_argument, "responders: a response is 0 or 1"};
    }
    BinomialCount& count = counts[group.empty() ? 0 : group[i]];
    count.successes += responded[i];
    ++count.trials;
  }
  ResponderAnalysis analysis;
  for (const auto& [label, count] : counts) {
    const Proportion wilson = TRY(wilson_proportion(count, confidence_level));
    const Proportion exact = TRY(clopper_pearson_proportion(count, confidence_level));
    analysis.groups.push_back(
        {label, count.successes, count.trials, wilson.estimate, wilson.interval, exact.interval});
  }
  for (std::size_t i = 1; i < analysis.groups.size(); ++i) {
    analysis.differences.push_back(
        TRY(difference_of(analysis.groups[i], analysis.groups.front(), confidence_level)));
  }
  return analysis;
}

}  // namespace kensho::stats
