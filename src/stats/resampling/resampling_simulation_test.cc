// Coverage of bootstrap intervals and level of permutation tests, by simulation.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/resampling/bootstrap.h"
#include "stats/resampling/permutation.h"
#include "stats/resampling/weighted_statistics.h"

namespace kensho::stats {
namespace {

TEST_CASE("bootstrap intervals of a skewed mean cover nearly as often as they say" *
          doctest::test_suite("slow")) {
  constexpr int RUNS = 1'000;
  int percentile = 0;
  int bca = 0;
  for (int run = 0; run < RUNS; ++run) {
    Rng rng(11, std::uint64_t(run));
    std::vector<double> values;
    for (int i = 0; i < 60; ++i) values.push_back(rng.exponential());
    const auto statistic = centre_statistic(values, CentreKind::mean);
    const auto drawn =
        bootstrap(60, statistic, {.replicates = 999, .seed = std::uint64_t(run)}).value();
    const auto left_out = jackknife(60, statistic).value();
    const auto intervals = bootstrap_intervals(drawn, left_out.acceleration, 0.95).value();
    const auto covers = [](const Interval& interval) {
      return interval.lower <= 1 && 1 <= interval.upper;
    };
    percentile += covers(intervals.percentile) ? 1 : 0;
    bca += covers(*intervals.bca) ? 1 : 0;
  }
  // Neither is exact at 60 skewed values: two points below the level are theirs, four Monte Carlo
  // standard errors ours.
  const double error = 4 * std::sqrt(0.95 * 0.05 / RUNS);
  for (const int covered : {percentile, bca}) {
    const double rate = double(covered) / RUNS;
    CHECK_MESSAGE(rate >= 0.93 - error, rate);
    CHECK_MESSAGE(rate <= 0.95 + error, rate);
  }
}

TEST_CASE("permutation tests keep their level" * doctest::test_suite("slow")) {
  constexpr int RUNS = 2'000;
  int exact = 0;
  int sampled = 0;
  int flipped = 0;
  for (int run = 0; run < RUNS; ++run) {
    Rng rng(13, std::uint64_t(run));
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> differences;
    for (int i = 0; i < 6; ++i) x.push_back(rng.exponential());
    for (int i = 0; i < 7; ++i) y.push_back(rng.exponential());
    for (int i = 0; i < 10; ++i) differences.push_back(rng.normal());
    exact += permutation_test(x, y, {}).value().p_value <= 0.05 ? 1 : 0;
    const PermutationQuestion draw{
        .exact_max = 1, .replicates = 199, .seed = std::uint64_t(run) + 5'000};
    sampled += permutation_test(x, y, draw).value().p_value <= 0.05 ? 1 : 0;
    flipped += sign_flip_test(differences, {}).value().p_value <= 0.05 ? 1 : 0;
  }
  const double error = 4 * std::sqrt(0.05 * 0.95 / RUNS);
  for (const int rejected : {exact, sampled, flipped}) {
    const double rate = double(rejected) / RUNS;
    CHECK_MESSAGE(rate <= 0.05 + error, rate);
    CHECK_MESSAGE(rate >= 0.035 - error, rate);  // discrete: a little below the level
  }
}

}  // namespace
}  // namespace kensho::stats
