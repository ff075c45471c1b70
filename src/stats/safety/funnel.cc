#include "stats/safety/funnel.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "stats/describe/summary.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

Error refused(std::string message) {
  return {Errc::invalid_argument, "funnel: " + std::move(message)};
}

// A site with more is none: the limits are found by counting.
constexpr double most_events = 1e7;

Status check_choice(const FunnelChoice& choice) {
  TRY(normal_multiplier(choice.inner_level));
  TRY(normal_multiplier(choice.outer_level));
  if (choice.winsorised_fraction >= 0 && choice.winsorised_fraction < 0.5) return ok();
  return refused(fmt::format("a winsorised fraction of {}; it must be from 0 to below 0.5",
                             choice.winsorised_fraction));
}

/// A site before limits; `quantile` is the exact one of its value under the target.
struct Raw {
  double value;
  double std_error;
  std::function<double(double)> quantile;
};

// The exact quantile of a count, interpolated so that the limits form a smooth funnel.
double interpolated_quantile(double probability, double start,
                             const std::function<double(double)>& cdf) {
  double count = std::max(0.0, std::floor(start));
  while (cdf(count) < probability) ++count;
  while (count > 0 && cdf(count - 1) >= probability) --count;
  const double below = count > 0 ? cdf(count - 1) : 0;
  const double fraction = (cdf(count) - probability) / (cdf(count) - below);
  return std::max(0.0, count - fraction);
}

// Both ends of the sorted distances are pulled in to their quantiles.
double winsorised_mean_square(std::span<const Raw> raw, double target, double fraction) {
  std::vector<double> z;
  for (const Raw& site : raw) z.push_back((site.value - target) / site.std_error);
  std::ranges::sort(z);
  const double low = sorted_quantile(z, fraction);
  const double high = sorted_quantile(z, 1 - fraction);
  double sum = 0;
  for (const double each : z) {
    const double pulled = std::clamp(each, low, high);
    sum += pulled * pulled;
  }
  return sum / static_cast<double>(z.size());
}

double between_variance(std::span<const Raw> raw, double phi) {
  double sum = 0;
  double squares = 0;
  for (const Raw& site : raw) {
    const double weight = 1 / (site.std_error * site.std_error);
    sum += weight;
    squares += weight * weight;
  }
  const auto n = static_cast<double>(raw.size());
  const double spread = sum - squares / sum;
  return spread > 0 ? std::max(0.0, (n * phi - (n - 1)) / spread) : 0;
}

Funnel funnel_of(std::span<const Raw> raw, double target, const FunnelChoice& choice) {
  const double phi = winsorised_mean_square(raw, target, choice.winsorised_fraction);
  Funnel funnel{target, phi, between_variance(raw, phi), {}};
  for (const Raw& site : raw) {
    double error = site.std_error;
    if (choice.overdispersion == Overdispersion::multiplicative) {
      error *= std::sqrt(std::max(1.0, phi));
    } else if (choice.overdispersion == Overdispersion::additive) {
      error = std::sqrt(error * error + funnel.between_variance);
    }
    const auto limits = [&](double level) {
      const double tail = (1 - level) / 2;
      if (choice.overdispersion == Overdispersion::none) {
        return Interval{site.quantile(tail), site.quantile(1 - tail)};
      }
      const double half_width = -normal_quantile(tail) * error;
      return Interval{target - half_width, target + half_width};
    };
    const double distance = site.value - target;
    funnel.sites.push_back({site.value, site.std_error, distance / site.std_error, distance / error,
                            limits(choice.inner_level), limits(choice.outer_level)});
  }
  return funnel;
}

}  // namespace

double pooled_proportion(std::span<const BinomialCount> sites) {
  double successes = 0;
  double trials = 0;
  for (const BinomialCount& site : sites) {
    successes += static_cast<double>(site.successes);
    trials += static_cast<double>(site.trials);
  }
  return trials > 0 ? successes / trials : 0;
}

Result<Funnel> proportion_funnel(std::span<const BinomialCount> sites, double target,
                                 const FunnelChoice& choice) {
  TRY(check_choice(choice));
  if (sites.empty()) return refused("there is no site");
  if (!(target > 0 && target < 1)) {
    return refused(fmt::format("a target of {}; it must be above 0 and below 1", target));
  }
  std::vector<Raw> raw;
  for (const BinomialCount& site : sites) {
    if (site.trials < 1 || site.successes < 0 || site.successes > site.trials) {
      return refused(fmt::format("site {}: {} of {}", raw.size() + 1, site.successes, site.trials));
    }
    const auto n = static_cast<double>(site.trials);
    raw.push_back({static_cast<double>(site.successes) / n, std::sqrt(target * (1 - target) / n),
                   [n, target](double probability) {
                     const auto cdf = [&](double k) { return binomial_cdf(k, {n, target}); };
                     return interpolated_quantile(probability, n * target, cdf) / n;
                   }});
  }
  return funnel_of(raw, target, choice);
}

Result<Funnel> ratio_funnel(std::span<const ObservedExpected> sites, double target,
                            const FunnelChoice& choice) {
  TRY(check_choice(choice));
  if (sites.empty()) return refused("there is no site");
  if (!(target > 0 && std::isfinite(target))) {
    return refused(fmt::format("a target of {}; it must be above 0", target));
  }
  std::vector<Raw> raw;
  for (const ObservedExpected& site : sites) {
    if (site.observed < 0 || !(site.expected > 0) || site.expected * target > most_events) {
      return refused(fmt::format("site {}: {} observed and {} expected, times the target {}",
                                 raw.size() + 1, site.observed, site.expected, target));
    }
    const double expected = site.expected;
    raw.push_back({static_cast<double>(site.observed) / expected, std::sqrt(target / expected),
                   [expected, target](double probability) {
                     const double mean = expected * target;
                     const auto cdf = [&](double k) { return poisson_cdf(k, mean); };
                     return interpolated_quantile(probability, mean, cdf) / expected;
                   }});
  }
  return funnel_of(raw, target, choice);
}

}  // namespace kensho::stats
