// Bounds of a group-sequential design, simulated survival trials, a MaxSPRT critical value.
#include "stats/sequential/group_sequential.h"
#include "stats/sequential/maxsprt.h"
#include "stats/sequential/survival_trials.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

// What the cases are about are a few numbers, no columns.
Columns looks() {
  return {{"information", {0.2, 0.4, 0.6, 0.8, 1}}};
}

std::vector<double> bounds(const Columns& columns, unsigned /*threads*/) {
  return group_sequential_bounds({.information = columns.at("information")}).value().efficacy_z;
}

const Registered p17{{.id = "P17",
                      .title = "Lan-DeMets O'Brien-Fleming bounds, 5 looks",
                      .make = looks,
                      .run = bounds,
                      .goal_seconds = 0.0003}};

// A subject a row for R; we draw our own, by the same design.
Columns trial() {
  const SurvivalTrialDesign design{250, 250, 12, 30, 0.05, 0.7};
  const auto subjects = survival_trial_subjects(design, 18, 0).value();
  Columns columns{{"time", subjects.time}};
  columns["event"].assign(subjects.event.begin(), subjects.event.end());
  columns["arm"].assign(subjects.arm.begin(), subjects.arm.end());
  return columns;
}

// The answer R can check is the chi-square of trial 0.
std::vector<double> simulate(const Columns& /*columns*/, unsigned threads) {
  const SurvivalTrialDesign design{250, 250, 12, 30, 0.05, 0.7};
  const auto trials = simulate_survival_trials(design, 10'000, 18, threads).value();
  return {trials[0].z * trials[0].z};
}

const Registered p18{{.id = "P18",
                      .title = "10,000 simulated trials of 500, log-rank",
                      .make = trial,
                      .run = simulate,
                      .goal_seconds = 0.12}};

Columns monitoring() {
  return {{"expected", {100}}};
}

std::vector<double> critical_value(const Columns& columns, unsigned /*threads*/) {
  return {maxsprt_critical_value({columns.at("expected")[0]}).value()};
}

const Registered p19{{.id = "P19",
                      .title = "exact MaxSPRT critical value, T = 100",
                      .make = monitoring,
                      .run = critical_value,
                      .goal_seconds = 0.005}};

}  // namespace
}  // namespace kensho::stats::testing
