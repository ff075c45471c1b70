// The rows of a table by the value of a column.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "stats/menu/document.h"

namespace kensho::stats {

/// One group: what it is called and its rows, ascending.
struct RowGroup {
  std::string label;
  std::vector<std::size_t> rows;
};

/// The groups of these rows in ascending order of code, none of them empty. Without a column one
/// group of all rows, labelled "all".
/// Errors  invalid_argument as codes_at.
Result<std::vector<RowGroup>> row_groups(const Column* column, std::span<const std::size_t> rows);

/// The column of an option, or nullptr where it was not given.
const Column* optional_column(const Arguments& arguments, std::string_view name);

/// The rows that miss nothing of the columns; nullptr among them stands for none.
CompleteRows rows_with_all(const DataTable& table, std::vector<const Column*> columns);

/// Sum of a column's values at these rows, as a count. Errors: invalid_argument as codes_at, or
/// below 0.
Result<std::int64_t> count_at(const Column& column, std::span<const std::size_t> rows);
double sum_at(const Column& column, std::span<const std::size_t> rows);

}  // namespace kensho::stats
