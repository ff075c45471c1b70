#include "stats/sequential/group_sequential.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/optimize/root.h"
#include "stats/sequential/stage_process.h"

namespace kensho::stats {
namespace {

constexpr double REACH = 40;  // no z is searched beyond
constexpr double NO_BOUND = -std::numeric_limits<double>::infinity();

Error refusal(std::string message) {
  return {Errc::invalid_argument, "group-sequential design: " + message};
}

Status check_information(const std::vector<double>& information) {
  if (information.empty() || information.size() > 100) {
    return refusal(fmt::format("{} looks; there must be 1 to 100", information.size()));
  }
  double before = 0;
  for (const double share : information) {
    if (!(share > before)) return refusal("information must rise from look to look, from above 0");
    before = share;
  }
  if (before != 1) return refusal("the last look must have all the information: 1");
  return ok();
}

Status check_futility(const GroupSequentialChoice& choice) {
  const bool is_fixed = !choice.futility_z.empty();
  const bool is_spent = choice.futility_spending.has_value();
  if (!is_fixed && !is_spent) return ok();
  if (choice.sides == TestSides::two) return refusal("futility bounds need a one-sided test");
  if (is_fixed && is_spent) return refusal("futility bounds are either given or spent");
  if (is_spent && choice.futility == FutilityRule::binding) {
    return refusal("spent futility bounds are not binding");
  }
  if (is_fixed && choice.futility_z.size() + 1 != choice.information.size()) {
    return refusal(fmt::format("{} futility bounds for {} looks; the last look has none",
                               choice.futility_z.size(), choice.information.size()));
  }
  if (!std::ranges::all_of(choice.futility_z, [](double z) { return std::isfinite(z); })) {
    return refusal("a futility bound is not finite");
  }
  return is_spent ? check(*choice.futility_spending) : ok();
}

Status check_choice(const GroupSequentialChoice& choice) {
  TRY(check_information(choice.information));
  if (!(choice.error_rate > 0) || !(choice.error_rate < 1) || !(choice.power < 1) ||
      !(choice.power > choice.error_rate)) {
    return refusal(fmt::format("error rate {} and power {}: 0 < error rate < power < 1",
                               choice.error_rate, choice.power));
  }
  if (choice.shape == BoundShape::spending) TRY(check(choice.spending));
  if (choice.shape == BoundShape::cumulative &&
      (choice.cumulative_error.size() != choice.information.size() ||
       std::abs(choice.cumulative_error.back() - choice.error_rate) > 1e-12)) {
    return refusal("the cumulative error must have one value a look, the last the error rate");
  }
  if (!std::isfinite(choice.parameter) || std::abs(choice.parameter) > 50) {
    return refusal("the parameter must lie within 50 of 0");
  }
  return check_futility(choice);
}

// A path through the looks of one design under one drift.
class Walk {
 public:
  Walk(const GroupSequentialChoice& choice, double drift) : choice_(choice), process_(drift) {}

  double information() const { return choice_.information[look_]; }
  std::size_t look() const { return look_; }

  // P(crosses the efficacy bound z at this look first).
  double crossing(double z) const {
    const double above = process_.above(z, information());
    return is_two_sided() ? above + process_.below(-z, information()) : above;
  }
  double above(double z) const { return process_.above(z, information()); }
  double below(double z) const { return process_.below(z, information()); }

  // The bound with that crossing probability.
  Result<double> bound_with(double probability) const;

  // Passes this look with its efficacy bound and, one-sided, a lower bound.
  void pass(double upper, double lower) {
    const double now = information();
    ++look_;
    if (look_ == choice_.information.size()) return;
    process_.pass({is_two_sided() ? -upper : lower, upper}, now, information());
  }

 private:
  bool is_two_sided() const { return choice_.sides == TestSides::two; }
  double density(double z) const {
    const double above = process_.density(z, information());
    return is_two_sided() ? above + process_.density(-z, information()) : above;
  }

  const GroupSequentialChoice& choice_;  // borrowed from the design's computation
  StageProcess process_;
  std::size_t look_ = 0;
};

Result<double> Walk::bound_with(double probability) const {
  if (!(probability > 1e-250)) {
    return refusal(fmt::format("look {} spends nothing; leave it out", look_ + 1));
  }
  const double sides = is_two_sided() ? 2 : 1;
  // The tail is log-concave and below that of the normal distribution: Newton on its logarithm
  // closes in from the right; where the tail is too thin to see there, bisection leads to where it
  // is not.
  double upper = -normal_quantile(probability / sides);
  if (look_ == 0) return upper;
  double lower = -REACH;
  double z = upper;
  for (int i = 0; i < 200; ++i) {
    const double tail = crossing(z);
    (tail > probability ? lower : upper) = z;
    const double slope = density(z);
    const double step =
        tail > 0 && slope > 0 ? std::log(tail / probability) * tail / slope : -2 * REACH;
    const double next = z + step;
    if (std::abs(step) <= 1e-9 * (1 + std::abs(z))) return next;  // the step after is below 1e-16
    z = next > lower && next < upper ? next : 0.5 * (lower + upper);
  }
  return Error{Errc::not_converged,
               fmt::format("group-sequential design: no bound found at look {}", look_ + 1)};
}

// The lower bound that holds for the type I error at a look.
double binding_lower(const GroupSequentialChoice& choice, std::size_t look) {
  if (choice.futility != FutilityRule::binding || look >= choice.futility_z.size()) {
    return NO_BOUND;
  }
  return choice.futility_z[look];
}

double cumulative_error(const GroupSequentialChoice& choice, std::size_t look) {
  if (choice.shape == BoundShape::cumulative) return choice.cumulative_error[look];
  const double information = choice.information[look];
  if (choice.sides == TestSides::one) return spent(choice.spending, information, choice.error_rate);
  return 2 * spent(choice.spending, information, choice.error_rate / 2);
}

Result<std::vector<double>> spending_bounds(const GroupSequentialChoice& choice) {
  Walk walk(choice, 0);
  std::vector<double> bounds;
  double before = 0;
  for (std::size_t look = 0; look < choice.information.size(); ++look) {
    const double now = cumulative_error(choice, look);
    bounds.push_back(TRY(walk.bound_with(now - before)));
    walk.pass(bounds.back(), binding_lower(choice, look));
    before = now;
  }
  return bounds;
}

std::vector<double> error_spent(const GroupSequentialChoice& choice,
                                const std::vector<double>& bounds) {
  Walk walk(choice, 0);
  std::vector<double> spent_so_far;
  double sum = 0;
  for (std::size_t look = 0; look < bounds.size(); ++look) {
    sum += walk.crossing(bounds[look]);
    spent_so_far.push_back(sum);
    walk.pass(bounds[look], binding_lower(choice, look));
  }
  return spent_so_far;
}

std::vector<double> wang_tsiatis_bounds(const GroupSequentialChoice& choice, double constant) {
  std::vector<double> bounds;
  for (const double information : choice.information) {
    bounds.push_back(constant * std::pow(information, choice.parameter - 0.5));
  }
  return bounds;
}

Result<std::vector<double>> solved_wang_tsiatis(const GroupSequentialChoice& choice) {
  const auto excess = [&](double constant) {
    return std::log(error_spent(choice, wang_tsiatis_bounds(choice, constant)).back() /
                    choice.error_rate);
  };
  const double sides = choice.sides == TestSides::two ? 2 : 1;
  const double single = -normal_quantile(choice.error_rate / sides);
  const Bracket bracket{single - 3, single + 3};  // binding futility may lower, looks raise it
  const double constant = TRY(find_root(excess, bracket, "group-sequential design"));
  return wang_tsiatis_bounds(choice, constant);
}

Result<std::vector<double>> haybittle_peto_bounds(const GroupSequentialChoice& choice) {
  Walk walk(choice, 0);
  std::vector<double> bounds;
  double left = choice.error_rate;
  while (bounds.size() + 1 < choice.information.size()) {
    bounds.push_back(choice.parameter);
    left -= walk.crossing(choice.parameter);
    walk.pass(choice.parameter, binding_lower(choice, walk.look()));
  }
  if (!(left > 0)) return refusal("the interim bounds spend more than the error rate");
  bounds.push_back(TRY(walk.bound_with(left)));
  return bounds;
}

Result<std::vector<double>> efficacy_bounds(const GroupSequentialChoice& choice) {
  switch (choice.shape) {
    case BoundShape::spending:
    case BoundShape::cumulative:
      return spending_bounds(choice);
    case BoundShape::haybittle_peto:
      return haybittle_peto_bounds(choice);
    case BoundShape::wang_tsiatis:
      break;
  }
  return solved_wang_tsiatis(choice);
}

// The z below which a walk has this probability.
Result<double> lower_bound_with(const Walk& walk, double probability) {
  const auto excess = [&](double z) { return walk.below(z) - probability; };
  return find_root(excess, {-REACH, REACH}, "futility bound");
}

// Futility bounds that spend 1 - power under a drift, and how far the last one misses the efficacy
// bound that it must meet.
struct FutilityWalk {
  std::vector<double> bounds;
  double excess;  // P(no rejection at the last look) - what is left to spend there
};

Result<FutilityWalk> futility_walk(const GroupSequentialChoice& choice,
                                   const std::vector<double>& efficacy, double drift) {
  Walk walk(choice, drift);
  FutilityWalk result{{}, 0};
  const double rate = 1 - choice.power;
  double before = 0;
  for (std::size_t look = 0; look + 1 < efficacy.size(); ++look) {
    const double now = spent(*choice.futility_spending, choice.information[look], rate);
    double lower = efficacy[look];
    if (walk.below(lower) > now - before) lower = TRY(lower_bound_with(walk, now - before));
    result.bounds.push_back(lower);
    walk.pass(efficacy[look], lower);
    before = now;
  }
  result.excess = walk.below(efficacy.back()) - (rate - before);
  return result;
}

Result<std::vector<double>> spent_futility(const GroupSequentialChoice& choice,
                                           const std::vector<double>& efficacy) {
  std::optional<Error> failure;
  const auto excess = [&](double drift) {
    const auto walk = futility_walk(choice, efficacy, drift);
    if (walk) return (*walk).excess;
    failure = walk.error();
    return std::numeric_limits<double>::quiet_NaN();
  };
  const double fixed = -normal_quantile(choice.error_rate) - normal_quantile(1 - choice.power);
  const auto drift = find_root(excess, {0.5 * fixed, 2 * fixed}, "futility spending");
  if (failure) return *failure;
  const double found = TRY(drift);
  return TRY(futility_walk(choice, efficacy, found)).bounds;
}

Result<std::vector<std::optional<double>>> futility_bounds(const GroupSequentialChoice& choice,
                                                           const std::vector<double>& efficacy) {
  std::vector<std::optional<double>> bounds(efficacy.size() - 1);
  std::vector<double> given = choice.futility_z;
  if (choice.futility_spending) given = TRY(spent_futility(choice, efficacy));
  for (std::size_t look = 0; look < given.size(); ++look) {
    if (given[look] >= efficacy[look]) {
      return refusal(
          fmt::format("at look {} the futility bound {:.4g} is not below the efficacy "
                      "bound {:.4g}",
                      look + 1, given[look], efficacy[look]));
    }
    bounds[look] = given[look];
  }
  return bounds;
}

}  // namespace

Result<GroupSequentialBounds> group_sequential_bounds(const GroupSequentialChoice& choice) {
  TRY(check_choice(choice));
  GroupSequentialBounds bounds{.information = choice.information,
                               .sides = choice.sides,
                               .efficacy_z = TRY(efficacy_bounds(choice)),
                               .stage_level = {},
                               .error_spent = {},
                               .futility_z = {}};
  for (const double z : bounds.efficacy_z) bounds.stage_level.push_back(normal_cdf(-z));
  if (choice.shape == BoundShape::spending || choice.shape == BoundShape::cumulative) {
    for (std::size_t look = 0; look < bounds.efficacy_z.size(); ++look) {
      bounds.error_spent.push_back(cumulative_error(choice, look));
    }
  } else {
    bounds.error_spent = error_spent(choice, bounds.efficacy_z);
  }
  bounds.futility_z = TRY(futility_bounds(choice, bounds.efficacy_z));
  return bounds;
}

StageProbabilities stage_probabilities(const GroupSequentialBounds& bounds, double drift) {
  const GroupSequentialChoice looks{.information = bounds.information, .sides = bounds.sides};
  Walk walk(looks, drift);
  StageProbabilities probabilities;
  for (std::size_t look = 0; look < bounds.efficacy_z.size(); ++look) {
    const bool has_futility = look < bounds.futility_z.size() && bounds.futility_z[look];
    const double lower = has_futility ? *bounds.futility_z[look] : NO_BOUND;
    const double upper = bounds.efficacy_z[look];
    probabilities.efficacy.push_back(walk.above(upper));
    probabilities.opposite.push_back(bounds.sides == TestSides::two ? walk.below(-upper) : 0);
    probabilities.futility.push_back(has_futility ? walk.below(lower) : 0);
    walk.pass(bounds.efficacy_z[look], lower);
  }
  return probabilities;
}

Result<double> drift_for_power(const GroupSequentialBounds& bounds, double power) {
  if (!(power > bounds.error_spent.back()) || !(power < 1)) {
    return refusal(fmt::format("power {} must lie between the error rate and 1", power));
  }
  const auto excess = [&](double drift) {
    const std::vector<double> efficacy = stage_probabilities(bounds, drift).efficacy;
    return std::accumulate(efficacy.begin(), efficacy.end(), -power);
  };
  const double top = bounds.efficacy_z.back() + std::abs(normal_quantile(power)) + 5;
  return find_root(excess, {0, top}, "group-sequential power");
}

Result<GroupSequentialSize> group_sequential_size(const GroupSequentialBounds& bounds,
                                                  double error_rate, double power) {
  const double drift = TRY(drift_for_power(bounds, power));
  const double sides = bounds.sides == TestSides::two ? 2 : 1;
  const double fixed = normal_quantile(power) - normal_quantile(error_rate / sides);
  const double inflation = drift * drift / (fixed * fixed);
  const auto expected = [&](double at_drift) {
    const StageProbabilities stage = stage_probabilities(bounds, at_drift);
    double saved = 0;
    for (std::size_t look = 0; look < bounds.information.size(); ++look) {
      const double stopped = stage.efficacy[look] + stage.opposite[look] + stage.futility[look];
      saved += stopped * (1 - bounds.information[look]);
    }
    return inflation * (1 - saved);
  };
  return GroupSequentialSize{drift * drift, inflation, expected(0), expected(0.5 * drift),
                             expected(drift)};
}

}  // namespace kensho::stats
