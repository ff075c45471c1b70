// The columns a survival method reads from a table, on the rows where none of them is missing.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stats/menu/document.h"

namespace kensho::stats {

/// Columns named by options; options not given are left out.
class SurvivalColumns {
 public:
  /// Finds the rows complete in all of them.
  static SurvivalColumns make(const DataTable& table, const Arguments& arguments,
                              std::span<const std::string_view> options);

  /// The values of an option's column; empty where it is not given.
  std::vector<double> numbers(std::string_view option) const;
  /// The same as whole numbers. Errors: invalid_argument where one is not whole.
  Result<std::vector<int>> codes(std::string_view option) const;
  /// What a group's code is called, of an option that is given.
  std::string label(std::string_view option, int code) const;
  /// The rows of each group in ascending order of code; one group of code 0 where not given.
  Result<std::map<int, std::vector<std::size_t>>> groups(std::string_view option) const;

  /// Keeps these of the rows there are, by their place among them.
  void keep(std::span<const std::size_t> places);

  std::size_t rows() const { return complete_.rows.size(); }
  std::size_t left_out() const { return complete_.left_out; }

 private:
  std::map<std::string, const Column*, std::less<>> columns_;  // borrowed from the table
  CompleteRows complete_{};
};

/// The elements at these places.
template <class Value>
std::vector<Value> at_places(const std::vector<Value>& values,
                             std::span<const std::size_t> places) {
  std::vector<Value> found;
  if (values.empty()) return found;
  found.reserve(places.size());
  for (const std::size_t place : places) found.push_back(values[place]);
  return found;
}

}  // namespace kensho::stats
