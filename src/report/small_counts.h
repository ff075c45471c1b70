// Counts that are too small to be published without pointing at people.
#pragma once

#include <cstdint>
#include <vector>

namespace kensho::report {

/// Counts of people from 1 to 9 are not published. Source: the threshold of the national claims
/// database (guideline on its use: cells below 10 are not shown); zero points at nobody.
inline constexpr int smallest_shown_count = 10;

inline bool is_small(std::int64_t count) {
  return count > 0 && count < smallest_shown_count;
}

enum class Shown : unsigned char { as_is, small, withheld };

/// How to show counts that add up to a known total: a single small one could be had by subtraction,
/// so the smallest of the others is then withheld too.
std::vector<Shown> show_counts(const std::vector<std::int64_t>& counts);

}  // namespace kensho::report
