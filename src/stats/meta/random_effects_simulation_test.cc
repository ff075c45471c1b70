// How often the intervals of random-effects meta-analysis hold the truth.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/meta/random_effects.h"

namespace kensho::stats {
namespace {

constexpr std::size_t STUDIES = 7;
constexpr std::size_t RUNS = 20'000;
constexpr double TRUTH = 0.4;
constexpr double TAU = 0.3;

struct Simulated {
  Matrix effects{STUDIES, RUNS};
  Matrix variances{STUDIES, RUNS};
};

Simulated simulate(bool of_one_size) {
  Simulated data;
  for (std::size_t run = 0; run < RUNS; ++run) {
    Rng rng(77, run);
    for (std::size_t i = 0; i < STUDIES; ++i) {
      const double variance = of_one_size ? 0.1 : 0.02 + 0.3 * rng.uniform();
      data.variances(i, run) = variance;
      data.effects(i, run) = TRUTH + std::sqrt(variance + TAU * TAU) * rng.normal();
    }
  }
  return data;
}

double coverage(const Simulated& data, SmallSampleTest test) {
  const auto pooled = pool_columns(data.effects, data.variances, {.test = test}, 2).value();
  double covered = 0;
  for (const PooledSummary& one : pooled) {
    covered += one.interval.lower <= TRUTH && TRUTH <= one.interval.upper ? 1 : 0;
  }
  return covered / RUNS;
}

const double MONTE_CARLO = 4 * std::sqrt(0.95 * 0.05 / RUNS);

TEST_CASE("with studies of one size the Hartung-Knapp interval is exact" *
          doctest::test_suite("slow")) {
  const Simulated data = simulate(true);
  CHECK(std::abs(coverage(data, SmallSampleTest::knapp_hartung) - 0.95) < MONTE_CARLO);
  CHECK(coverage(data, SmallSampleTest::normal) < 0.95 - MONTE_CARLO);  // too short
}

TEST_CASE("with studies of several sizes it is nearly so, and at least that with its floor" *
          doctest::test_suite("slow")) {
  const Simulated data = simulate(false);
  const double plain = coverage(data, SmallSampleTest::knapp_hartung);
  CHECK(std::abs(plain - 0.95) < MONTE_CARLO + 0.01);
  CHECK(coverage(data, SmallSampleTest::knapp_hartung_at_least_1) >= plain);
}

TEST_CASE("the Q-profile interval holds tau^2 as often as it says" * doctest::test_suite("slow")) {
  const Simulated data = simulate(false);
  double covered = 0;
  for (std::size_t run = 0; run < RUNS; ++run) {
    std::vector<StudyEffect> studies;
    for (std::size_t i = 0; i < STUDIES; ++i) {
      studies.push_back({data.effects(i, run), data.variances(i, run)});
    }
    const Interval interval = tau_squared_interval(studies, 0.95).value();
    covered += interval.lower <= TAU * TAU && TAU * TAU <= interval.upper ? 1 : 0;
  }
  CHECK(std::abs(covered / RUNS - 0.95) < MONTE_CARLO);  // Q at the true tau^2 is chi-square
}

}  // namespace
}  // namespace kensho::stats
