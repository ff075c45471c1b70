#include "stats/safety/incidence_rate.h"

#include <cmath>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

Error refused(std::string message) {
  return {Errc::invalid_argument, std::move(message)};
}

Status check(const PersonTime& counted) {
  if (counted.events < 0 || !(counted.time > 0) || !std::isfinite(counted.time)) {
    return refused(
        fmt::format("person-time: {} events in a time of {}; events must be 0 or more, "
                    "the time above 0 and finite",
                    counted.events, counted.time));
  }
  return ok();
}

double rate_of(const PersonTime& counted) {
  return static_cast<double>(counted.events) / counted.time;
}

// ratio of rates = odds of the exposed among all events, over the ratio of times
RatioEstimate conditional_ratio(const PersonTime& exposed, const PersonTime& reference,
                                const Interval& probability, double p_value) {
  const double times = reference.time / exposed.time;
  RatioEstimate estimate{.ratio = {}, .lower = 0, .upper = {}, .p_value = p_value};
  estimate.lower = probability.lower / (1 - probability.lower) * times;
  if (reference.events > 0) {
    estimate.ratio = rate_of(exposed) / rate_of(reference);
    estimate.upper = probability.upper / (1 - probability.upper) * times;
  }
  return estimate;
}

Result<RatioEstimate> wald_ratio(const PersonTime& exposed, const PersonTime& reference,
                                 double confidence_level) {
  if (exposed.events == 0 || reference.events == 0) {
    return refused("rate ratio: the log-normal interval needs an event in both groups");
  }
  const double z = TRY(normal_multiplier(confidence_level));
  const double ratio = rate_of(exposed) / rate_of(reference);
  const double error = std::sqrt(1 / static_cast<double>(exposed.events) +
                                 1 / static_cast<double>(reference.events));
  return RatioEstimate{ratio, ratio * std::exp(-z * error), ratio * std::exp(z * error),
                       normal_two_sided(std::log(ratio) / error)};
}

}  // namespace

Result<IncidenceRate> incidence_rate(const PersonTime& counted, const RateChoice& choice) {
  TRY(check(counted));
  const Interval mean =
      TRY(poisson_mean_interval(counted.events, choice.confidence_level, choice.interval));
  const double bound = TRY(poisson_mean_upper_bound(counted.events, choice.confidence_level));
  return IncidenceRate{rate_of(counted),
                       {mean.lower / counted.time, mean.upper / counted.time},
                       bound / counted.time};
}

Result<ZeroEventBound> zero_event_bound(std::int64_t subjects, double confidence_level) {
  TRY(normal_multiplier(confidence_level));
  if (subjects < 1) return refused(fmt::format("zero events among {} subjects", subjects));
  const auto n = static_cast<double>(subjects);
  return ZeroEventBound{-std::expm1(std::log(1 - confidence_level) / n), 3 / n};
}

Result<RatioEstimate> rate_ratio(const PersonTime& exposed, const PersonTime& reference,
                                 const RateChoice& choice) {
  TRY(check(exposed));
  TRY(check(reference));
  const std::int64_t total = exposed.events + reference.events;
  if (total == 0) return refused("rate ratio: there is no event in either group");
  if (choice.interval == CountInterval::log_normal) {
    return wald_ratio(exposed, reference, choice.confidence_level);
  }
  const Interval probability = TRY(binomial_probability_interval(
      exposed.events, total, choice.confidence_level, choice.interval));
  const double share = exposed.time / (exposed.time + reference.time);
  const double p_value = binomial_two_sided(exposed.events, {static_cast<double>(total), share});
  return conditional_ratio(exposed, reference, probability, p_value);
}

Result<DifferenceEstimate> rate_difference(const PersonTime& exposed, const PersonTime& reference,
                                           const RateChoice& choice) {
  const IncidenceRate one = TRY(incidence_rate(exposed, choice));
  const IncidenceRate two = TRY(incidence_rate(reference, choice));
  const double difference = one.rate - two.rate;
  const double below = std::hypot(one.rate - one.interval.lower, two.interval.upper - two.rate);
  const double above = std::hypot(one.interval.upper - one.rate, two.rate - two.interval.lower);
  return DifferenceEstimate{difference, {difference - below, difference + above}};
}

Result<StandardisedRatio> standardised_ratio(std::int64_t observed, double expected,
                                             const RateChoice& choice) {
  TRY(check({observed, expected}));
  const Interval mean =
      TRY(poisson_mean_interval(observed, choice.confidence_level, choice.interval));
  const auto count = static_cast<double>(observed);
  return StandardisedRatio{count / expected,
                           {mean.lower / expected, mean.upper / expected},
                           poisson_two_sided(observed, expected),
                           (count - expected) * (count - expected) / expected};
}

}  // namespace kensho::stats
