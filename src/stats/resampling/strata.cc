#include "stats/resampling/strata.h"

#include <map>

#include <fmt/format.h>

namespace kensho::stats {

Result<std::vector<std::vector<std::size_t>>> rows_by_stratum(std::size_t n,
                                                              std::span<const int> strata) {
  if (n == 0) return Error{Errc::invalid_argument, "resampling: there is no row"};
  if (!strata.empty() && strata.size() != n) {
    return Error{Errc::invalid_argument,
                 fmt::format("resampling: {} rows but {} strata", n, strata.size())};
  }
  std::map<int, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < n; ++i) members[strata.empty() ? 0 : strata[i]].push_back(i);
  std::vector<std::vector<std::size_t>> rows;
  for (auto& [code, of_stratum] : members) rows.push_back(std::move(of_stratum));
  return rows;
}

}  // namespace kensho::stats
