#include "stats/design/data_table.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kensho::stats {
namespace {

// Beyond these, fourth powers of the values overflow or vanish, and with them what methods compute.
constexpr double largest_size = 1e75;
constexpr double smallest_size = 1e-75;

bool can_be_computed_with(double value) {
  const double size = std::abs(value);
  return std::isnan(value) || value == 0 || (size >= smallest_size && size <= largest_size);
}

bool names_a_level(double value, std::size_t level_count) {
  return std::isnan(value) || (value >= 0 && value < static_cast<double>(level_count) &&
                               value == std::floor(value));  // exactly: an index
}

Status check(const Column& column, std::size_t rows) {
  if (column.values.size() != rows) {
    return Error{Errc::invalid_argument, fmt::format("column '{}' has {} rows, the first one {}",
                                                     column.name, column.values.size(), rows)};
  }
  for (std::size_t i = 0; i < rows; ++i) {
    const double value = column.values[i];
    if (std::isinf(value)) {
      return Error{Errc::invalid_argument,
                   fmt::format("column '{}', row {}: infinite", column.name, i + 1)};
    }
    if (!can_be_computed_with(value)) {
      return Error{Errc::invalid_argument,
                   fmt::format("column '{}', row {}: {} is too far from 1 to compute with; give the "
                               "column in another unit",
                               column.name, i + 1, value)};
    }
    if (column.categorical() && !names_a_level(value, column.levels.size())) {
      return Error{
          Errc::invalid_argument,
          fmt::format("column '{}', row {}: no level has the index {}", column.name, i + 1, value)};
    }
  }
  return ok();
}

}  // namespace

Result<DataTable> DataTable::make(std::vector<Column> columns) {
  if (columns.empty()) return Error{Errc::invalid_argument, "a table needs a column"};
  std::set<std::string_view> names;
  for (const Column& column : columns) {
    if (column.name.empty() || !names.insert(column.name).second) {
      return Error{Errc::invalid_argument,
                   fmt::format("two columns, or none, are named '{}'", column.name)};
    }
    TRY(check(column, columns.front().values.size()));
  }
  return DataTable(std::move(columns));
}

const Column* DataTable::find(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name, &Column::name);
  return found == columns_.end() ? nullptr : &*found;
}

Result<const Column*> DataTable::column(std::string_view name) const {
  if (const Column* found = find(name)) return found;
  std::vector<std::string_view> names;
  for (const Column& column : columns_) names.push_back(column.name);
  return Error{Errc::not_found,
               fmt::format("no column '{}'; there are: {}", name, fmt::join(names, ", "))};
}

DataTable DataTable::rows_at(const std::vector<std::size_t>& rows) const {
  std::vector<Column> columns = columns_;
  for (Column& column : columns) {
    std::vector<double> values;
    values.reserve(rows.size());
    for (const std::size_t row : rows) values.push_back(column.values[row]);
    column.values = std::move(values);
  }
  return DataTable(std::move(columns));
}

}  // namespace kensho::stats
