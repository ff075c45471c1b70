#include "stats/menu/survival_columns.h"

namespace kensho::stats {

SurvivalColumns SurvivalColumns::make(const DataTable& table, const Arguments& arguments,
                                      std::span<const std::string_view> options) {
  SurvivalColumns columns;
  std::vector<const Column*> used;
  for (const std::string_view option : options) {
    if (!arguments.has(option)) continue;
    const Column* column = &arguments.column(option);
    columns.columns_[std::string(option)] = column;
    used.push_back(column);
  }
  columns.complete_ = complete_rows(table, used);
  return columns;
}

std::vector<double> SurvivalColumns::numbers(std::string_view option) const {
  const auto found = columns_.find(option);
  if (found == columns_.end()) return {};
  return values_at(*found->second, complete_.rows);
}

Result<std::vector<int>> SurvivalColumns::codes(std::string_view option) const {
  const auto found = columns_.find(option);
  if (found == columns_.end()) return std::vector<int>{};
  return codes_at(*found->second, complete_.rows);
}

std::string SurvivalColumns::label(std::string_view option, int code) const {
  const auto found = columns_.find(option);
  return found == columns_.end() ? "all" : label_of(*found->second, code);
}

Result<std::map<int, std::vector<std::size_t>>> SurvivalColumns::groups(
    std::string_view option) const {
  std::map<int, std::vector<std::size_t>> groups;
  const std::vector<int> codes = TRY(this->codes(option));
  for (std::size_t i = 0; i < rows(); ++i) groups[codes.empty() ? 0 : codes[i]].push_back(i);
  return groups;
}

void SurvivalColumns::keep(std::span<const std::size_t> places) {
  complete_.left_out += complete_.rows.size() - places.size();
  complete_.rows = at_places(complete_.rows, places);
}

}  // namespace kensho::stats
