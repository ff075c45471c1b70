// Funnel plots: sites against a target, with limits that widen as sites get smaller.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/describe/proportion.h"

namespace kensho::stats {

/// How variation between sites beyond chance widens the limits.
enum class Overdispersion : unsigned char {
  none,
  multiplicative,  // standard errors times sqrt(phi), where phi is above 1
  additive         // a variance between sites added to each
};

struct FunnelChoice {
  Overdispersion overdispersion = Overdispersion::none;
  double winsorised_fraction = 0.1;  // of the sites, at either end, when the spread is estimated
  double inner_level = 0.95;
  double outer_level = 0.998;
};

/// One site of the funnel.
struct FunnelSite {
  double value;
  double std_error;  // under the target
  double z;          // distance from the target in standard errors, before overdispersion
  double z_adjusted;
  Interval inner;
  Interval outer;
};

/// A funnel; `phi` and `between_variance` are estimated whatever is done with them.
struct Funnel {
  double target;
  double phi;               // mean squared winsorised z
  double between_variance;  // of the additive model
  std::vector<FunnelSite> sites;
};

/// Proportions of sites against `target` (or their pooled proportion). Without overdispersion the
/// limits are exact binomial ones, interpolated between counts; else normal ones.
/// Errors  invalid_argument: as Proportion, no site, a target not inside (0, 1), a fraction not in
///         [0, 0.5), a level outside (0, 1).
/// Source  Spiegelhalter 2005, Stat Med 24:1185-1202 (limits: appendix A.1).
/// Checked against R, tests/reference/safety/safety.json, 1e-12.
Result<Funnel> proportion_funnel(std::span<const BinomialCount> sites, double target,
                                 const FunnelChoice& choice = {});
/// 0 where no site has a trial.
double pooled_proportion(std::span<const BinomialCount> sites);

/// Events of a site and how many were expected of it.
struct ObservedExpected {
  std::int64_t observed;
  double expected;
};

/// Observed over expected against a target (1); exact limits by Poisson.
/// Errors  as above; expected not above 0; a target not above 0.
Result<Funnel> ratio_funnel(std::span<const ObservedExpected> sites, double target = 1,
                            const FunnelChoice& choice = {});

}  // namespace kensho::stats
