// Covariates as a user writes them, "age=60, sex=f", made a row to predict for.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "stats/design/data_table.h"
#include "stats/design/formula.h"

namespace kensho::stats {

/// A table of one row: `complete_row` of `table` with the values that `text` gives to every column
/// of the formula.
/// Errors  invalid_argument, naming the column: no value given, not in the formula, no such level,
///         not a number; a part that is not column=value.
Result<DataTable> row_with(const DataTable& table, std::size_t complete_row, const Formula& formula,
                           const std::string& text);

}  // namespace kensho::stats
