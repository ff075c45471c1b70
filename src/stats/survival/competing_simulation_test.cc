// Type-I error of tests and coverage of intervals, by simulation: 4 Monte-Carlo standard errors.
#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/survival/fine_gray.h"
#include "stats/survival/gray_k_sample.h"
#include "stats/survival/hazard_estimate.h"
#include "stats/survival/log_rank.h"
#include "stats/survival/restricted_mean.h"

namespace kensho::stats {
namespace {

// Whether a share of `hits` of `tries` is within 4 standard errors of what it should be.
void check_share(int hits, int tries, double expected) {
  const double share = static_cast<double>(hits) / tries;
  const double std_error = std::sqrt(expected * (1 - expected) / tries);
  MESSAGE("share ", share, ", expected ", expected);
  CHECK(std::abs(share - expected) < 4 * std_error);
}

struct TwoGroups {
  std::vector<double> time;
  std::vector<int> code;
  std::vector<int> group;
};

// Two causes of rate 1 and 1/2, or only the first; censoring of rate 0.4; 100 subjects a group.
TwoGroups equal_groups(Rng& rng, bool competing) {
  TwoGroups sample;
  for (int i = 0; i < 200; ++i) {
    const double first = rng.exponential();
    const double second = competing ? rng.exponential() * 2 : 1e9;
    const double censoring = rng.exponential() / 0.4;
    const double event = std::min(first, second);
    sample.time.push_back(std::min(event, censoring));
    sample.code.push_back(censoring < event ? 0 : first < second ? 1 : 2);
    sample.group.push_back(i % 2);
  }
  return sample;
}

TEST_CASE("Gray's test rejects equal incidences as often as it should" *
          doctest::test_suite("slow")) {
  constexpr int tries = 2000;
  int rejected = 0;
  for (int k = 0; k < tries; ++k) {
    Rng rng(11, static_cast<std::uint64_t>(k));
    const TwoGroups sample = equal_groups(rng, true);
    const auto test = gray_test({sample.time, sample.code, sample.group, {}});
    rejected += test.value().p_value < 0.05 ? 1 : 0;
  }
  check_share(rejected, tries, 0.05);
}

TEST_CASE("weighted log-rank tests reject equal hazards as often as they should" *
          doctest::test_suite("slow")) {
  constexpr int tries = 2000;
  for (const LogRankChoice& choice : {LogRankChoice{.rho = 1}, LogRankChoice{.gamma = 1},
                                      LogRankChoice{.family = LogRankFamily::gehan}}) {
    int rejected = 0;
    for (int k = 0; k < tries; ++k) {
      Rng rng(12, static_cast<std::uint64_t>(k));
      const TwoGroups sample = equal_groups(rng, false);
      const auto test = log_rank_test({sample.time, sample.code, sample.group, {}}, choice);
      rejected += test.value().p_value < 0.05 ? 1 : 0;
    }
    check_share(rejected, tries, 0.05);
  }
}

TEST_CASE("the Fine-Gray sandwich covers the coefficient it was made with" *
          doctest::test_suite("slow")) {
  constexpr int tries = 1000;
  constexpr double slope = 0.5;
  constexpr double reached = 0.6;  // incidence at x = 0 in the end
  int covered = 0;
  for (int k = 0; k < tries; ++k) {
    Rng rng(13, static_cast<std::uint64_t>(k));
    std::vector<double> time;
    std::vector<int> cause;
    Matrix x(300, 1);
    for (std::size_t i = 0; i < 300; ++i) {
      x(i, 0) = rng.normal();
      const double ratio = std::exp(slope * x(i, 0));
      // F(t) = 1 - (1 - reached (1 - exp(-t)))^ratio, inverted; what it leaves is cause 2.
      const double u = rng.uniform();
      const double inner = (1 - std::pow(1 - u, 1 / ratio)) / reached;
      const double event = inner < 1 ? -std::log1p(-inner) : rng.exponential();
      const double censoring = rng.uniform() * 5;
      time.push_back(std::min(event, censoring));
      cause.push_back(censoring < event ? 0 : inner < 1 ? 1 : 2);
    }
    const FineGrayFit fit = fine_gray({time, cause}, x).value();
    const double std_error = std::sqrt(fit.covariance(0, 0));
    covered += std::abs(fit.coefficients[0] - slope) < 1.959963984540054 * std_error ? 1 : 0;
  }
  check_share(covered, tries, 0.95);
}

TEST_CASE("the interval of a difference of restricted means covers 0 where nothing differs" *
          doctest::test_suite("slow")) {
  constexpr int tries = 2000;
  int covered = 0;
  for (int k = 0; k < tries; ++k) {
    Rng rng(14, static_cast<std::uint64_t>(k));
    const TwoGroups sample = equal_groups(rng, false);
    std::vector<RestrictedMean> means;
    for (const int group : {0, 1}) {
      std::vector<double> time;
      std::vector<int> event;
      for (std::size_t i = 0; i < sample.time.size(); ++i) {
        if (sample.group[i] != group) continue;
        time.push_back(sample.time[i]);
        event.push_back(sample.code[i]);
      }
      means.push_back(restricted_mean(kaplan_meier(time, event).value(), 1.5).value());
    }
    covered += compare_restricted_means(means[0], means[1]).value().difference.p_value > 0.05;
  }
  check_share(covered, tries, 0.95);
}

TEST_CASE("the jackknife interval of a mean cumulative function covers it, whatever the frailty" *
          doctest::test_suite("slow")) {
  constexpr int tries = 1000;
  int covered = 0;
  for (int k = 0; k < tries; ++k) {
    Rng rng(15, static_cast<std::uint64_t>(k));
    std::vector<double> entry;
    std::vector<double> time;
    std::vector<int> event;
    std::vector<int> subject;
    for (int id = 0; id < 200; ++id) {
      const double rate = rng.exponential();  // of mean 1: the mean function is t
      const double end = 1 + 2 * rng.uniform();
      for (double at = 0; at < end;) {
        const double next = at + rng.exponential() / rate;
        entry.push_back(at);
        time.push_back(std::min(next, end));
        event.push_back(next < end ? 1 : 0);
        subject.push_back(id);
        at = next;
      }
    }
    const auto estimate = estimate_hazard({time, event, entry, {}, subject},
                                          {.variance = HazardVariance::infinitesimal_jackknife});
    const auto readings = read_hazard(estimate.value(), std::vector<double>{2}).value();
    const Interval interval = readings.front().interval.value();
    covered += interval.lower < 2 && 2 < interval.upper ? 1 : 0;
  }
  check_share(covered, tries, 0.95);
}

}  // namespace
}  // namespace kensho::stats
