// Checked rows of multi-state follow-up, walked in ascending time. Internal to the multi-state
// estimates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/survival/multi_state.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {

/// One kind of transition at one time.
struct Transition {
  std::size_t from;
  std::size_t to;
  double count;
};

/// Errors  as transition_probabilities.
/// Cost    O(n log n) where subjects have several rows.
Status check_state_rows(const StateRows& rows);

/// The walk: call `next` until it is false, read, then `leave`.
class StateWalk {
 public:
  explicit StateWalk(const StateRows& rows);

  /// Moves to the next distinct stop and lets those in who start before it.
  bool next();
  /// Takes those out who stop now; call once after reading.
  void leave();

  double time() const { return stops_[first_].time; }
  const std::vector<std::size_t>& at_risk() const { return at_risk_; }
  /// Transitions now, each pair of states once, ascending.
  const std::vector<Transition>& transitions() const { return transitions_; }
  /// Rows that entered at this step, and rows that stop now; codes are row numbers.
  std::span<const FollowUp> entered() const {
    return std::span(starts_).subspan(entered_from_, entered_ - entered_from_);
  }
  std::span<const FollowUp> stopping() const {
    return std::span(stops_).subspan(first_, end_ - first_);
  }

 private:
  const StateRows& rows_;  // borrowed for the walk
  std::vector<FollowUp> starts_;
  std::vector<FollowUp> stops_;
  std::size_t entered_from_ = 0;
  std::size_t entered_ = 0;
  std::size_t first_ = 0;
  std::size_t end_ = 0;
  std::vector<std::size_t> at_risk_;
  std::vector<double> counts_;
  std::vector<Transition> transitions_;
};

}  // namespace kensho::stats
