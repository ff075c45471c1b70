// Type I error and coverage of the tests of location, by simulation.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/location/mean_comparison.h"
#include "stats/location/rank_analysis.h"
#include "stats/location/standardised_difference.h"
#include "stats/location/wilcoxon.h"

namespace kensho::stats {
namespace {

constexpr double LEVEL = 0.05;

// Within four Monte Carlo standard errors of the level, or below it where the test is conservative.
void check_rate(double rejected, double runs, bool may_be_lower, double slack = 0) {
  const double rate = rejected / runs;
  const double error = 4 * std::sqrt(LEVEL * (1 - LEVEL) / runs);
  CHECK_MESSAGE(rate <= LEVEL + error + slack, rate);
  if (!may_be_lower) CHECK_MESSAGE(rate >= LEVEL - error - slack, rate);
}

std::vector<double> normals(Rng& rng, int n, double mean, double spread) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(mean + spread * rng.normal());
  return values;
}

TEST_CASE("t tests keep level and coverage" * doctest::test_suite("slow")) {
  constexpr int RUNS = 20'000;
  int welch_rejects = 0;
  int pooled_rejects = 0;
  int missed = 0;
  int effect_missed = 0;
  for (int run = 0; run < RUNS; ++run) {
    Rng rng(2026, std::uint64_t(run));
    const auto x = normals(rng, 12, 0, 1);
    const auto y = normals(rng, 9, 0, 1);
    const auto wide = normals(rng, 20, 0, 3);
    pooled_rejects += two_sample_t_test(x, y, Variances::equal, {}).value().p_value < LEVEL ? 1 : 0;
    const auto welch = two_sample_t_test(wide, y, Variances::unequal, {}).value();
    welch_rejects += welch.p_value < LEVEL ? 1 : 0;
    missed += welch.interval.lower > 0 || welch.interval.upper < 0 ? 1 : 0;
    if (run % 20 == 0) {
      const auto d = standardised_difference(normals(rng, 12, 0.8, 1), y, 0.95).value();
      effect_missed += d.interval.lower > 0.8 || d.interval.upper < 0.8 ? 1 : 0;
    }
  }
  check_rate(pooled_rejects, RUNS, false);
  check_rate(welch_rejects, RUNS, false, 0.003);  // Satterthwaite's df are an approximation
  CHECK(missed == welch_rejects);
  check_rate(effect_missed, RUNS / 20.0, false);
}

TEST_CASE("rank tests keep level and coverage, with ties and without" *
          doctest::test_suite("slow")) {
  constexpr int RUNS = 2'000;
  int exact_rejects = 0;
  int tied_rejects = 0;
  int normal_rejects = 0;
  int shift_missed = 0;
  int kruskal_rejects = 0;
  for (int run = 0; run < RUNS; ++run) {
    Rng rng(7, std::uint64_t(run));
    const auto x = normals(rng, 11, 0, 1);
    const auto y = normals(rng, 14, 0, 1);
    std::vector<double> few;
    for (int i = 0; i < 24; ++i) few.push_back(rng.below(4));
    const std::vector<double> first(few.begin(), few.begin() + 10);
    const std::vector<double> second(few.begin() + 10, few.end());
    const auto exact = rank_sum_test(x, y, {}).value();
    exact_rejects += exact.p_value <= LEVEL ? 1 : 0;
    shift_missed += exact.interval->lower > 0 || exact.interval->upper < 0 ? 1 : 0;
    tied_rejects += rank_sum_test(first, second, {}).value().p_value <= LEVEL ? 1 : 0;
    const auto many = normals(rng, 60, 0, 1);
    const auto more = normals(rng, 80, 0, 1);
    normal_rejects += rank_sum_test(many, more, {}).value().p_value <= LEVEL ? 1 : 0;
    std::vector<double> pooled = many;
    pooled.insert(pooled.end(), more.begin(), more.end());
    std::vector<int> group;
    for (std::size_t i = 0; i < pooled.size(); ++i) group.push_back(int(i % 3));
    kruskal_rejects += kruskal_wallis_test(pooled, group).value().p_value <= LEVEL ? 1 : 0;
  }
  check_rate(exact_rejects, RUNS, true);
  check_rate(shift_missed, RUNS, true);
  check_rate(tied_rejects, RUNS, true);
  check_rate(normal_rejects, RUNS, false);
  check_rate(kruskal_rejects, RUNS, false);
}

}  // namespace
}  // namespace kensho::stats
