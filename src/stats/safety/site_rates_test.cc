#include "stats/safety/site_rates.h"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/safety/funnel.h"
#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

Json safety_reference() {
  return testing::read_reference(testing::reference_path("safety/safety.json"));
}

std::vector<PersonTime> pumps() {
  const Json entry = safety_reference().at("sites");
  std::vector<PersonTime> sites;
  for (std::size_t i = 0; i < entry.at("events").size(); ++i) {
    sites.push_back({entry.at("events")[i], entry.at("time")[i]});
  }
  return sites;
}

// ---- shrinkage --------------------------------------------------------------------------------

TEST_CASE("shrunken rates of ten pumps agree with a marginal likelihood maximised in R") {
  const Json expected = safety_reference().at("sites");
  const SiteRates rates = shrink_site_rates(pumps()).value();
  Agreement likelihood;
  likelihood.compare(rates.log_likelihood, expected.at("log_likelihood"));
  Agreement estimates;
  estimates.compare(std::log(rates.mean), expected.at("log_mean"));
  estimates.compare(std::log(rates.shape.value()), expected.at("log_shape"));
  for (std::size_t i = 0; i < rates.sites.size(); ++i) {
    estimates.compare(rates.sites[i].shrunk, expected.at("mean")[i]);
    estimates.compare(rates.sites[i].interval.lower, expected.at("lower")[i]);
    estimates.compare(rates.sites[i].interval.upper, expected.at("upper")[i]);
  }
  verify({"site_rates", "10 pumps (Gaver & O'Muircheartaigh)", "log-likelihood", "R dnbinom", 13},
         likelihood);
  verify({"site_rates", "10 pumps (Gaver & O'Muircheartaigh)", "parameters, posteriors",
          "R numDeriv Newton (differences: 1e-9)", 8},
         estimates);
}

TEST_CASE("sites that differ no more than by chance get one rate") {
  const std::vector<PersonTime> alike = {{10, 100}, {20, 200}, {5, 51}, {11, 108}};
  const SiteRates rates = shrink_site_rates(alike).value();
  CHECK_FALSE(rates.shape);
  CHECK(rates.between_site_sd == 0);
  for (const SiteRate& site : rates.sites) CHECK(site.shrunk == 46.0 / 459.0);
}

TEST_CASE("shrinkage lies between the crude rate and the mean, and keeps no order of sites") {
  std::vector<PersonTime> sites = pumps();
  const SiteRates rates = shrink_site_rates(sites, 0.95, 1.0).value();
  for (const SiteRate& site : rates.sites) {
    CHECK(site.shrunk >= std::min(site.crude, rates.mean));
    CHECK(site.shrunk <= std::max(site.crude, rates.mean));
    CHECK((site.probability_above > 0.5) == (site.shrunk > 0.9));
  }
  std::ranges::reverse(sites);
  const SiteRates reversed = shrink_site_rates(sites).value();
  CHECK(reversed.mean == doctest::Approx(rates.mean).epsilon(1e-12));
  CHECK(*reversed.shape == doctest::Approx(*rates.shape).epsilon(1e-9));
}

TEST_CASE("a little spread, huge sites and empty ones converge") {
  std::vector<PersonTime> sites;
  Rng rng(4, 2);
  for (int i = 0; i < 400; ++i) {
    const double time = std::exp(8 * rng.uniform() - 4);
    const double mean = time * (i % 7 == 0 ? 0.4 : 0.3);
    std::int64_t events = 0;
    for (double at = rng.exponential(); at < mean; at += rng.exponential()) ++events;
    sites.push_back({events, time});
  }
  CHECK(shrink_site_rates(sites));
  sites.push_back({3'000'000, 1e7});
  sites.push_back({0, 1e-9});
  const auto with_giant = shrink_site_rates(sites);
  CHECK(with_giant);
}

TEST_CASE("what is no set of sites is refused") {
  CHECK_FALSE(shrink_site_rates(std::vector<PersonTime>{{1, 1}}));
  CHECK_FALSE(shrink_site_rates(std::vector<PersonTime>{{0, 1}, {0, 2}}));
  CHECK_FALSE(shrink_site_rates(std::vector<PersonTime>{{1, 0}, {1, 2}}));
  CHECK_FALSE(shrink_site_rates(pumps(), 1.0));
  CHECK_FALSE(shrink_site_rates(pumps(), 0.95, -1.0));
}

// ---- funnels ----------------------------------------------------------------------------------

void compare_funnel(const Funnel& multiplicative, const Funnel& additive, const Json& expected,
                    const std::string& what) {
  Agreement agreement;
  agreement.compare(multiplicative.phi, expected.at("phi"));
  agreement.compare(additive.between_variance, expected.at("tau2"));
  for (std::size_t i = 0; i < multiplicative.sites.size(); ++i) {
    agreement.compare(multiplicative.sites[i].z, expected.at("z")[i]);
    agreement.compare(multiplicative.sites[i].outer.upper, expected.at("multiplicative_upper")[i]);
    agreement.compare(additive.sites[i].outer.upper, expected.at("additive_upper")[i]);
  }
  verify({"funnel", what, "distances, overdispersion, limits", "R, definitions written out", 11},
         agreement);
}

TEST_CASE("funnels with overdispersion agree with R") {
  const Json file = safety_reference();
  const Json& proportions = file.at("funnel_proportions");
  std::vector<BinomialCount> sites;
  for (std::size_t i = 0; i < proportions.at("trials").size(); ++i) {
    sites.push_back({proportions.at("successes")[i], proportions.at("trials")[i]});
  }
  const double target = pooled_proportion(sites);
  compare_funnel(proportion_funnel(sites, target, {Overdispersion::multiplicative}).value(),
                 proportion_funnel(sites, target, {Overdispersion::additive}).value(), proportions,
                 "12 hospitals, proportions");

  const Json& ratios = file.at("funnel_ratios");
  std::vector<ObservedExpected> counts;
  for (std::size_t i = 0; i < ratios.at("observed").size(); ++i) {
    counts.push_back({ratios.at("observed")[i], ratios.at("expected")[i]});
  }
  compare_funnel(ratio_funnel(counts, 1, {Overdispersion::multiplicative}).value(),
                 ratio_funnel(counts, 1, {Overdispersion::additive}).value(), ratios,
                 "8 sites, observed over expected");
}

TEST_CASE("exact limits straddle the normal ones of large sites and never leave the range") {
  const std::vector<BinomialCount> sites = {{1, 3}, {20, 60}, {40'000, 100'000}};
  const Funnel funnel = proportion_funnel(sites, 0.4).value();
  for (const FunnelSite& site : funnel.sites) {
    CHECK(site.outer.lower <= site.inner.lower);
    CHECK(site.inner.lower < 0.4);
    CHECK(site.inner.upper > 0.4);
    CHECK(site.outer.lower >= 0);
    CHECK(site.outer.upper <= 1);
  }
  const FunnelSite& large = funnel.sites[2];
  CHECK(large.inner.upper == doctest::Approx(0.4 + 1.96 * large.std_error).epsilon(1e-4));
  CHECK(ratio_funnel(std::vector<ObservedExpected>{{0, 0.01}}).value().sites[0].inner.lower == 0);
}

TEST_CASE("what is no funnel is refused") {
  const std::vector<BinomialCount> sites = {{1, 3}};
  CHECK_FALSE(proportion_funnel({}, 0.5));
  CHECK_FALSE(proportion_funnel(sites, 0));
  CHECK_FALSE(proportion_funnel(sites, 0.5, {.winsorised_fraction = 0.5}));
  CHECK_FALSE(proportion_funnel(std::vector<BinomialCount>{{4, 3}}, 0.5));
  CHECK_FALSE(ratio_funnel(std::vector<ObservedExpected>{{4, 0}}));
}

}  // namespace
}  // namespace kensho::stats
