// The rows of a GEE laid out cluster after cluster.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/longitudinal/gee.h"

namespace kensho::stats {

/// Rows sorted by cluster, then wave; waves are numbered from 0, in their order or (ar1)
/// by their distance.
struct Clusters {
  Matrix x;
  std::vector<double> outcome;
  std::vector<double> offset;  // zeros where there is none
  std::vector<int> wave;
  std::vector<std::size_t> begin;  // of each cluster, and the number of rows at the end
  std::vector<int> label;          // of each cluster
  std::size_t waves;               // numbers of waves
  std::size_t size_max;
};

/// Errors  as fit_gee for the data.
/// Cost    O(n (p + log n)).
Result<Clusters> lay_out(const GeeData& data, const GeeChoice& choice);

}  // namespace kensho::stats
