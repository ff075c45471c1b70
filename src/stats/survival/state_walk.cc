#include "stats/survival/state_walk.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "stats/survival/labels.h"

namespace kensho::stats {
namespace {

constexpr int most_states = 50;  // a step costs their fourth power; more are codes by mistake

Status check_sizes(const StateRows& rows) {
  const std::size_t n = rows.stop.size();
  if (n == 0) return Error{Errc::invalid_argument, "multi-state: there is no row"};
  if (rows.start.size() != n || rows.from.size() != n || rows.to.size() != n ||
      rows.subject.size() != n || n > std::numeric_limits<std::uint32_t>::max()) {
    return Error{
        Errc::invalid_argument,
        fmt::format("multi-state: {} stops but {} starts, {} and {} states, {} subjects", n,
                    rows.start.size(), rows.from.size(), rows.to.size(), rows.subject.size())};
  }
  if (rows.state_count >= 2 && rows.state_count <= most_states) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("multi-state: {} states, from 2 to {} are allowed", rows.state_count,
                           most_states)};
}

Status check_row(const StateRows& rows, std::size_t i) {
  if (!(rows.start[i] >= 0 && rows.start[i] < rows.stop[i] && std::isfinite(rows.stop[i]))) {
    return Error{Errc::invalid_argument,
                 fmt::format("multi-state: row {} is from {} to {}; times must be finite, not "
                             "negative, and start before stop",
                             i + 1, rows.start[i], rows.stop[i])};
  }
  const auto known = [&](int state) { return state >= 0 && state < rows.state_count; };
  if (known(rows.from[i]) && known(rows.to[i])) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("multi-state: row {} goes from state {} to {}; states are 0 to {}",
                           i + 1, rows.from[i], rows.to[i], rows.state_count - 1)};
}

Status check_overlap(const StateRows& rows) {
  std::vector<std::uint32_t> order(rows.stop.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    if (rows.subject[a] != rows.subject[b]) return rows.subject[a] < rows.subject[b];
    return rows.start[a] < rows.start[b];
  });
  for (std::size_t k = 1; k < order.size(); ++k) {
    const std::uint32_t before = order[k - 1];
    const std::uint32_t now = order[k];
    if (rows.subject[before] != rows.subject[now] || rows.stop[before] <= rows.start[now]) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("multi-state: rows {} and {} of subject {} overlap", before + 1,
                             now + 1, rows.subject[now])};
  }
  return ok();
}

}  // namespace

Status check_state_rows(const StateRows& rows) {
  TRY(check_sizes(rows));
  for (std::size_t i = 0; i < rows.stop.size(); ++i) TRY(check_row(rows, i));
  return check_overlap(rows);
}

StateWalk::StateWalk(const StateRows& rows)
    : rows_(rows),
      starts_(sorted_rows(rows.start)),
      stops_(sorted_rows(rows.stop)),
      at_risk_(static_cast<std::size_t>(rows.state_count)),
      counts_(at_risk_.size() * at_risk_.size()) {}

bool StateWalk::next() {
  first_ = end_;
  if (first_ == stops_.size()) return false;
  end_ = end_of_tie(stops_, first_);
  entered_from_ = entered_;
  for (; entered_ < starts_.size() && starts_[entered_].time < time(); ++entered_) {
    ++at_risk_[static_cast<std::size_t>(rows_.from[starts_[entered_].code])];
  }
  const std::size_t states = at_risk_.size();
  for (const FollowUp& row : stopping()) {
    ++counts_[static_cast<std::size_t>(rows_.from[row.code]) * states +
              static_cast<std::size_t>(rows_.to[row.code])];
  }
  transitions_.clear();
  for (std::size_t place = 0; place < counts_.size(); ++place) {
    const double count = std::exchange(counts_[place], 0.0);
    if (count > 0 && place / states != place % states) {
      transitions_.push_back({place / states, place % states, count});
    }
  }
  return true;
}

void StateWalk::leave() {
  for (const FollowUp& row : stopping()) --at_risk_[static_cast<std::size_t>(rows_.from[row.code])];
}

}  // namespace kensho::stats
