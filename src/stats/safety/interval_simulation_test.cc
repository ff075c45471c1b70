#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/dist/distributions.h"
#include "stats/safety/incidence_rate.h"
#include "stats/safety/site_rates.h"
#include "stats/safety/standardisation.h"
#include "stats/safety/two_proportions.h"

namespace kensho::stats {
namespace {

bool holds(const Interval& interval, double value) {
  return interval.lower <= value && value <= interval.upper;
}

// ---- coverage by adding up probabilities: no chance in it -------------------------------------

double poisson_coverage(double mean, CountInterval kind) {
  double covered = 0;
  for (int k = 0; k < 200; ++k) {
    const auto rate = incidence_rate({k, 1}, {kind}).value();
    if (holds(rate.interval, mean)) covered += poisson_probability(k, mean);
  }
  return covered;
}

TEST_CASE("coverage of a rate: exact never below the level, mid-P and Byar near it") {
  double mid_p = 0;
  double byar = 0;
  int means = 0;
  for (double mean = 0.5; mean < 40; mean *= 1.13) {
    CHECK(poisson_coverage(mean, CountInterval::exact) >= 0.95 - 1e-12);
    mid_p += poisson_coverage(mean, CountInterval::mid_p);
    byar += poisson_coverage(mean, CountInterval::byar);
    ++means;
  }
  CHECK(mid_p / means == doctest::Approx(0.955).epsilon(0.01));
  CHECK(byar / means == doctest::Approx(0.965).epsilon(0.01));
}

TEST_CASE("coverage of risk differences and ratios: score and Newcombe near the level") {
  constexpr int n = 25;
  constexpr int m = 30;
  for (const auto& [p, q] :
       std::vector<std::pair<double, double>>{{0.1, 0.1}, {0.3, 0.5}, {0.5, 0.5}, {0.8, 0.2}}) {
    double score = 0;
    double newcombe = 0;
    double ratio = 0;
    double odds = 0;
    double level = 0;
    for (int x = 0; x <= n; ++x) {
      for (int y = 0; y <= m; ++y) {
        const double weight = binomial_probability(x, {n, p}) * binomial_probability(y, {m, q});
        if (weight < 1e-9) continue;
        const BinomialCount a{x, n};
        const BinomialCount b{y, m};
        score += weight * holds(risk_difference(a, b).value().interval, p - q);
        newcombe +=
            weight * holds(risk_difference(a, b, {RiskInterval::newcombe}).value().interval, p - q);
        const auto inside = [](const RatioEstimate& r, double truth) {
          return r.lower <= truth && (!r.upper || truth <= *r.upper);
        };
        ratio += weight * inside(risk_ratio(a, b).value(), p / q);
        odds += weight * inside(odds_ratio(a, b).value(), p * (1 - q) / (q * (1 - p)));
        if (equal_risks_p_value(a, b).value() < 0.05) level += weight;
      }
    }
    CAPTURE(p);
    CAPTURE(q);
    for (const double coverage : {score, newcombe, ratio, odds}) {
      CHECK(coverage > 0.93);
      CHECK(coverage < 0.985);
    }
    if (p == q) CHECK(level < 0.065);  // exactly: the hypothesis holds
  }
}

// ---- simulations ------------------------------------------------------------------------------

std::int64_t poisson_draw(Rng& rng, double mean) {
  std::int64_t count = 0;
  for (double at = rng.exponential(); at < mean; at += rng.exponential()) ++count;
  return count;
}

void check_rate(int hits, int runs, double lowest, double highest) {
  const double error = std::sqrt(0.05 * 0.95 / runs);
  CHECK(double(hits) / runs > lowest - 4 * error);
  CHECK(double(hits) / runs < highest + 4 * error);
}

TEST_CASE("intervals of rate ratio, rate difference and standardised rate cover" *
          doctest::test_suite("slow")) {
  constexpr int runs = 4000;
  int exact = 0;
  int mid_p = 0;
  int difference = 0;
  int standardised = 0;
  const std::vector<double> rates = {0.5, 2, 6};
  const std::vector<double> time = {10, 6, 2};
  const std::vector<double> standard = {1, 2, 3};
  for (int run = 0; run < runs; ++run) {
    Rng rng(31, std::uint64_t(run));
    const PersonTime a{poisson_draw(rng, 12), 20};
    const PersonTime b{poisson_draw(rng, 9), 30};
    const auto inside = [](const RatioEstimate& r) {
      return r.lower <= 2 && (!r.upper || 2 <= *r.upper);
    };
    exact += inside(rate_ratio(a, b).value());
    mid_p += inside(rate_ratio(a, b, {CountInterval::mid_p}).value());
    difference += holds(rate_difference(a, b).value().interval, 0.3);
    std::vector<double> events;
    for (std::size_t i = 0; i < 3; ++i) {
      events.push_back(double(poisson_draw(rng, rates[i] * time[i])));
    }
    standardised +=
        holds(direct_standardisation(events, time, standard).value().interval, 22.5 / 6);
  }
  check_rate(exact, runs, 0.95, 0.985);
  check_rate(mid_p, runs, 0.945, 0.97);
  check_rate(difference, runs, 0.945, 0.98);
  check_rate(standardised, runs, 0.945, 0.98);
}

TEST_CASE("posterior intervals of site rates cover on average over sites" *
          doctest::test_suite("slow")) {
  constexpr int trials = 300;
  constexpr int sites = 40;
  int covered = 0;
  for (int run = 0; run < trials; ++run) {
    Rng rng(17, std::uint64_t(run));
    std::vector<PersonTime> counted;
    std::vector<double> truth;
    for (int i = 0; i < sites; ++i) {
      truth.push_back(gamma_quantile(rng.uniform(), {4, 8}));
      const double time = 5 + 20 * rng.uniform();
      counted.push_back({poisson_draw(rng, truth.back() * time), time});
    }
    const SiteRates rates = shrink_site_rates(counted).value();
    for (std::size_t i = 0; i < truth.size(); ++i) {
      covered += holds(rates.sites[i].interval, truth[i]);
    }
  }
  // a little below the level: the two parameters are taken as known
  check_rate(covered, trials * sites, 0.935, 0.955);
}

}  // namespace
}  // namespace kensho::stats
