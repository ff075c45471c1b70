// Level of the tests of tables and coverage of the exact odds ratio, by simulation.
#include <cmath>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/contingency/chi_square.h"
#include "stats/contingency/exact_binomial.h"
#include "stats/contingency/fisher_exact.h"

namespace kensho::stats {
namespace {

TEST_CASE("Fisher's test and McNemar's exact test never exceed their level" *
          doctest::test_suite("slow")) {
  constexpr int RUNS = 4'000;
  int fisher = 0;
  int missed = 0;
  int chi_square = 0;
  int exact = 0;
  int mid = 0;
  int runs = 0;
  for (int run = 0; run < RUNS; ++run) {
    Rng rng(17, std::uint64_t(run));
    const auto successes = [&](int n, double probability) {
      std::int64_t count = 0;
      for (int i = 0; i < n; ++i) count += rng.bernoulli(probability) ? 1 : 0;
      return count;
    };
    const std::int64_t a = successes(40, 0.3);
    const std::int64_t c = successes(50, 0.3);
    const std::int64_t first_only = successes(25, 0.5);
    if (a + c == 0 || a + c == 90) continue;
    ++runs;
    const auto test = fisher_test({a, 40 - a, c, 50 - c}, {}).value();
    fisher += test.p_value <= 0.05 ? 1 : 0;
    missed += test.lower > 1 || (test.upper && *test.upper < 1) ? 1 : 0;
    const auto table = CountTable::make(2, 2, {a, 40 - a, c, 50 - c}, "table").value();
    chi_square += chi_square_test(table, YatesCorrection::none).p_value <= 0.05 ? 1 : 0;
    const auto paired = mcnemar_test({30, first_only, 25 - first_only, 30}, 0.95).value();
    exact += paired.p_value_exact <= 0.05 ? 1 : 0;
    mid += paired.p_value_mid <= 0.05 ? 1 : 0;
  }
  const double error = 4 * std::sqrt(0.05 * 0.95 / runs);
  for (const int rejected : {fisher, missed, exact, mid}) {
    CHECK_MESSAGE(double(rejected) / runs <= 0.05 + error, (double(rejected) / runs));
  }
  CHECK(std::abs(double(chi_square) / runs - 0.05) <= error + 0.005);  // discrete
  CHECK(exact <= mid);
}

}  // namespace
}  // namespace kensho::stats
