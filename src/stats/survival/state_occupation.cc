// Occupation of states over time, with the influence of every subject; declared in multi_state.h.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/survival/labels.h"
#include "stats/survival/multi_state.h"
#include "stats/survival/state_walk.h"

namespace kensho::stats {
namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

// The estimate while it moves over the distinct times.
class Occupation {
 public:
  Occupation(const StateRows& rows, const Labels& subjects)
      : rows_(rows),
        subjects_(subjects),
        states_(static_cast<std::size_t>(rows.state_count)),
        probability_(states_),
        influence_(subjects.distinct.size() * states_),
        state_(subjects.distinct.size(), nowhere) {}

  void enter(const StateWalk& walk) {
    for (const FollowUp& row : walk.entered()) {
      state_[subjects_.index[row.code]] = static_cast<std::size_t>(rows_.from[row.code]);
    }
  }
  void leave(const StateWalk& walk) {
    for (const FollowUp& row : walk.stopping()) state_[subjects_.index[row.code]] = nowhere;
  }
  void begin(const StateWalk& walk);
  void jump(const StateWalk& walk);
  OccupationStep read(const StateWalk& walk) const;
  const std::vector<double>& probability() const { return probability_; }

 private:
  double& influence(std::size_t subject, std::size_t state) {
    return influence_[subject * states_ + state];
  }

  const StateRows& rows_;  // borrowed for the walk, as are the labels
  const Labels& subjects_;
  std::size_t states_;
  std::vector<double> probability_;
  std::vector<double> influence_;   // of each subject on each probability
  std::vector<std::size_t> state_;  // of each subject now, if under observation
};

// The states of those at risk at first are the initial distribution; each has 1 / n of a say.
void Occupation::begin(const StateWalk& walk) {
  double all = 0;
  for (const std::size_t count : walk.at_risk()) all += static_cast<double>(count);
  for (std::size_t state = 0; state < states_; ++state) {
    probability_[state] = static_cast<double>(walk.at_risk()[state]) / all;
  }
  for (std::size_t subject = 0; subject < state_.size(); ++subject) {
    if (state_[subject] == nowhere) continue;
    for (std::size_t state = 0; state < states_; ++state) {
      const double here = state_[subject] == state ? 1 : 0;
      influence(subject, state) = (here - probability_[state]) / all;
    }
  }
}

void Occupation::jump(const StateWalk& walk) {
  // What everybody feels, through the probability they influenced; and what those at risk add.
  std::vector<double> before(states_);
  for (std::size_t subject = 0; subject < state_.size(); ++subject) {
    for (std::size_t state = 0; state < states_; ++state) before[state] = influence(subject, state);
    for (const Transition& step : walk.transitions()) {
      const auto at_risk = static_cast<double>(walk.at_risk()[step.from]);
      double flow = before[step.from];
      if (state_[subject] == step.from) flow -= probability_[step.from] / at_risk;
      flow *= step.count / at_risk;
      influence(subject, step.to) += flow;
      influence(subject, step.from) -= flow;
    }
  }
  for (const FollowUp& row : walk.stopping()) {
    const auto from = static_cast<std::size_t>(rows_.from[row.code]);
    const auto to = static_cast<std::size_t>(rows_.to[row.code]);
    if (from == to) continue;
    const double share = probability_[from] / static_cast<double>(walk.at_risk()[from]);
    influence(subjects_.index[row.code], to) += share;
    influence(subjects_.index[row.code], from) -= share;
  }
  const std::vector<double> old = probability_;
  for (const Transition& step : walk.transitions()) {
    const double flow =
        old[step.from] * step.count / static_cast<double>(walk.at_risk()[step.from]);
    probability_[step.to] += flow;
    probability_[step.from] -= flow;
  }
}

OccupationStep Occupation::read(const StateWalk& walk) const {
  OccupationStep step{walk.time(), walk.at_risk(), probability_, {}};
  for (std::size_t state = 0; state < states_; ++state) {
    // Rounding must not leave a probability below 0 where a state has emptied.
    step.probability[state] = std::max(step.probability[state], 0.0);
    CompensatedSum sum;
    for (std::size_t subject = 0; subject < state_.size(); ++subject) {
      const double value = influence_[subject * states_ + state];
      sum.add(value * value);
    }
    step.std_error.push_back(std::sqrt(sum.value()));
  }
  return step;
}

}  // namespace

Result<StateOccupation> state_occupation(const StateRows& rows) {
  TRY(check_state_rows(rows));
  const Labels subjects = TRY(make_labels(rows.subject, "subject"));
  Occupation occupation(rows, subjects);
  StateOccupation result;
  StateWalk walk(rows);
  while (walk.next()) {
    occupation.enter(walk);
    if (result.steps.empty()) {
      occupation.begin(walk);
      result.initial = occupation.probability();
    }
    if (!walk.transitions().empty()) occupation.jump(walk);
    result.steps.push_back(occupation.read(walk));
    occupation.leave(walk);
    walk.leave();
  }
  return result;
}

Result<std::vector<double>> expected_time_in_states(const StateOccupation& occupation,
                                                    double horizon) {
  if (!(horizon > 0) || !std::isfinite(horizon)) {
    return Error{
        Errc::invalid_argument,
        fmt::format("multi-state: the horizon is {}; it must be finite and above 0", horizon)};
  }
  std::vector<double> area(occupation.initial.size());
  double from = 0;
  const std::vector<double>* held = &occupation.initial;
  for (const OccupationStep& step : occupation.steps) {
    const double until = std::min(step.time, horizon);
    for (std::size_t state = 0; state < area.size(); ++state) {
      area[state] += (*held)[state] * (until - from);
    }
    from = until;
    held = &step.probability;
  }
  for (std::size_t state = 0; state < area.size(); ++state) {
    area[state] += (*held)[state] * (horizon - from);
  }
  return area;
}

}  // namespace kensho::stats
