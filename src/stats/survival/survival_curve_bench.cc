// A Kaplan-Meier curve of a million subjects, read at three times, with its restricted mean.
#include "base/rng.h"
#include "stats/survival/kaplan_meier.h"
#include "stats/survival/restricted_mean.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

constexpr std::size_t subjects = 1'000'000;

Columns make() {
  Columns columns;
  Rng rng(20261122, 6);
  for (std::size_t i = 0; i < subjects; ++i) {
    const double event_time = rng.exponential() * 10;
    const double censoring_time = rng.exponential() * 15;
    columns["time"].push_back(event_time < censoring_time ? event_time : censoring_time);
    columns["event"].push_back(event_time < censoring_time ? 1 : 0);
  }
  return columns;
}

std::vector<double> run(const Columns& columns, unsigned /*threads*/) {
  const auto& event = columns.at("event");
  const std::vector<int> events(event.begin(), event.end());
  const SurvivalCurve curve = kaplan_meier(columns.at("time"), events).value();
  const auto readings = read_curve(curve, std::vector<double>{1, 5, 20}, {}).value();
  const RestrictedMean mean = restricted_mean(curve, 20).value();
  std::vector<double> answer;
  for (const SurvivalReading& reading : readings) {
    answer.insert(answer.end(), {reading.survival, reading.std_error.value_or(0),
                                 reading.interval->lower, reading.interval->upper});
  }
  answer.insert(answer.end(), {mean.mean, mean.std_error});
  return answer;
}

const Registered registered{{.id = "P5",
                             .title = "Kaplan-Meier and restricted mean, n = 1,000,000, "
                                      "continuous times",
                             .make = make,
                             .run = run,
                             .goal_seconds = 0.15}};

}  // namespace
}  // namespace kensho::stats::testing
