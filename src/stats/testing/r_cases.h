// For tests only: the cases of tests/reference/r, which R made, and their data.
#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "stats/testing/reference_test_support.h"

namespace kensho::stats::testing {

/// All cases of a file: `file` as 03_competing.
inline const Json& r_cases(std::string_view file) {
  static std::map<std::string, Json> read;
  Json& reference = read[std::string(file)];
  if (reference.is_null())
    reference = read_reference(reference_path(fmt::format("r/{}.json", file)));
  return reference.at("cases");
}

/// The expected values of a case: `id` as fg-bmt-trm. The test stops if there is none.
inline const Json& r_case(std::string_view file, std::string_view id) {
  const std::string full = fmt::format("O-{}-{}", file, id);
  const Json& cases = r_cases(file);
  const auto found =
      std::ranges::find_if(cases, [&](const Json& entry) { return entry.at("id") == full; });
  REQUIRE_MESSAGE(found != cases.end(), full);
  return found->at("expected");
}

/// A data set of the cases.
inline Table reference_data(const std::string& name) {
  return read_csv(reference_path("r/data/" + name + ".csv"));
}

/// The rows of a table for which `keep` holds.
template <class Keep>
Table rows_where(const Table& table, const Keep& keep) {
  Table kept;
  const std::size_t rows = table.begin()->second.size();
  for (std::size_t i = 0; i < rows; ++i) {
    if (!keep(i)) continue;
    for (const auto& [name, cells] : table) kept[name].push_back(cells[i]);
  }
  return kept;
}

/// The place of each cell among the sorted distinct ones.
inline std::vector<int> level_codes(const std::vector<std::string>& cells) {
  const std::set<std::string> levels(cells.begin(), cells.end());
  std::vector<int> places;
  for (const std::string& cell : cells) {
    places.push_back(static_cast<int>(std::distance(levels.begin(), levels.find(cell))));
  }
  return places;
}

/// Compares with a number, an array or an object of numbers, in its order; null is skipped.
inline void compare_values(Agreement& agreement, const std::vector<double>& got,
                           const Json& expected) {
  const Json values = expected.is_structured() ? expected : Json::array({expected});
  REQUIRE(got.size() == values.size());
  std::size_t i = 0;
  for (const Json& value : values) {
    if (!value.is_null()) agreement.compare(got[i], value.get<double>());
    ++i;
  }
}

}  // namespace kensho::stats::testing
