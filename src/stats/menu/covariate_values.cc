#include "stats/menu/covariate_values.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <vector>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

// The value of a column as the user writes it: a level's name or a number.
Result<double> value_of(const Column& column, const std::string& text) {
  for (std::size_t level = 0; level < column.levels.size(); ++level) {
    if (column.levels[level] == text) return static_cast<double>(level);
  }
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (column.categorical() || text.empty() || *end != '\0') {
    return Error{Errc::invalid_argument,
                 fmt::format("at: '{}' is no value of the column '{}'", text, column.name)};
  }
  return value;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// "age=60, sex=f" by name.
Result<std::map<std::string, std::string>> parse_values(const std::string& text) {
  std::map<std::string, std::string> values;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const std::string part = text.substr(from, comma - from);
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) {
      return Error{Errc::invalid_argument,
                   fmt::format("at: '{}' is not of the form column=value", trimmed(part))};
    }
    values[trimmed(part.substr(0, equals))] = trimmed(part.substr(equals + 1));
    from = comma + 1;
  }
  return values;
}

}  // namespace

Result<DataTable> row_with(const DataTable& table, std::size_t complete_row, const Formula& formula,
                           const std::string& text) {
  const auto values = TRY(parse_values(text));
  const DataTable one = table.rows_at({complete_row});
  std::vector<Column> changed = one.columns();
  const std::vector<std::string> needed = columns_of(formula);
  for (const std::string& name : needed) {
    if (values.contains(name)) continue;
    return Error{Errc::invalid_argument, fmt::format("at: the column '{}' has no value", name)};
  }
  for (const auto& [name, value] : values) {
    if (std::ranges::find(needed, name) == needed.end()) {
      return Error{Errc::invalid_argument, fmt::format("at: the formula has no column '{}'", name)};
    }
    Column& column = *std::ranges::find(changed, name, &Column::name);
    column.values[0] = TRY(value_of(column, value));
  }
  return DataTable::make(std::move(changed));
}

}  // namespace kensho::stats
