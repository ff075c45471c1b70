#include "stats/sequential/survival_trials.h"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "stats/survival/log_rank.h"
#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;

SurvivalTrialDesign plain() {
  return {.control_subjects = 120,
          .treated_subjects = 130,
          .accrual_time = 12,
          .analysis_time = 30,
          .control_hazard = 0.05,
          .hazard_ratio = 0.7};
}

std::vector<SurvivalTrialDesign> designs() {
  SurvivalTrialDesign delayed = plain(), dropping = plain(), steep = plain(), together = plain();
  delayed.effect_delay = 6;
  dropping.dropout_hazard = 0.03;
  steep.control_hazard = 40;  // all events in the first buckets
  together.accrual_time = 0;  // all censored at one time
  return {plain(), delayed, dropping, steep, together};
}

TEST_CASE("each simulated trial has the log-rank test of its subjects") {
  Agreement agreement;
  for (const SurvivalTrialDesign& design : designs()) {
    const auto results = simulate_survival_trials(design, 40, 9).value();
    for (std::size_t trial = 0; trial < results.size(); ++trial) {
      const auto subjects = survival_trial_subjects(design, 9, trial).value();
      const LogRankTest test =
          log_rank_test({subjects.time, subjects.event, subjects.arm, {}}).value();
      agreement.compare(results[trial].z * results[trial].z, test.chi_square);
      CHECK(results[trial].events == test.groups[0].observed + test.groups[1].observed);
      const double excess = double(test.groups[1].observed) - test.groups[1].expected;
      CHECK((results[trial].z < 0) == (excess < 0));
    }
  }
  testing::verify({"simulate_survival_trials", "5 designs, 40 trials each", "log-rank chi-square",
                   "log_rank_test on the same subjects", 11},
                  agreement);
}

TEST_CASE("the number of threads changes no bit, and a trial does not depend on the others") {
  const auto one = simulate_survival_trials(plain(), 500, 3, 1).value();
  for (const unsigned threads : {2U, 8U}) {
    const auto many = simulate_survival_trials(plain(), 300, 3, threads).value();
    for (std::size_t i = 0; i < many.size(); ++i) {
      CHECK(many[i].z == one[i].z);
      CHECK(many[i].events == one[i].events);
    }
  }
}

TEST_CASE("the shares with an event are those of the exponential distribution") {
  SurvivalTrialDesign design = plain();
  design.control_subjects = design.treated_subjects = 200'000;
  for (const double delay : {0.0, 6.0}) {
    design.effect_delay = delay;
    const auto subjects = survival_trial_subjects(design, 1, 0).value();
    double events[2] = {0, 0};
    for (std::size_t i = 0; i < subjects.time.size(); ++i) {
      events[subjects.arm[i]] += subjects.event[i];
    }
    const auto survival = [&](double hazard_ratio, double time) {
      const double h = 0.05;
      return std::exp(-h * std::min(time, delay) - h * hazard_ratio * std::max(time - delay, 0.0));
    };
    for (int arm = 0; arm < 2; ++arm) {
      double expected = 0;  // over entries: the middle of 1,200 parts of the accrual
      for (int part = 0; part < 1200; ++part) {
        expected += (1 - survival(arm == 0 ? 1 : 0.7, 30 - (part + 0.5) / 100)) / 1200;
      }
      const double share = events[arm] / 200'000;
      CHECK(std::abs(share - expected) < 4 * std::sqrt(expected * (1 - expected) / 200'000));
    }
  }
}

TEST_CASE("the level holds under no effect, and the power is that of Schoenfeld's formula" *
          doctest::test_suite("slow")) {
  SurvivalTrialDesign design = plain();
  design.hazard_ratio = 1;
  const auto null =
      summarise(simulate_survival_trials(design, 40'000, 21, 2).value(), 0.025).value();
  CHECK(std::abs(null.power - 0.025) < 4 * std::sqrt(0.025 * 0.975 / 40'000) + 0.001);
  design.hazard_ratio = 0.7;
  const auto effect =
      summarise(simulate_survival_trials(design, 40'000, 22, 2).value(), 0.025).value();
  const double drift = -std::log(0.7) * std::sqrt(effect.events_mean * 120 * 130) / 250;
  const double power = 0.5 * std::erfc((1.959963984540054 - drift) / std::sqrt(2.0));
  CHECK(std::abs(effect.power - power) < 0.02);  // the formula is approximate
}

TEST_CASE("impossible trials are refused") {
  const auto refused = [](auto change) {
    SurvivalTrialDesign design = plain();
    change(design);
    return !simulate_survival_trials(design, 1, 1);
  };
  CHECK(refused([](auto& d) { d.control_subjects = 0; }));
  CHECK(refused([](auto& d) { d.analysis_time = 12; }));
  CHECK(refused([](auto& d) { d.control_hazard = 0; }));
  CHECK(refused([](auto& d) { d.hazard_ratio = std::nan(""); }));
  CHECK(refused([](auto& d) { d.dropout_hazard = -1; }));
  CHECK_FALSE(summarise({}, 0.025));
  CHECK(simulate_survival_trials(plain(), 0, 1).value().empty());
}

}  // namespace
}  // namespace kensho::stats
