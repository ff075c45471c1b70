// Ten thousand random-effects meta-analyses of 13 trials, with the Knapp-Hartung test.
#include <cmath>

#include "base/rng.h"
#include "stats/meta/random_effects.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

constexpr std::size_t trials = 13;
constexpr std::size_t analyses = 10'000;

Columns make() {
  Columns columns;
  Rng rng(20261122, 24);
  for (std::size_t i = 0; i < trials * analyses; ++i) {
    const double variance = 0.01 + 0.3 * rng.uniform();
    columns["variance"].push_back(variance);
    columns["effect"].push_back(-0.5 + std::sqrt(variance + 0.1) * rng.normal());
  }
  return columns;
}

std::vector<double> run(const Columns& columns, unsigned threads) {
  const Matrix effects(trials, analyses, columns.at("effect"));
  const Matrix variances(trials, analyses, columns.at("variance"));
  const auto pooled =
      pool_columns(effects, variances, {.test = SmallSampleTest::knapp_hartung}, threads).value();
  std::vector<double> values;  // of the first ten
  for (std::size_t j = 0; j < 10; ++j) {
    values.push_back(pooled[j].estimate);
    values.push_back(pooled[j].std_error);
    values.push_back(pooled[j].tau_squared);
  }
  return values;
}

const Registered registered{{.id = "P24",
                             .title = "10,000 REML meta-analyses of 13 trials, Knapp-Hartung",
                             .make = make,
                             .run = run,
                             .goal_seconds = 0.010}};

}  // namespace
}  // namespace kensho::stats::testing
