// A sample of numbers: what every method on one asks of it first.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// Refuses what is no sample.
/// Errors  invalid_argument: fewer than `size_min` values, or one that is not finite, with its row;
///         the message begins with `what`.
Status check_sample(std::span<const double> values, std::string_view what,
                    std::size_t size_min = 1);

/// Refuses a sample and its group codes of different length, besides what check_sample does.
Status check_grouped_sample(std::span<const double> values, std::span<const int> group,
                            std::string_view what);

/// Count, mean and spread of a sample. The order of the values changes no bit.
struct SampleMoments {
  double n;
  double mean;
  double squares;  // sum of (x - mean)^2

  double variance() const { return squares / (n - 1); }  // n > 1
};

/// The moments of a checked sample. Cost O(n log n), a copy of the values.
SampleMoments sample_moments(std::span<const double> values);

/// The values of each group, in ascending order of group code.
struct GroupedSample {
  std::vector<int> codes;
  std::vector<std::vector<double>> values;
};

/// Splits a checked sample by its group codes. Cost O(n log n).
GroupedSample split_by_group(std::span<const double> values, std::span<const int> group);

}  // namespace kensho::stats
