// Ranks of a sample, ties sharing their middle.
#pragma once

#include <span>
#include <vector>

namespace kensho::stats {

/// The rank of each value, in the order given.
struct Ranks {
  std::vector<double> rank;  // from 1; tied values share the mean of their ranks
  double tie_sum;            // sum of t^3 - t over ties of t values: 0 without ties

  bool tied() const { return tie_sum > 0; }
};

/// Midranks of finite values. Cost O(n log n).
Ranks midranks(std::span<const double> values);

}  // namespace kensho::stats
