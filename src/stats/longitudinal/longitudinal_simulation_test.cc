// Type-I error and coverage of the longitudinal methods, by simulation.
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/dist/distributions.h"
#include "stats/longitudinal/mixed_model.h"
#include "stats/longitudinal/mmrm.h"
#include "stats/longitudinal/regression_to_the_mean.h"
#include "stats/longitudinal/responder.h"

namespace kensho::stats {
namespace {

/// Whether a share of `trials` is within 4 Monte-Carlo standard errors of what it should be.
void check_share(const std::string& what, int hits, int trials, double expected) {
  const double share = static_cast<double>(hits) / trials;
  const double error = std::sqrt(expected * (1 - expected) / trials);
  MESSAGE(what, ": ", share, " of ", trials);
  CHECK_MESSAGE(std::abs(share - expected) < 4 * error, what);
}

bool covers(const ContrastEstimate& contrast, double truth) {
  const double width = contrast.std_error * student_t_quantile(0.975, contrast.degrees_of_freedom);
  return std::abs(contrast.estimate - truth) < width;
}

/// Two arms of 20, 4 visits, no effect; who fares badly leaves (missing at random).
struct Trial {
  Matrix x;
  std::vector<double> y;
  std::vector<int> subject;
  std::vector<int> visit;
};

Trial simulate_trial(Rng& rng) {
  constexpr int visits = 4;
  Trial trial;
  std::vector<std::vector<double>> rows;
  for (int i = 0; i < 40; ++i) {
    const double level = rng.normal();
    double error = rng.normal();
    for (int v = 0; v < visits; ++v) {
      const double y = level + error * (1 + 0.3 * v);
      error = 0.5 * error + std::sqrt(0.75) * rng.normal();
      trial.y.push_back(y);
      trial.subject.push_back(i);
      trial.visit.push_back(v);
      std::vector<double> row(2 * visits, 0.0);
      row[static_cast<std::size_t>(v)] = 1;
      if (i % 2 == 1) row[static_cast<std::size_t>(visits + v)] = 1;
      rows.push_back(row);
      if (rng.bernoulli(y < -1 ? 0.3 : 0.05)) break;
    }
  }
  trial.x = Matrix(rows.size(), 2 * visits);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows[i].size(); ++j) trial.x(i, j) = rows[i][j];
  }
  return trial;
}

TEST_CASE("intervals of a small trial with dropout cover as often as they say" *
          doctest::test_suite("slow")) {
  constexpr int trials = 1500;
  const std::vector<double> l = {0, 0, 0, 0, 0, 0, 0, 1};  // between arms at the last visit
  Rng rng(20261122, 1);
  int satterthwaite = 0;
  int kenward_roger = 0;
  for (int i = 0; i < trials; ++i) {
    const Trial trial = simulate_trial(rng);
    MmrmOptions options;
    options.fit.kenward_roger = KenwardRoger::linear;
    const Mmrm model =
        fit_mmrm({trial.x, trial.y, trial.subject, trial.visit, {}, {}}, options).value();
    satterthwaite +=
        covers(mmrm_contrast(model, l, DegreesOfFreedom::satterthwaite).value(), 0) ? 1 : 0;
    kenward_roger +=
        covers(mmrm_contrast(model, l, DegreesOfFreedom::kenward_roger).value(), 0) ? 1 : 0;
  }
  check_share("MMRM, Kenward-Roger coverage", kenward_roger, trials, 0.95);
  check_share("MMRM, Satterthwaite coverage", satterthwaite, trials, 0.95);
}

TEST_CASE("intervals of a slope with a random intercept cover as often as they say" *
          doctest::test_suite("slow")) {
  constexpr int trials = 2000;
  constexpr std::size_t subjects = 12;
  constexpr std::size_t rows = 4;
  const std::vector<double> l = {0, 1};
  Rng rng(20261122, 2);
  int covered = 0;
  for (int trial = 0; trial < trials; ++trial) {
    Matrix x(subjects * rows, 2);
    std::vector<double> y;
    std::vector<int> subject;
    for (std::size_t i = 0; i < subjects; ++i) {
      const double level = 2 * rng.normal();
      for (std::size_t k = 0; k < rows; ++k) {
        const std::size_t row = i * rows + k;
        x(row, 0) = 1;
        x(row, 1) = static_cast<double>(k) + rng.uniform();
        y.push_back(3 + 0.5 * x(row, 1) + level + rng.normal());
        subject.push_back(static_cast<int>(i));
      }
    }
    const MixedModel model = fit_mixed_model({x, y, subject, {}, {}}).value();
    covered += covers(satterthwaite_contrast(model.fit, l), 0.5) ? 1 : 0;
  }
  check_share("mixed model, Satterthwaite coverage of a slope", covered, trials, 0.95);
}

TEST_CASE("the test of Mee and Chua holds its level where the naive one does not" *
          doctest::test_suite("slow")) {
  constexpr int trials = 4000;
  Rng rng(20261122, 3);
  int rejected = 0;
  int naive = 0;
  double regression = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> before;
    std::vector<double> after;
    std::vector<double> later;
    while (before.size() < 30) {  // enrolled above 60 of a population of mean 50
      const double truth = 50 + 8 * rng.normal();
      const double first = truth + 5 * rng.normal();
      if (first <= 60) continue;
      before.push_back(first);
      after.push_back(truth + 5 * rng.normal());
      later.push_back(truth + 5 * rng.normal());
    }
    const std::vector<double> mean = {50};
    rejected += mee_chua(before, after, mean, 0.95).value()[0].p_value < 0.05 ? 1 : 0;
    const SplitChange change = split_change({before, after, later}, 0.95).value();
    naive += change.untreated.p_value < 0.05 ? 1 : 0;
    regression += change.untreated.mean / trials;
  }
  check_share("Mee-Chua type-I error", rejected, trials, 0.05);
  CHECK(naive > trials / 2);
  const double expected = expected_regression({50, 8, 5, 60, Selected::above, 1}).value();
  MESSAGE("regression ", regression, ", expected ", expected);
  CHECK(std::abs(regression - expected) < 4 * 8.0 / std::sqrt(30.0 * trials));
}

TEST_CASE("Newcombe's interval of a difference covers as often as it says" *
          doctest::test_suite("slow")) {
  constexpr int trials = 4000;
  Rng rng(20261122, 4);
  int covered = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<int> responded;
    std::vector<int> group;
    for (int i = 0; i < 90; ++i) {
      group.push_back(i % 2);
      responded.push_back(rng.bernoulli(i % 2 == 0 ? 0.35 : 0.6) ? 1 : 0);
    }
    const Interval interval =
        responder_analysis(responded, group, 0.95).value().differences[0].interval;
    covered += interval.lower < 0.25 && 0.25 < interval.upper ? 1 : 0;
  }
  check_share("Newcombe coverage", covered, trials, 0.95);
}

}  // namespace
}  // namespace kensho::stats
