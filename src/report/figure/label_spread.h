// Moving labels apart so that none covers another.
#pragma once

#include <optional>
#include <vector>

namespace kensho::report {

// A label that wants its centre at `center`.
struct SpreadLabel {
  double center;
  double height;
};

// The centres, in input order, nearest to the wanted ones (least squares) such that no two labels
// overlap and all stay within [lowest, highest]; nothing when they cannot all fit.
// Cost: O(n^2) for n labels, which are few.
// Source: isotonic regression by pooling adjacent violators (Barlow et al. 1972), in which
// shifting each label by the heights before it turns "no overlap" into "non-decreasing".
std::optional<std::vector<double>> spread_labels(const std::vector<SpreadLabel>& labels,
                                                 double lowest, double highest);

}  // namespace kensho::report
