// The input every survival method shares: checked once, in ascending order of time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// The follow-up of one subject: how long, and a code for what is counted there (an event, a cause,
/// or a pair of group and event packed by the caller).
struct FollowUp {
  double time;
  std::uint32_t code;
};

/// Refuses what no survival method can use.
///
/// Shapes  time[n], code[n]; n >= 1.
/// Units   `time` in any one unit, from 0; a code is a whole number from 0 to `largest_code`.
/// Errors  invalid_argument, naming the first bad row: sizes differ, n = 0, n above 2^32 - 1,
///         a time is negative or not finite, a code is out of range.
/// Cost    O(n).
Status check_follow_up(std::span<const double> time, std::span<const int> code, int largest_code);

/// Sorts by time. The order among equal times is not promised: no method may depend on it.
/// Two times are tied when they are equal as doubles.
/// Cost    O(n) by radix, one buffer of n; a comparison sort below a few thousand subjects.
void sort_by_time(std::vector<FollowUp>& subjects);

/// Row numbers, as codes, in ascending order of these times. Cost as above.
std::vector<FollowUp> sorted_rows(std::span<const double> times);

/// Checked and sorted subjects whose code is the given one. Errors and cost as above.
Result<std::vector<FollowUp>> sorted_follow_up(std::span<const double> time,
                                               std::span<const int> code, int largest_code);

/// The index one past the last subject tied with `subjects[first]`.
inline std::size_t end_of_tie(std::span<const FollowUp> subjects, std::size_t first) {
  std::size_t end = first + 1;
  while (end < subjects.size() && subjects[end].time == subjects[first].time) ++end;
  return end;
}

/// The number of distinct times of sorted subjects.
inline std::size_t count_distinct_times(std::span<const FollowUp> subjects) {
  std::size_t count = 0;
  for (std::size_t first = 0; first < subjects.size(); ++count) first = end_of_tie(subjects, first);
  return count;
}

/// Refuses a time at which a curve cannot be read: negative or not finite.
Status check_reading_times(std::span<const double> times);

}  // namespace kensho::stats
