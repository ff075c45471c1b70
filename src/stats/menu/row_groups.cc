#include "stats/menu/row_groups.h"

#include <map>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"

namespace kensho::stats {

Result<std::vector<RowGroup>> row_groups(const Column* column, std::span<const std::size_t> rows) {
  if (column == nullptr) return std::vector<RowGroup>{{"all", {rows.begin(), rows.end()}}};
  const std::vector<int> codes = TRY(codes_at(*column, rows));
  std::map<int, std::vector<std::size_t>> found;
  for (std::size_t i = 0; i < rows.size(); ++i) found[codes[i]].push_back(rows[i]);
  std::vector<RowGroup> groups;
  for (auto& [code, members] : found) {
    groups.push_back({label_of(*column, code), std::move(members)});
  }
  return groups;
}

const Column* optional_column(const Arguments& arguments, std::string_view name) {
  return arguments.has(name) ? &arguments.column(name) : nullptr;
}

CompleteRows rows_with_all(const DataTable& table, std::vector<const Column*> columns) {
  std::erase(columns, nullptr);
  return complete_rows(table, columns);
}

Result<std::int64_t> count_at(const Column& column, std::span<const std::size_t> rows) {
  const std::vector<int> values = TRY(codes_at(column, rows));
  std::int64_t total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < 0) {
      return Error{Errc::invalid_argument,
                   fmt::format("column '{}', row {}: a count below 0", column.name, rows[i] + 1)};
    }
    total += values[i];
  }
  return total;
}

double sum_at(const Column& column, std::span<const std::size_t> rows) {
  CompensatedSum sum;
  for (const std::size_t row : rows) sum.add(column.values[row]);
  return sum.value();
}

}  // namespace kensho::stats
