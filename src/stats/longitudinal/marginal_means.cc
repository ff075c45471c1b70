#include "stats/longitudinal/marginal_means.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "stats/design/design_matrix.h"

namespace kensho::stats {
namespace {

constexpr std::size_t most_cells = 1'000'000;
constexpr std::size_t most_levels = 1000;

/// The columns the terms of a formula name.
std::set<std::string> columns_of_terms(const Formula& formula) {
  std::set<std::string> names;
  for (const Term& term : formula.terms) {
    for (const Factor& factor : term) names.insert(factor.column);
  }
  return names;
}

/// The levels of a column that complete rows have, ascending.
std::vector<double> levels_in_use(const Column& column, std::span<const std::size_t> rows) {
  std::set<double> used;
  for (const std::size_t row : rows) used.insert(column.values[row]);
  return {used.begin(), used.end()};
}

double mean_of(const Column& column, std::span<const std::size_t> rows) {
  double sum = 0;
  for (const std::size_t row : rows) sum += column.values[row];
  return sum / static_cast<double>(rows.size());
}

/// Every combination of the levels of the factors, `by` first and its last running fastest after
/// the others.
struct Grid {
  std::vector<std::string> factors;
  std::vector<std::vector<double>> levels;
  std::size_t cells = 1;  // of `by`
  std::size_t rows = 1;

  /// The level of factor `index` in a row; rows of one cell of `by` stand together.
  double level(std::size_t index, std::size_t row) const {
    std::size_t block = rows;
    for (std::size_t i = 0; i <= index; ++i) block /= levels[i].size();
    return levels[index][row / block % levels[index].size()];
  }
};

Result<Grid> grid_of(const Formula& formula, const DataTable& table,
                     const std::vector<std::string>& by, std::span<const std::size_t> rows) {
  const std::set<std::string> names = columns_of_terms(formula);
  Grid grid;
  grid.factors = by;
  for (const std::string& name : names) {
    const Column* column = table.find(name);
    if (column == nullptr || !column->categorical()) continue;
    if (std::ranges::find(by, name) == by.end()) grid.factors.push_back(name);
  }
  for (std::size_t i = 0; i < grid.factors.size(); ++i) {
    const Column* column = table.find(grid.factors[i]);
    if (column == nullptr || !column->categorical() || !names.contains(grid.factors[i])) {
      return Error{
          Errc::invalid_argument,
          fmt::format("marginal means: '{}' is no factor of the formula", grid.factors[i])};
    }
    grid.levels.push_back(levels_in_use(*column, rows));
    grid.rows *= grid.levels.back().size();
    if (i < by.size()) grid.cells = grid.rows;
    if (grid.rows > most_cells) {
      return Error{Errc::invalid_argument,
                   fmt::format("marginal means: the factors have more than {} combinations of "
                               "levels; leave out '{}'",
                               most_cells, grid.factors[i])};
    }
  }
  return grid;
}

/// The grid as a table: factors by their levels, numbers at their means, the rest 0.
Result<DataTable> table_of(const Grid& grid, const DataTable& table,
                           std::span<const std::size_t> rows) {
  std::vector<Column> columns;
  for (const Column& column : table.columns()) {
    const auto found = std::ranges::find(grid.factors, column.name);
    Column filled{column.name, std::vector<double>(grid.rows), column.levels};
    if (found != grid.factors.end()) {
      const auto index = static_cast<std::size_t>(found - grid.factors.begin());
      for (std::size_t row = 0; row < grid.rows; ++row) filled.values[row] = grid.level(index, row);
    } else if (!column.categorical()) {
      const double mean = mean_of(column, rows);
      std::ranges::fill(filled.values, std::isfinite(mean) ? mean : 0.0);
    }
    columns.push_back(std::move(filled));
  }
  return DataTable::make(std::move(columns));
}

}  // namespace

Result<Column> as_categorical(const Column& column) {
  if (column.categorical()) return column;
  std::map<double, double> place;
  for (const double value : column.values) {
    if (std::isnan(value)) continue;
    if (value != std::floor(value) || std::abs(value) > 1e9) {  // exactly: a code
      return Error{Errc::invalid_argument,
                   fmt::format("column '{}' is taken as categories, but {} is not a whole number",
                               column.name, value)};
    }
    place[value] = 0;
  }
  if (place.size() > most_levels) {
    return Error{Errc::invalid_argument,
                 fmt::format("column '{}' has {} distinct numbers; at most {} can be categories",
                             column.name, place.size(), most_levels)};
  }
  Column categorical{column.name, column.values, {}};
  for (auto& [value, index] : place) {
    index = static_cast<double>(categorical.levels.size());
    categorical.levels.push_back(fmt::format("{}", value));
  }
  for (double& value : categorical.values) {
    if (!std::isnan(value)) value = place[value];
  }
  return categorical;
}

Result<std::vector<MarginalMean>> marginal_means(const Formula& formula, const DataTable& table,
                                                 const std::vector<std::string>& by,
                                                 const std::vector<std::string>& also_complete) {
  const DesignBuilder builder = TRY(DesignBuilder::make(formula, table, also_complete));
  const Design fitted = TRY(builder.build(table));
  const Grid grid = TRY(grid_of(formula, table, by, fitted.rows));
  const DataTable cells = TRY(table_of(grid, table, fitted.rows));
  const Design design = TRY(builder.build(cells));
  const std::size_t rows = grid.rows / grid.cells;
  std::vector<MarginalMean> means;
  for (std::size_t cell = 0; cell < grid.cells; ++cell) {
    MarginalMean mean{{}, std::vector<double>(design.x.columns(), 0.0)};
    for (std::size_t i = 0; i < by.size(); ++i) {
      mean.level.push_back(static_cast<std::size_t>(grid.level(i, cell * rows)));
    }
    for (std::size_t row = cell * rows; row < (cell + 1) * rows; ++row) {
      for (std::size_t j = 0; j < mean.weights.size(); ++j) {
        mean.weights[j] += design.x(row, j) / static_cast<double>(rows);
      }
    }
    means.push_back(std::move(mean));
  }
  return means;
}

}  // namespace kensho::stats
