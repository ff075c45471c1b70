#include "stats/sequential/maxsprt.h"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;

double critical(double expected, int events_min = 1, double significance = 0.05) {
  return maxsprt_critical_value({expected, events_min, significance}).value();
}

TEST_CASE("critical values are those of Kulldorff and others 2011") {
  Agreement agreement;
  const std::vector<std::pair<double, double>> printed = {
      {1, 2.853937},  {2, 3.046977},  {5, 3.297183},  {10, 3.467952},
      {20, 3.628123}, {50, 3.819903}, {100, 3.952321}};
  for (const auto& [expected, value] : printed) {
    agreement.compare(critical(expected), value);
    CHECK(std::abs(critical(expected) - value) <= 5.5e-7);  // half a unit of the last decimal
  }
  CHECK(std::abs(critical(10, 4) - 2.921561) <= 5.5e-7);
  agreement.compare(critical(10, 4), 2.921561);
  testing::verify({"maxsprt", "T = 1 .. 100; M = 4, T = 10", "critical value",
                   "Kulldorff et al. 2011, 6 decimals printed", 6.3},
                  agreement);
}

TEST_CASE("at the critical value the signal has the significance asked for") {
  for (const double significance : {0.001, 0.01, 0.05, 0.3}) {
    for (const double expected : {0.5, 3.0, 40.0, 300.0}) {
      const MaxSprtDesign design{expected, 2, significance};
      const auto value = maxsprt_critical_value(design);
      if (!value) continue;  // some cannot be spent
      CHECK(maxsprt_signal_probability(design, value.value()).value() ==
            doctest::Approx(significance).epsilon(1e-10));
    }
  }
}

TEST_CASE("a signal time gives the critical value back") {
  for (const double events : {1.0, 7.0, 500.0}) {
    for (const double value : {1e-4, 0.7, 3.9, 60.0}) {
      const double time = maxsprt_signal_time(events, value);
      CHECK(time < events);
      CHECK(maxsprt_statistic(events, time) == doctest::Approx(value).epsilon(1e-9));
    }
  }
  CHECK(maxsprt_statistic(3, 4) == 0);
}

// Every path of the count summed by recursion over events, without a band or a root.
double naive_probability(double expected, int events_min, double critical_value,
                         double rate_ratio) {
  std::vector<double> alive = {1};
  double at = 0;
  for (int events = events_min;; ++events) {
    const double time = std::min(maxsprt_signal_time(events, critical_value), expected);
    const double mean = rate_ratio * (time - at);
    std::vector<double> next(std::size_t(events), 0.0);
    for (std::size_t from = 0; from < alive.size(); ++from) {
      for (std::size_t to = from; to < next.size(); ++to) {
        const double k = double(to - from);
        next[to] += alive[from] * std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
      }
    }
    alive = next;
    if (time >= expected) break;
    at = time;
  }
  double sum = 0;
  for (const double p : alive) sum += p;
  return 1 - sum;
}

TEST_CASE("the banded recursion equals the full one") {
  for (const double ratio : {0.5, 1.0, 2.0}) {
    for (const int events_min : {1, 3, 6}) {
      const double got = maxsprt_signal_probability({30, events_min, 0.05}, 3.1, ratio).value();
      CHECK(got == doctest::Approx(naive_probability(30, events_min, 3.1, ratio)).epsilon(1e-11));
    }
  }
}

TEST_CASE("power rises with the rate, the critical value with T") {
  const MaxSprtDesign design{20, 1, 0.05};
  const double value = critical(20);
  double before = 0;
  for (const double ratio : {0.8, 1.0, 1.2, 1.5, 2.0, 4.0}) {
    const double power = maxsprt_signal_probability(design, value, ratio).value();
    CHECK(power > before);
    before = power;
  }
  CHECK(critical(1000) > critical(100));
}

TEST_CASE("a simulated surveillance signals as often as computed" * doctest::test_suite("slow")) {
  const MaxSprtDesign design{10, 4, 0.05};
  const double value = critical(10, 4);
  for (const double ratio : {1.0, 1.7}) {
    constexpr int runs = 200'000;
    int signals = 0;
    for (int run = 0; run < runs; ++run) {
      Rng rng(11, std::uint64_t(run));
      double time = 0;
      for (int events = 1;; ++events) {
        time += rng.exponential() / ratio;
        if (time > design.expected_events) break;
        if (events >= design.events_min && maxsprt_statistic(events, time) >= value) {
          ++signals;
          break;
        }
      }
    }
    const double p = maxsprt_signal_probability(design, value, ratio).value();
    CHECK(std::abs(signals / double(runs) - p) < 4 * std::sqrt(p * (1 - p) / runs));
  }
}

TEST_CASE("impossible designs are refused") {
  CHECK_FALSE(maxsprt_critical_value({0, 1, 0.05}));
  CHECK_FALSE(maxsprt_critical_value({1e6, 1, 0.05}));
  CHECK_FALSE(maxsprt_critical_value({10, 0, 0.05}));
  CHECK_FALSE(maxsprt_critical_value({10, 1, 0}));
  CHECK_FALSE(maxsprt_critical_value({10, 1, 0.6}));
  CHECK_FALSE(maxsprt_critical_value({std::nan(""), 1, 0.05}));
  CHECK(maxsprt_critical_value({1, 50, 0.05}).error().message.find("50 events") !=
        std::string::npos);
  CHECK_FALSE(maxsprt_signal_probability({10, 1, 0.05}, 0));
  CHECK_FALSE(maxsprt_signal_probability({10, 1, 0.05}, 3, 0));
}

}  // namespace
}  // namespace kensho::stats
