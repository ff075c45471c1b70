// Group-sequential designs: boundaries at interim looks that keep the type I error, and what they
// cost and save.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/sequential/spending.h"

namespace kensho::stats {

/// Reject for large Z only, or for large |Z| (symmetric, each side with half the error).
enum class TestSides : unsigned char { one, two };

/// What the efficacy bounds c_k follow, t_k being the share of information.
enum class BoundShape : unsigned char {
  spending,        // `spending` of the error rate
  cumulative,      // `cumulative_error`, given for each look
  wang_tsiatis,    // C t_k^(parameter - 1/2): 0 is O'Brien-Fleming, 1/2 is Pocock
  haybittle_peto,  // `parameter` at interim looks, what is left at the last
};

/// Whether crossing a futility bound must end the trial. Only then may it give error rate back.
enum class FutilityRule : unsigned char { non_binding, binding };

/// A design to be computed.
struct GroupSequentialChoice {
  std::vector<double> information;  // of each look, ascending; the last is 1
  double error_rate = 0.025;        // in all; of both sides together where there are two
  TestSides sides = TestSides::one;
  BoundShape shape = BoundShape::spending;
  Spending spending = {};
  double parameter = 0;
  std::vector<double> cumulative_error = {};
  std::vector<double> futility_z = {};  // fixed, one a look but the last; or none
  FutilityRule futility = FutilityRule::non_binding;
  std::optional<Spending> futility_spending = {};  // of 1 - power, instead of futility_z
  double power = 0.8;
};

/// Bounds on the z scale.
struct GroupSequentialBounds {
  std::vector<double> information;
  TestSides sides;
  std::vector<double> efficacy_z;
  std::vector<double> stage_level;                // one-sided level of each look's bound
  std::vector<double> error_spent;                // cumulative, futility ignored unless binding
  std::vector<std::optional<double>> futility_z;  // one a look but the last
};

/// The bounds of a design.
/// Errors  invalid_argument: fewer than one or more than 100 looks, information not ascending to 1,
///         an error rate or power outside (0, 1) or power not above it, a look that spends nothing,
///         futility with two sides, at or above the efficacy bound, or spent and binding;
///         not_converged.
/// Cost    spending: one pass of the recursion, some 0.2 ms for 5 looks; the others some 10 passes;
///         futility spending some 15.
/// Source  O'Brien & Fleming 1979; Pocock 1977; Wang & Tsiatis 1987; Lan & DeMets 1983; Jennison &
///         Turnbull 2000, Group Sequential Methods, ch. 2-7 and 19.
/// Checked against R rpact getDesignGroupSequential, tests/reference/r/11_design.json.
Result<GroupSequentialBounds> group_sequential_bounds(const GroupSequentialChoice& choice);

/// What happens at each look.
struct StageProbabilities {
  std::vector<double> efficacy;  // P(Z first crosses a bound there, upwards)
  std::vector<double> opposite;  // P(it is the lower of two efficacy bounds)
  std::vector<double> futility;  // one a look; the last has none
};

/// Under a drift: the mean of Z at full information. Futility bounds are obeyed.
StageProbabilities stage_probabilities(const GroupSequentialBounds& bounds, double drift);

/// The drift at which the design has this power: to reject upwards.
/// Errors  invalid_argument: power not between the error rate and 1.
Result<double> drift_for_power(const GroupSequentialBounds& bounds, double power);

/// The size of a trial relative to one without interim looks.
struct GroupSequentialSize {
  double drift;             // squared: the information needed times the squared effect
  double inflation;         // largest size over that of the fixed trial
  double expected_null;     // expected size over that of the fixed trial: under no effect,
  double expected_half;     // under half
  double expected_planned;  // and under the whole planned effect
};

/// Errors  as drift_for_power.
Result<GroupSequentialSize> group_sequential_size(const GroupSequentialBounds& bounds,
                                                  double error_rate, double power);

}  // namespace kensho::stats
