#include "stats/survival/multi_state.h"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/survival/aalen_johansen.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::Table;

// Columns that own what StateRows borrows.
struct Columns {
  std::vector<double> start;
  std::vector<double> stop;
  std::vector<int> from;
  std::vector<int> to;
  std::vector<int> subject;
  int state_count = 2;

  StateRows view() const { return {start, stop, from, to, subject, state_count}; }
  void add(int id, double first, double last, int before, int after) {
    subject.push_back(id);
    start.push_back(first);
    stop.push_back(last);
    from.push_back(before);
    to.push_back(after);
  }
};

// ---- agreement with R -------------------------------------------------------------------------

// Transplant, platelet recovery, relapse or death.
Columns illness_death() {
  const Table table = testing::reference_data("ebmt3");
  const auto recovery = testing::numbers(table, "prtime");
  const auto recovered = testing::codes(table, "prstat");
  const auto end = testing::numbers(table, "rfstime");
  const auto ended = testing::codes(table, "rfsstat");
  Columns columns{.state_count = 3};
  for (std::size_t i = 0; i < end.size(); ++i) {
    const int id = static_cast<int>(i);
    const bool through = recovered[i] == 1;
    if (through) {
      columns.add(id, 0, recovery[i], 0, 1);
      columns.add(id, recovery[i], end[i], 1, ended[i] == 1 ? 2 : 1);
    } else {
      columns.add(id, 0, end[i], 0, ended[i] == 1 ? 2 : 0);
    }
  }
  return columns;
}

// Probabilities and standard errors from one state, in the rows of the case.
void check_probabilities(const std::string& quantity, const TransitionProbabilities& got,
                         std::size_t from, const Json& expected) {
  Agreement agreement;
  for (std::size_t row = 0; row < expected.at("rows").size(); ++row) {
    const double time = std::stod(expected.at("rows")[row].get<std::string>());
    const TransitionStep* step = nullptr;
    for (const TransitionStep& candidate : got.steps) {
      if (candidate.time <= time) step = &candidate;
    }
    for (std::size_t to = 0; to < 3; ++to) {
      const double identity = from == to ? 1 : 0;
      agreement.compare(step == nullptr ? identity : step->probability[from * 3 + to],
                        expected.at("data")[row][to]);
      agreement.compare(step == nullptr ? 0 : step->std_error[from * 3 + to],
                        expected.at("data")[row][to + 3]);
    }
  }
  testing::verify({"multi_state", "ebmt3", quantity, "R mstate 0.3.3 probtrans", 12}, agreement);
}

TEST_CASE("transition probabilities of an illness-death model agree with R's probtrans") {
  const Columns columns = illness_death();
  const Json expected = testing::r_case("03_competing", "ebmt3-illnessdeath");
  const auto probabilities = [&](double start, TransitionVariance variance) {
    return transition_probabilities(columns.view(), {.start_time = start, .variance = variance})
        .value();
  };
  const auto aalen = probabilities(0, TransitionVariance::aalen);

  check_probabilities("P(0, t) from transplant, Aalen variance", aalen, 0,
                      expected.at("from_tx_aalen"));
  check_probabilities("P(0, t) from recovery, Aalen variance", aalen, 1,
                      expected.at("from_pr_aalen"));
  check_probabilities("P(0, t) from transplant, Greenwood variance",
                      probabilities(0, TransitionVariance::greenwood), 0,
                      expected.at("from_tx_greenwood"));
  const auto later = probabilities(100, TransitionVariance::aalen);
  check_probabilities("P(100, t) from transplant", later, 0, expected.at("landmark100_from_tx"));
  check_probabilities("P(100, t) from recovery", later, 1, expected.at("landmark100_from_pr"));
}

// Complete response, transplant and death as the present state; two at once are not known, and
// that row is left out, as in the R code of the case.
Columns leukaemia(const std::string& arm) {
  const Table all = testing::reference_data("myeloid");
  const Table table =
      testing::rows_where(all, [&](std::size_t i) { return all.at("trt")[i] == arm; });
  const auto end = testing::numbers(table, "futime");
  const auto died = testing::codes(table, "death");
  const auto transplant = testing::numbers(table, "txtime");
  const auto response = testing::numbers(table, "crtime");
  Columns columns{.state_count = 4};
  for (std::size_t i = 0; i < end.size(); ++i) {
    std::map<double, int> events;  // a bit a state
    if (response[i] <= end[i]) events[response[i]] += 1;
    if (transplant[i] <= end[i]) events[transplant[i]] += 2;
    events[end[i]] += died[i] == 1 ? 4 : 0;
    const std::map<int, int> state_of = {{1, 1}, {2, 2}, {4, 3}};
    double start = 0;
    int state = 0;
    for (const auto& [time, bits] : events) {
      const bool known = bits == 0 || state_of.contains(bits);
      const int next = bits == 0 || !known ? state : state_of.at(bits);
      if (known) columns.add(static_cast<int>(i), start, time, state, next);
      state = next;
      start = time;
    }
  }
  return columns;
}

TEST_CASE("state occupation and its jackknife agree with R's survfit of states") {
  const Json expected = testing::r_case("03_competing", "myeloid-multistate");
  Agreement probability;
  Agreement std_error;
  for (std::size_t row = 0; row < 8; ++row) {
    const StateOccupation got = state_occupation(leukaemia(row < 4 ? "A" : "B").view()).value();
    const OccupationStep* step = nullptr;
    for (const OccupationStep& candidate : got.steps) {
      if (candidate.time <= expected.at("time")[row].get<double>()) step = &candidate;
    }
    REQUIRE(step != nullptr);
    for (std::size_t state = 0; state < 4; ++state) {
      probability.compare(step->probability[state], expected.at("pstate").at("data")[row][state]);
      std_error.compare(step->std_error[state], expected.at("se").at("data")[row][state]);
    }
  }
  const std::string survfit = "R survival 3.5-3 survfit";
  testing::verify({"multi_state", "myeloid", "state occupation", survfit, 11}, probability);
  testing::verify({"multi_state", "myeloid", "jackknife standard error", survfit, 11}, std_error);
}

TEST_CASE("cumulative incidences agree with R's survfit of states") {
  const Table table = testing::reference_data("bmt_cibmtr");
  const auto time = testing::numbers(table, "time");
  const auto cause = testing::codes(table, "cause");
  const auto platelet = testing::codes(table, "platelet");
  const Json expected = testing::r_case("03_competing", "aj-bmt");
  Agreement agreement;
  for (const std::string& part : {std::string("overall"), std::string("by_platelet")}) {
    const Json& values = expected.at(part);
    for (std::size_t row = 0; row < values.at("time").size(); ++row) {
      std::vector<double> times;
      std::vector<int> causes;
      for (std::size_t i = 0; i < time.size(); ++i) {
        if (part == "by_platelet" && platelet[i] != static_cast<int>(row / 5)) continue;
        times.push_back(time[i]);
        causes.push_back(cause[i]);
      }
      const auto curves = aalen_johansen(times, causes, 2).value();
      const std::vector<double> at = {values.at("time")[row].get<double>()};
      const auto readings =
          read_incidence(curves, at, {.variance = IncidenceVariance::infinitesimal_jackknife})
              .value();
      const IncidenceReading& reading = readings.front();
      agreement.compare(reading.survival, values.at("pstate").at("data")[row][0]);
      for (std::size_t k = 0; k < 2; ++k) {
        agreement.compare(reading.causes[k].incidence, values.at("pstate").at("data")[row][k + 1]);
        agreement.compare(reading.causes[k].std_error, values.at("se").at("data")[row][k + 1]);
      }
    }
  }
  testing::verify({"cumulative_incidence", "bmt_cibmtr", "incidence and jackknife standard error",
                   "R survival 3.5-3 survfit", 11},
                  agreement);
}

// ---- properties -------------------------------------------------------------------------------

// Paths among three states, back and forth, until the last is reached or watching ends.
Columns made_up(std::uint64_t seed, int subjects) {
  Rng rng(seed, 5);
  Columns columns{.state_count = 3};
  for (int id = 0; id < subjects; ++id) {
    double time = rng.between(0, 2);
    int state = rng.bernoulli(0.7) ? 0 : 1;
    for (int visit = 0; visit < 4 && state != 2; ++visit) {
      const double until = time + rng.between(1, 9);
      const int next = rng.bernoulli(0.3) ? state : rng.between(0, 2);
      columns.add(id, time, until, state, next);
      state = next;
      time = until;
    }
  }
  return columns;
}

TEST_CASE("rows of transition probabilities sum to 1") {
  const auto got = transition_probabilities(made_up(1, 60).view()).value();

  for (const TransitionStep& step : got.steps) {
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(step.probability[i * 3] + step.probability[i * 3 + 1] + step.probability[i * 3 + 2] ==
            doctest::Approx(1).epsilon(1e-13));
    }
    CHECK(step.probability[8] == 1);
    CHECK(step.std_error[8] == 0);
  }
}

TEST_CASE("probabilities from two starts multiply to that of the whole way") {
  const Columns columns = made_up(2, 60);
  const auto whole = transition_probabilities(columns.view()).value();
  const auto rest = transition_probabilities(columns.view(), {.start_time = 6}).value();
  std::vector<double> first;
  for (const TransitionStep& step : whole.steps) {
    if (step.time <= 6) first = step.probability;
  }
  REQUIRE_FALSE(first.empty());

  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      double product = 0;
      for (std::size_t l = 0; l < 3; ++l) {
        product += first[i * 3 + l] * rest.steps.back().probability[l * 3 + j];
      }
      CHECK(whole.steps.back().probability[i * 3 + j] == doctest::Approx(product).epsilon(1e-12));
    }
  }
}

TEST_CASE("the jackknife is the derivative of occupation by a subject's weight") {
  // A subject repeated m times has weight m: a difference quotient by one more copy among many.
  const Columns base = made_up(3, 12);
  constexpr int copies = 4000;
  Columns many{.state_count = 3};
  const auto repeat = [&](Columns& to, int times, int only) {
    for (std::size_t i = 0; i < base.stop.size(); ++i) {
      for (int copy = 0; copy < times; ++copy) {
        if (only >= 0 && base.subject[i] != only) continue;
        to.add(static_cast<int>(to.stop.size()), base.start[i], base.stop[i], base.from[i],
               base.to[i]);
      }
    }
  };
  repeat(many, copies, -1);
  // Subjects are told apart by row here, which the probabilities do not feel. Copies make the
  // quadratic jackknife slow: only the probabilities of P(0, t) are read.
  const auto occupied = [](const Columns& columns) {
    return transition_probabilities(columns.view()).value().steps.back().probability;
  };
  const StateOccupation got = state_occupation(base.view()).value();
  const std::vector<double> at_base = occupied(many);
  std::vector<double> variance(3);
  const auto mix = [&](const std::vector<double>& probability, const std::vector<double>& initial,
                       std::size_t state) {
    return initial[0] * probability[state] + initial[1] * probability[3 + state];
  };
  std::vector<double> starts(2);
  std::vector<int> start_of(12, -1);
  for (std::size_t i = 0; i < base.stop.size(); ++i) {
    const auto id = static_cast<std::size_t>(base.subject[i]);
    if (start_of[id] < 0 && base.start[i] < got.steps.front().time) start_of[id] = base.from[i];
  }
  double all = 0;
  for (const int state : start_of) {
    if (state < 0) continue;
    ++starts[static_cast<std::size_t>(state)];
    ++all;
  }
  for (int id = 0; id < 12; ++id) {
    Columns more = many;
    repeat(more, 1, id);
    const std::vector<double> at_more = occupied(more);
    std::vector<double> initial = {starts[0] * copies, starts[1] * copies};
    const int own = start_of[static_cast<std::size_t>(id)];
    if (own >= 0) ++initial[static_cast<std::size_t>(own)];
    const double total = initial[0] + initial[1];
    for (double& value : initial) value /= total;
    const std::vector<double> before = {starts[0] / all, starts[1] / all};
    for (std::size_t state = 0; state < 3; ++state) {
      const double slope = (mix(at_more, initial, state) - mix(at_base, before, state)) * copies;
      variance[state] += slope * slope;
    }
  }
  for (std::size_t state = 0; state < 3; ++state) {
    CHECK(got.steps.back().probability[state] ==
          doctest::Approx(mix(at_base, {starts[0] / all, starts[1] / all}, state)));
    CHECK(got.steps.back().std_error[state] ==
          doctest::Approx(std::sqrt(variance[state])).epsilon(2e-3));
  }
}

TEST_CASE("with one way to leave, the states are competing risks") {
  Rng rng(4, 5);
  Columns columns{.state_count = 3};
  std::vector<int> cause;
  for (int id = 0; id < 80; ++id) {
    cause.push_back(static_cast<int>(rng.below(3)));
    columns.add(id, 0, rng.between(1, 12), 0, cause.back());
  }
  const auto curves = aalen_johansen(columns.stop, cause, 2).value();
  const StateOccupation got = state_occupation(columns.view()).value();

  REQUIRE(got.steps.size() == curves.steps.size());
  for (std::size_t s = 0; s < got.steps.size(); ++s) {
    CHECK(got.steps[s].at_risk[0] == curves.steps[s].at_risk);
    for (std::size_t k = 0; k < 2; ++k) {
      CHECK(got.steps[s].probability[k + 1] ==
            doctest::Approx(curves.causes[s * 2 + k].incidence).epsilon(1e-13));
      CHECK(got.steps[s].std_error[k + 1] ==
            doctest::Approx(curves.causes[s * 2 + k].jackknife_std_error).epsilon(1e-10));
    }
  }
  const auto times = expected_time_in_states(got, 10).value();
  CHECK(times[0] + times[1] + times[2] == doctest::Approx(10));
}

TEST_CASE("multi-state rows that make no sense are refused") {
  const auto refusal = [](const Columns& columns) {
    const auto got = transition_probabilities(columns.view());
    REQUIRE_FALSE(got);
    CHECK_FALSE(state_occupation(columns.view()));
    return got.error().message;
  };
  Columns columns{.state_count = 2};
  columns.add(1, 0, 5, 0, 1);
  Columns overlapping = columns;
  overlapping.add(1, 4, 6, 1, 1);
  CHECK(refusal(overlapping).find("overlap") != std::string::npos);
  Columns backwards = columns;
  backwards.add(2, 4, 4, 0, 0);
  CHECK(refusal(backwards).find("row 2 is from 4 to 4") != std::string::npos);
  Columns unknown = columns;
  unknown.add(2, 0, 4, 0, 2);
  CHECK(refusal(unknown).find("states are 0 to 1") != std::string::npos);
  Columns many_states = columns;
  many_states.state_count = 90;
  CHECK(refusal(many_states).find("90 states") != std::string::npos);
  CHECK(refusal(Columns{}).find("no row") != std::string::npos);
  CHECK_FALSE(expected_time_in_states(state_occupation(columns.view()).value(), -1));
}

}  // namespace
}  // namespace kensho::stats
