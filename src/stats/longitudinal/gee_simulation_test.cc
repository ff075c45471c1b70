// How often GEE with few clusters finds an effect that is not there.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/dist/distributions.h"
#include "stats/longitudinal/gee.h"

namespace kensho::stats {
namespace {

constexpr int CLUSTERS = 20;
constexpr int SIZE = 4;
constexpr int RUNS = 4'000;

// The share of null effects of treatment (of whole clusters) with p < 0.05.
double false_findings(SandwichCorrection correction) {
  Matrix x(CLUSTERS * SIZE, 2);
  std::vector<int> cluster;
  for (std::size_t i = 0; i < CLUSTERS * SIZE; ++i) {
    cluster.push_back(int(i) / SIZE);
    x(i, 0) = 1;
    x(i, 1) = cluster.back() % 2;
  }
  const bool is_corrected = correction != SandwichCorrection::none;
  const double critical =
      is_corrected ? student_t_quantile(0.975, CLUSTERS - 2) : normal_quantile(0.975);
  double found = 0;
  for (int run = 0; run < RUNS; ++run) {
    Rng rng(31, std::uint64_t(run));
    std::vector<double> outcome;
    double shared = 0;
    for (int i = 0; i < CLUSTERS * SIZE; ++i) {
      if (i % SIZE == 0) shared = 0.8 * rng.normal();
      outcome.push_back(shared + rng.normal());
    }
    const GeeFit fit = fit_gee({x, outcome, cluster},
                               {MeanFamily::gaussian, WorkingCorrelation::exchangeable, correction})
                           .value();
    found += std::abs(fit.coefficients[1]) > critical * std::sqrt(fit.sandwich(1, 1)) ? 1 : 0;
  }
  return found / RUNS;
}

TEST_CASE("the corrected sandwich with Student's t keeps the level, the plain one does not" *
          doctest::test_suite("slow")) {
  const double monte_carlo = 4 * std::sqrt(0.05 * 0.95 / RUNS);
  CHECK(false_findings(SandwichCorrection::none) > 0.05 + monte_carlo);
  // equal clusters, all of one arm: Kauermann-Carroll is then the t-test of cluster means
  CHECK(std::abs(false_findings(SandwichCorrection::kauermann_carroll) - 0.05) < monte_carlo);
  CHECK(false_findings(SandwichCorrection::mancl_derouen) < 0.05 + monte_carlo);
}

}  // namespace
}  // namespace kensho::stats
