#include "stats/location/ranks.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace kensho::stats {

Ranks midranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  Ranks ranks{std::vector<double>(values.size()), 0};
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;  // ties
    const auto size = static_cast<double>(end - first);
    for (std::size_t i = first; i < end; ++i) {
      ranks.rank[order[i]] = static_cast<double>(first + end + 1) / 2;
    }
    ranks.tie_sum += size * size * size - size;
    first = end;
  }
  return ranks;
}

}  // namespace kensho::stats
