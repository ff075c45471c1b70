// Subjects split by stratum, and the chi-square of groups compared in them. Internal to the tests
// of equal curves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/survival/labels.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {

/// The subjects of each stratum in ascending time, each with the code `code(row)`; one stratum
/// where there are no labels. Times must have been checked.
/// Cost    O(n).
template <class Code>
std::vector<std::vector<FollowUp>> sorted_strata(std::span<const double> time,
                                                 const Labels& stratum, const Code& code) {
  std::vector<std::size_t> sizes(std::max<std::size_t>(stratum.distinct.size(), 1), 0);
  const auto stratum_of = [&](std::size_t i) {
    return stratum.index.empty() ? 0 : stratum.index[i];
  };
  for (std::size_t i = 0; i < time.size(); ++i) ++sizes[stratum_of(i)];

  std::vector<std::vector<FollowUp>> strata(sizes.size());
  for (std::size_t s = 0; s < sizes.size(); ++s) strata[s].reserve(sizes[s]);
  for (std::size_t i = 0; i < time.size(); ++i) {
    strata[stratum_of(i)].push_back({time[i] + 0.0, code(i)});
  }
  for (auto& subjects : strata) sort_by_time(subjects);
  return strata;
}

/// u' V^-1 u over the groups in `kept`, V being k by k, row by row; none where V is singular: a
/// pivot has lost all but 1e-10 of its variance.
/// Cost    O(k^3 / 3), by Cholesky.
std::optional<double> quadratic_form(std::span<const double> u, std::span<const double> variance,
                                     std::span<const std::size_t> kept);

}  // namespace kensho::stats
