// Axes: round tick values, their text, and the straight map from values to places.
#pragma once

#include <string>
#include <vector>

namespace kensho::report {

// Ascending tick values and the decimals that show every one of them exactly.
struct Ticks {
  std::vector<double> values;
  int decimals = 0;
};

// Whether an axis may run from `from` to `to`: both finite and at most 1e12 in size, and apart by
// more than 1e-9 of the larger (of 1, if both are smaller), so that ticks can be told apart.
bool can_be_axis(double from, double to);

// The multiples of 1, 2 or 5 times a power of ten inside [lowest, highest]: of those steps the
// finest that gives at most `count_max` ticks.
// Contract: can_be_axis(lowest, highest), count_max >= 2.
Ticks nice_ticks(double lowest, double highest, int count_max);

// Given tick values, with the fewest decimals (at most 6) that show them.
Ticks ticks_at(std::vector<double> values);

// The text of each tick.
std::vector<std::string> tick_labels(const Ticks& ticks);

// A linear map of [from, to] onto [from_place, to_place].
struct LinearScale {
  double from = 0;
  double to = 1;
  double from_place = 0;
  double to_place = 1;

  double operator()(double value) const {
    return from_place + (value - from) / (to - from) * (to_place - from_place);
  }
};

}  // namespace kensho::report
