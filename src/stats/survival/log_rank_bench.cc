// The log-rank test on a million subjects.
#include "base/rng.h"
#include "stats/survival/log_rank.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

constexpr std::size_t subjects = 1'000'000;

Columns make() {
  Columns columns;
  Rng rng(20261122, 5);
  for (std::size_t i = 0; i < subjects; ++i) {
    const int group = static_cast<int>(i % 2);
    const double event_time = rng.exponential() * (group == 0 ? 10 : 11);
    const double censoring_time = rng.exponential() * 15;
    columns["time"].push_back(event_time < censoring_time ? event_time : censoring_time);
    columns["event"].push_back(event_time < censoring_time ? 1 : 0);
    columns["group"].push_back(group);
  }
  return columns;
}

std::vector<double> run(const Columns& columns, unsigned /*threads*/) {
  const auto& event = columns.at("event");
  const auto& group = columns.at("group");
  const std::vector<int> events(event.begin(), event.end());
  const std::vector<int> groups(group.begin(), group.end());
  const auto test = log_rank_test({columns.at("time"), events, groups, {}});
  return {test.value().chi_square};
}

const Registered registered{{.id = "P5b",
                             .title = "log-rank test, n = 1,000,000, continuous times, 2 groups",
                             .make = make,
                             .run = run,
                             .goal_seconds = 0.15}};

}  // namespace
}  // namespace kensho::stats::testing
