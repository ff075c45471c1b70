#include "stats/contingency/count_table.h"

#include <algorithm>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

Error refusal(const char* what, const std::string& why) {
  return {Errc::invalid_argument, fmt::format("{}: {}", what, why)};
}

}  // namespace

Result<CountTable> CountTable::make(std::size_t rows, std::size_t columns,
                                    std::vector<std::int64_t> counts, const char* what) {
  if (rows < 2 || columns < 2 || counts.size() != rows * columns) {
    return refusal(what, fmt::format("a table of {} by {} with {} counts; it needs at least 2 by 2",
                                     rows, columns, counts.size()));
  }
  CountTable table;
  table.row_totals_.resize(rows);
  table.column_totals_.resize(columns);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      const std::int64_t count = counts[i * columns + j];
      if (count < 0 || count > (std::int64_t{1} << 31)) {
        return refusal(what, fmt::format("count {} in row {}, column {}", count, i + 1, j + 1));
      }
      table.row_totals_[i] += count;
      table.column_totals_[j] += count;
      table.total_ += count;
    }
  }
  const auto empty = [](std::int64_t total) { return total == 0; };
  if (std::ranges::any_of(table.row_totals_, empty)) return refusal(what, "a row is empty");
  if (std::ranges::any_of(table.column_totals_, empty)) return refusal(what, "a column is empty");
  if (table.total_ > (std::int64_t{1} << 31)) {
    return refusal(what, fmt::format("a total of {} is above 2^31", table.total_));
  }
  table.counts_ = std::move(counts);
  return table;
}

}  // namespace kensho::stats
