// Event rates of many sites, each drawn towards their common distribution.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/dist/distributions.h"
#include "stats/safety/incidence_rate.h"

namespace kensho::stats {

/// The rate of one site.
struct SiteRate {
  double crude;   // events / time
  double shrunk;  // the posterior mean
  Interval interval;
  double probability_above;  // of a rate above the reference rate
};

/// Rates of sites under a gamma distribution between them.
struct SiteRates {
  double mean;                  // of the distribution between sites
  std::optional<double> shape;  // of it; none where the sites differ no more than by chance
  double between_site_sd;       // 0 there
  double log_likelihood;        // marginal (negative binomial)
  std::vector<SiteRate> sites;  // in order of the input
  double reference_rate;        // as given, or the mean
};

/// Empirical Bayes: events ~ Poisson(rate * time), rate ~ Gamma; its two parameters by maximum
/// marginal likelihood (Newton), each site's rate by its gamma posterior given them. Where the
/// likelihood has its maximum at no spread, all rates are the pooled one. The intervals do not hold
/// the uncertainty of the two parameters: with fewer than about 10 sites they are too short.
///
/// Shapes  one PersonTime a site, at least 2.
/// Errors  invalid_argument: as incidence_rate, fewer than 2 sites, no event, level outside (0, 1),
///         a reference rate not above 0; not_converged.
/// Cost    O(sites) an iteration.
/// Source  Clayton & Kaldor 1987, Biometrics 43:671-681; Gaver & O'Muircheartaigh 1987 (pumps).
/// Checked against R dnbinom and numDeriv, tests/reference/safety/safety.json.
Result<SiteRates> shrink_site_rates(std::span<const PersonTime> sites,
                                    double confidence_level = 0.95,
                                    std::optional<double> reference_rate = {});

}  // namespace kensho::stats
