#include "stats/safety/standardisation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

Error refused(std::string message) {
  return {Errc::invalid_argument, "standardisation: " + std::move(message)};
}

double total(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// More than a country has people: beyond it the counts lose their last digits.
constexpr double most_events = 1e10;

Status check_strata(std::span<const double> events, std::span<const double> time) {
  if (events.empty() || events.size() != time.size()) {
    return refused(fmt::format("{} counts of events and {} times", events.size(), time.size()));
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!(events[i] >= 0 && events[i] <= most_events && time[i] > 0 && std::isfinite(time[i]))) {
      return refused(
          fmt::format("stratum {}: {} events in a time of {}", i + 1, events[i], time[i]));
    }
  }
  return ok();
}

Status check_weights(std::span<const double> standard, std::size_t strata) {
  const bool bad = std::ranges::any_of(
      standard, [](double size) { return !(size >= 0 && std::isfinite(size)); });
  if (bad || standard.size() != strata || !(total(standard) > 0)) {
    return refused(
        fmt::format("{} sizes of the standard for {} strata; none may be below 0, nor "
                    "all be 0",
                    standard.size(), strata));
  }
  return ok();
}

// The variance of a weighted sum of Poisson counts, matched by a gamma distribution.
Interval fay_feuer(double rate, double variance, double largest_weight, double alpha) {
  const auto matched = [](double mean, double spread) {
    return GammaShape{mean * mean / spread, mean / spread};
  };
  const double upper = gamma_quantile(
      1 - alpha / 2, matched(rate + largest_weight, variance + largest_weight * largest_weight));
  return {rate == 0 ? 0 : gamma_quantile(alpha / 2, matched(rate, variance)), upper};
}

}  // namespace

Result<StandardisedRate> direct_standardisation(std::span<const double> events,
                                                std::span<const double> time,
                                                std::span<const double> standard,
                                                double confidence_level) {
  TRY(check_strata(events, time));
  TRY(check_weights(standard, events.size()));
  TRY(normal_multiplier(confidence_level));
  const double all = total(standard);
  double rate = 0;
  double variance = 0;
  double largest = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const double weight = standard[i] / all / time[i];
    rate += weight * events[i];
    variance += weight * weight * events[i];
    largest = std::max(largest, weight);
  }
  return StandardisedRate{total(events) / total(time), rate,
                          fay_feuer(rate, variance, largest, 1 - confidence_level)};
}

Result<IndirectStandardisation> indirect_standardisation(std::span<const double> events,
                                                         std::span<const double> time,
                                                         const StandardPopulation& standard,
                                                         const RateChoice& choice) {
  TRY(check_strata(events, time));
  TRY(check_strata(standard.events, standard.time));
  if (standard.events.size() != events.size()) {
    return refused(
        fmt::format("{} strata, {} of the standard", events.size(), standard.events.size()));
  }
  const double observed = total(events);
  if (observed != std::floor(observed)) {
    return refused(fmt::format("{} events; they must be whole", observed));
  }
  double expected = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    expected += time[i] * standard.events[i] / standard.time[i];
  }
  const StandardisedRatio ratio =
      TRY(standardised_ratio(static_cast<std::int64_t>(observed), expected, choice));
  const double crude = total(standard.events) / total(standard.time);
  const StandardisedRate rate{observed / total(time),
                              ratio.ratio * crude,
                              {ratio.interval.lower * crude, ratio.interval.upper * crude}};
  return IndirectStandardisation{observed, expected, ratio, rate};
}

}  // namespace kensho::stats
