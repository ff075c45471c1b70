// Quantiles of a Kaplan-Meier curve; declared in kaplan_meier.h.
#include <cmath>

#include <fmt/format.h>

#include "stats/survival/kaplan_meier.h"

namespace kensho::stats {
namespace {

// Two heights nearer than this are one: a product such as 0.8 * 0.625 must still hit 0.5.
// The square root of the double's epsilon, as in R's quantile.survfit.
constexpr double same_height = 0x1p-26;

// The middle of the piece on which `fallen`, a step function of the step's index, has the height
// `probability`; where it jumps over the height, the time of the jump. `fallen` gives 1 - S or
// 1 - a limit, or nothing where there is no limit.
template <class Fallen>
std::optional<double> crossing(const SurvivalCurve& curve, double probability, Fallen fallen) {
  const std::vector<SurvivalStep>& steps = curve.steps;
  std::optional<double> reached;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::optional<double> height = fallen(i);
    if (!height || *height < probability - same_height) continue;
    if (!reached) reached = steps[i].time;
    if (*height >= probability + same_height) return (*reached + steps[i].time) / 2;
  }
  const std::optional<double> last = fallen(steps.size() - 1);
  if (!reached || !last || std::abs(*last - probability) >= same_height) return std::nullopt;
  return (*reached + steps.back().time) / 2;
}

Status check_probabilities(std::span<const double> probabilities) {
  for (const double probability : probabilities) {
    if (probability > 0 && probability < 1) continue;
    return Error{
        Errc::invalid_argument,
        fmt::format("survival quantile: probability {} must be above 0 and below 1", probability)};
  }
  return ok();
}

}  // namespace

Result<std::vector<SurvivalQuantile>> survival_quantiles(const SurvivalCurve& curve,
                                                         std::span<const double> probabilities,
                                                         const IntervalChoice& choice) {
  TRY(check_probabilities(probabilities));
  const auto intervals = TRY(pointwise_intervals(curve, choice));
  const auto survival = [&](std::size_t i) { return std::optional(1 - curve.steps[i].survival); };
  const auto lower = [&](std::size_t i) -> std::optional<double> {
    return intervals[i] ? std::optional(1 - intervals[i]->lower) : std::nullopt;
  };
  const auto upper = [&](std::size_t i) -> std::optional<double> {
    return intervals[i] ? std::optional(1 - intervals[i]->upper) : std::nullopt;
  };

  std::vector<SurvivalQuantile> quantiles;
  for (const double probability : probabilities) {
    quantiles.push_back({probability, crossing(curve, probability, survival),
                         crossing(curve, probability, lower), crossing(curve, probability, upper)});
  }
  return quantiles;
}

}  // namespace kensho::stats
