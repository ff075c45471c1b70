#include "stats/safety/two_proportions.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/optimize/root.h"

namespace kensho::stats {
namespace {

/// The counts as numbers: x of n treated, y of m controls.
struct Cells {
  double x;
  double n;
  double y;
  double m;

  double p() const { return x / n; }
  double q() const { return y / m; }
  double total() const { return n + m; }
  double responders() const { return x + y; }
};

Result<Cells> cells_of(const BinomialCount& treated, const BinomialCount& control) {
  for (const BinomialCount& count : {treated, control}) {
    if (count.trials < 1 || count.successes < 0 || count.successes > count.trials) {
      return Error{Errc::invalid_argument, fmt::format("two proportions: {} successes in {} trials",
                                                       count.successes, count.trials)};
    }
  }
  return Cells{static_cast<double>(treated.successes), static_cast<double>(treated.trials),
               static_cast<double>(control.successes), static_cast<double>(control.trials)};
}

double variance(double p, double n) {
  return p * (1 - p) / n;
}

// ---- score statistics: how many standard errors the data are from a given value ---------------

// The control's risk that is most likely where the difference is d: the root of a cubic.
double control_risk_given_difference(const Cells& c, double d) {
  const double l3 = c.total();
  const double l2 = (c.n + 2 * c.m) * d - l3 - c.responders();
  const double l1 = (c.m * d - l3 - 2 * c.y) * d + c.responders();
  const double l0 = c.y * d * (1 - d);
  const double third = l2 / (3 * l3);
  const double q = third * third * third - l1 * l2 / (6 * l3 * l3) + l0 / (2 * l3);
  const double p = std::copysign(std::sqrt(std::max(third * third - l1 / (3 * l3), 0.0)), q);
  const double ratio = p == 0 ? 0 : std::clamp(q / (p * p * p), -1.0, 1.0);
  const double angle = (std::numbers::pi + std::acos(ratio)) / 3;
  return std::clamp(2 * p * std::cos(angle) - third, std::max(0.0, -d), std::min(1.0, 1 - d));
}

double difference_score(const Cells& c, double d) {
  const double control = control_risk_given_difference(c, d);
  const double spread =
      (variance(control + d, c.n) + variance(control, c.m)) * c.total() / (c.total() - 1);
  const double distance = c.p() - c.q() - d;
  // no spread left: the value is impossible unless it is what was seen
  if (spread <= 0) return distance == 0 ? 0 : std::copysign(1e300, distance);
  return distance / std::sqrt(spread);
}

double ratio_score(const Cells& c, double log_ratio) {
  const double r = std::exp(log_ratio);
  const double a = c.total() * r;
  const double b = c.n * r + c.x + c.m + c.y * r;
  const double control =
      2 * c.responders() / (b + std::sqrt(std::max(b * b - 4 * a * c.responders(), 0.0)));
  const double spread =
      (variance(std::min(r * control, 1.0), c.n) + r * r * variance(std::min(control, 1.0), c.m)) *
      c.total() / (c.total() - 1);
  const double distance = c.p() - r * c.q();
  if (spread <= 0) return distance == 0 ? 0 : std::copysign(1e300, distance);
  return distance / std::sqrt(spread);
}

double odds_score(const Cells& c, double log_odds) {
  const double r = std::exp(log_odds);
  // A risk near 1 would lose its complement: look at the failures instead.
  if ((log_odds < 0 && c.responders() > c.m) || (log_odds > 0 && c.responders() > c.n)) {
    return -odds_score({c.n - c.x, c.n, c.m - c.y, c.m}, -log_odds);
  }
  const double b = c.n * r + c.m - c.responders() * (r - 1);
  // b^2 + 4 m (r - 1) (x + y), as a sum of squares
  const double part = (c.n - c.responders()) * r + (c.responders() - c.m);
  const double control = 2 * c.responders() / (b + std::sqrt(part * part + 4 * c.n * c.m * r));
  const double treated = control * r / (1 + control * (r - 1));
  const double information =
      (1 / (c.n * treated * (1 - treated)) + 1 / (c.m * control * (1 - control))) *
      (c.total() - 1) / c.total();
  const double distance = c.n * (c.p() - treated);
  if (!std::isfinite(information)) return distance == 0 ? 0 : std::copysign(1e300, distance);
  return distance * std::sqrt(information);
}

// ---- intervals --------------------------------------------------------------------------------

Result<Interval> difference_score_interval(const Cells& c, double z) {
  const double seen = c.p() - c.q();
  constexpr double gap = 1e-12;
  Interval limits{-1, 1};
  if (seen > -1) {
    limits.lower = TRY(find_root([&](double d) { return difference_score(c, d) - z; },
                                 {-1 + gap, seen - gap}, "lower limit of the difference"));
  }
  if (seen < 1) {
    limits.upper = TRY(find_root([&](double d) { return difference_score(c, d) + z; },
                                 {seen + gap, 1 - gap}, "upper limit of the difference"));
  }
  return limits;
}

Interval newcombe_interval(const Cells& c, const Interval& treated, const Interval& control) {
  const double seen = c.p() - c.q();
  return {seen - std::hypot(c.p() - treated.lower, control.upper - c.q()),
          seen + std::hypot(treated.upper - c.p(), c.q() - control.lower)};
}

using Score = double (*)(const Cells&, double);

// Limits on the log scale; one is absent where even the farthest ratio is not rejected.
Result<RatioEstimate> score_ratio(const Cells& c, Score score, std::optional<double> ratio,
                                  double z) {
  constexpr double farthest = 40;  // e^40: beyond any data of whole numbers
  RatioEstimate estimate{.ratio = ratio, .lower = 0, .upper = {}, .p_value = 1};
  const auto low = [&](double at) { return score(c, at) - z; };
  const auto high = [&](double at) { return score(c, at) + z; };
  const double middle = ratio && *ratio > 0 ? std::log(*ratio) : 0;
  const double to = ratio ? (*ratio > 0 ? middle : -farthest) : farthest;
  if (c.x > 0 && low(-farthest) > 0 && low(to) < 0) {
    estimate.lower = std::exp(TRY(find_root(low, {-farthest, to}, "lower limit of the ratio")));
  }
  const double from = ratio && *ratio > 0 ? middle : -farthest;
  if (ratio && high(farthest) < 0 && high(from) > 0) {
    estimate.upper = std::exp(TRY(find_root(high, {from, farthest}, "upper limit of the ratio")));
  }
  return estimate;
}

Result<RatioEstimate> wald_ratio(double ratio, double error_squared, double z) {
  if (!(ratio > 0) || !std::isfinite(ratio) || !std::isfinite(error_squared)) {
    return Error{Errc::invalid_argument,
                 "two proportions: Wald's interval of a ratio divides by a count that is 0; take "
                 "the score interval"};
  }
  const double error = std::sqrt(error_squared);
  return RatioEstimate{ratio, ratio * std::exp(-z * error), ratio * std::exp(z * error),
                       normal_two_sided(std::log(ratio) / error)};
}

Status check_ratio_choice(const RiskChoice& choice) {
  if (choice.interval != RiskInterval::newcombe) return ok();
  return Error{Errc::invalid_argument,
               "two proportions: Newcombe's interval is one of the difference"};
}

double pooled_p_value(const Cells& c) {
  if (c.responders() == 0 || c.responders() == c.total()) return 1;
  return normal_two_sided(difference_score(c, 0));
}

std::optional<double> quotient(double above, double below) {
  return below > 0 ? std::optional(above / below) : std::nullopt;
}

}  // namespace

Result<DifferenceEstimate> risk_difference(const BinomialCount& treated,
                                           const BinomialCount& control, const RiskChoice& choice) {
  const Cells c = TRY(cells_of(treated, control));
  const double z = TRY(normal_multiplier(choice.confidence_level));
  const double difference = c.p() - c.q();
  switch (choice.interval) {
    case RiskInterval::score:
      return DifferenceEstimate{difference, TRY(difference_score_interval(c, z))};
    case RiskInterval::newcombe: {
      const Proportion one = TRY(wilson_proportion(treated, choice.confidence_level));
      const Proportion two = TRY(wilson_proportion(control, choice.confidence_level));
      return DifferenceEstimate{difference, newcombe_interval(c, one.interval, two.interval)};
    }
    case RiskInterval::wald:
      break;
  }
  const double half_width = z * std::sqrt(variance(c.p(), c.n) + variance(c.q(), c.m));
  return DifferenceEstimate{difference, {difference - half_width, difference + half_width}};
}

Result<RatioEstimate> risk_ratio(const BinomialCount& treated, const BinomialCount& control,
                                 const RiskChoice& choice) {
  const Cells c = TRY(cells_of(treated, control));
  const double z = TRY(normal_multiplier(choice.confidence_level));
  TRY(check_ratio_choice(choice));
  if (choice.interval == RiskInterval::wald) {
    return wald_ratio(c.p() / c.q(), 1 / c.x - 1 / c.n + 1 / c.y - 1 / c.m, z);
  }
  RatioEstimate estimate = TRY(score_ratio(c, ratio_score, quotient(c.p(), c.q()), z));
  estimate.p_value = pooled_p_value(c);
  return estimate;
}

Result<RatioEstimate> odds_ratio(const BinomialCount& treated, const BinomialCount& control,
                                 const RiskChoice& choice) {
  const Cells c = TRY(cells_of(treated, control));
  const double z = TRY(normal_multiplier(choice.confidence_level));
  TRY(check_ratio_choice(choice));
  const std::optional<double> ratio = quotient(c.x * (c.m - c.y), c.y * (c.n - c.x));
  if (choice.interval == RiskInterval::wald) {
    return wald_ratio(ratio.value_or(0), 1 / c.x + 1 / (c.n - c.x) + 1 / c.y + 1 / (c.m - c.y), z);
  }
  RatioEstimate estimate = TRY(score_ratio(c, odds_score, ratio, z));
  estimate.p_value = pooled_p_value(c);
  return estimate;
}

Result<double> equal_risks_p_value(const BinomialCount& treated, const BinomialCount& control) {
  const Cells c = TRY(cells_of(treated, control));
  return pooled_p_value(c);
}

}  // namespace kensho::stats
