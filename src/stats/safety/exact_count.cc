#include "stats/safety/exact_count.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "stats/optimize/root.h"

namespace kensho::stats {
namespace {

Error refused(std::string message) {
  return {Errc::invalid_argument, std::move(message)};
}

Status check_count(std::int64_t count) {
  if (count >= 0) return ok();
  return refused(fmt::format("a count of events of {}; it must be 0 or more", count));
}

Interval garwood(double count, double alpha) {
  return {count == 0 ? 0 : gamma_quantile(alpha / 2, {count, 1}),
          gamma_quantile(1 - alpha / 2, {count + 1, 1})};
}

Interval byar(double count, double z) {
  const auto cube = [](double x) { return x * x * x; };
  const double next = count + 1;
  const double lower =
      count == 0 ? 0 : count * cube(1 - 1 / (9 * count) - z / (3 * std::sqrt(count)));
  return {std::max(lower, 0.0), next * cube(1 - 1 / (9 * next) + z / (3 * std::sqrt(next)))};
}

// The means at which half the probability of the count and all beyond it is alpha / 2.
Result<Interval> poisson_mid_p(double count, double alpha) {
  if (count == 0) return Interval{0, -std::log(alpha)};
  const Interval wide = garwood(count, alpha);
  const auto half = [&](double mean) { return poisson_probability(count, mean) / 2; };
  const double lower = TRY(find_root(
      [&](double mean) { return poisson_upper_tail(count, mean) + half(mean) - alpha / 2; },
      {wide.lower / 2, wide.upper}, "lower mid-P limit"));
  const double upper =
      TRY(find_root([&](double mean) { return poisson_cdf(count, mean) - half(mean) - alpha / 2; },
                    {wide.lower / 2, wide.upper * 1.01}, "upper mid-P limit"));
  return Interval{lower, upper};
}

Interval clopper_pearson(double count, double trials, double alpha) {
  return {count == 0 ? 0 : beta_quantile(alpha / 2, {count, trials - count + 1}),
          count == trials ? 1 : beta_quantile(1 - alpha / 2, {count + 1, trials - count})};
}

Result<Interval> binomial_mid_p(double count, double trials, double alpha) {
  const Interval wide = clopper_pearson(count, trials, alpha);
  const auto half = [&](double p) { return binomial_probability(count, {trials, p}) / 2; };
  Interval limits{0, 1};
  if (count > 0) {
    limits.lower = TRY(find_root(
        [&](double p) { return binomial_upper_tail(count, {trials, p}) + half(p) - alpha / 2; },
        {wide.lower / 2, wide.upper}, "lower mid-P limit"));
  }
  if (count < trials) {
    limits.upper = TRY(
        find_root([&](double p) { return binomial_cdf(count, {trials, p}) - half(p) - alpha / 2; },
                  {wide.lower, 1 - (1 - wide.upper) / 2}, "upper mid-P limit"));
  }
  return limits;
}

// ---- two-sided p-values -----------------------------------------------------------------------

/// A distribution over whole numbers, rising to its mean and falling behind it.
struct CountLaw {
  double mean;
  double largest;  // of the support
  std::function<double(double)> probability;
  std::function<double(double)> cdf;
  std::function<double(double)> upper_tail;
};

// The first whole number from `from` up to `to` where `holds` turns true; to + 1 where it never
// does.
double first_where(double from, double to, const std::function<bool(double)>& holds) {
  double step = 1;
  double low = from;
  while (low + step <= to && !holds(low + step)) {
    low += step;
    step *= 2;
  }
  if (holds(from)) return from;
  double high = std::min(low + step, to + 1);
  while (high - low > 1) {
    const double middle = std::floor(low + (high - low) / 2);
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

double two_sided(double count, const CountLaw& law) {
  if (count == law.mean) return 1;
  const double threshold = law.probability(count) * (1 + 1e-7);
  const auto as_unlikely = [&](double other) { return law.probability(other) <= threshold; };
  if (count < law.mean) {
    const double other = first_where(std::ceil(law.mean), law.largest, as_unlikely);
    const double beyond = other > law.largest ? 0 : law.upper_tail(other - 1);
    return std::min(1.0, law.cdf(count) + beyond);
  }
  // mirrored: the distance below the mean at which the probability has fallen as far
  const double top = std::floor(law.mean);
  const double distance =
      first_where(0, top, [&](double below) { return as_unlikely(top - below); });
  const double beyond = distance > top ? 0 : law.cdf(top - distance);
  return std::min(1.0, law.upper_tail(count - 1) + beyond);
}

}  // namespace

Result<Interval> poisson_mean_interval(std::int64_t count, double confidence_level,
                                       CountInterval kind) {
  TRY(check_count(count));
  const double z = TRY(normal_multiplier(confidence_level));
  const auto events = static_cast<double>(count);
  switch (kind) {
    case CountInterval::exact:
      return garwood(events, 1 - confidence_level);
    case CountInterval::mid_p:
      return poisson_mid_p(events, 1 - confidence_level);
    case CountInterval::byar:
      return byar(events, z);
    case CountInterval::log_normal:
      break;
  }
  if (count == 0) return refused("a log-normal interval needs at least one event");
  const double stretch = std::exp(z / std::sqrt(events));
  return Interval{events / stretch, events * stretch};
}

Result<double> poisson_mean_upper_bound(std::int64_t count, double confidence_level) {
  TRY(check_count(count));
  TRY(normal_multiplier(confidence_level));
  return gamma_quantile(confidence_level, {static_cast<double>(count) + 1, 1});
}

Result<Interval> binomial_probability_interval(std::int64_t count, std::int64_t trials,
                                               double confidence_level, CountInterval kind) {
  TRY(normal_multiplier(confidence_level));
  if (count < 0 || trials < 1 || count > trials) {
    return refused(fmt::format("{} successes in {} trials", count, trials));
  }
  const auto k = static_cast<double>(count);
  const auto n = static_cast<double>(trials);
  if (kind == CountInterval::exact) return clopper_pearson(k, n, 1 - confidence_level);
  if (kind == CountInterval::mid_p) return binomial_mid_p(k, n, 1 - confidence_level);
  return refused("a binomial probability has an exact or a mid-P interval");
}

double poisson_two_sided(std::int64_t count, double mean) {
  if (mean == 0) return count == 0 ? 1 : 0;
  return two_sided(static_cast<double>(count),
                   {mean, HUGE_VAL, [&](double k) { return poisson_probability(k, mean); },
                    [&](double k) { return poisson_cdf(k, mean); },
                    [&](double k) { return k < 0 ? 1 : poisson_upper_tail(k, mean); }});
}

double binomial_two_sided(std::int64_t count, const BinomialShape& shape) {
  return two_sided(static_cast<double>(count),
                   {shape.trials * shape.probability, shape.trials,
                    [&](double k) { return binomial_probability(k, shape); },
                    [&](double k) { return binomial_cdf(k, shape); },
                    [&](double k) { return k < 0 ? 1 : binomial_upper_tail(k, shape); }});
}

}  // namespace kensho::stats
