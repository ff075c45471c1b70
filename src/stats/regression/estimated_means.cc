#include "stats/regression/estimated_means.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/linear/positive_definite.h"
#include "stats/regression/glm_inference.h"

namespace kensho::stats {
namespace {

LinearEstimate estimate_of(double estimate, double std_error, std::optional<double> df,
                           double level) {
  const double upper = 0.5 + level / 2;
  const double width = std_error * (df ? student_t_quantile(upper, *df) : normal_quantile(upper));
  const double statistic = std_error > 0 ? estimate / std_error : 0;
  return {estimate,  std_error,
          df,        {estimate - width, estimate + width},
          statistic, df ? student_t_two_sided(statistic, *df) : normal_two_sided(statistic)};
}

double form_value(const Matrix& forms, std::size_t row, std::span<const double> values) {
  double sum = 0;
  for (std::size_t j = 0; j < values.size(); ++j) sum += forms(row, j) * values[j];
  return sum;
}

void add_difference(Contrasts& contrasts, std::vector<double>& rows,
                    std::span<const std::string> names, const Matrix& forms, std::size_t a,
                    std::size_t b) {
  contrasts.names.push_back(fmt::format("{} - {}", names[a], names[b]));
  for (std::size_t j = 0; j < forms.columns(); ++j) rows.push_back(forms(a, j) - forms(b, j));
}

/// Row after row, as a matrix.
Matrix from_rows(std::span<const double> rows, std::size_t columns) {
  Matrix matrix(columns == 0 ? 0 : rows.size() / columns, columns);
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    for (std::size_t j = 0; j < columns; ++j) matrix(i, j) = rows[i * columns + j];
  }
  return matrix;
}

/// A column of the formula on the grid: its levels in use with their shares, or its mean.
struct GridColumn {
  Column column;
  std::vector<double> values;
  std::vector<double> shares;
};

GridColumn grid_column(const Column& column, std::span<const std::size_t> rows) {
  GridColumn grid{{column.name, {}, column.levels}, {}, {}};
  if (!column.categorical()) {
    double sum = 0;
    for (const std::size_t row : rows) sum += column.values[row];
    grid.values = {sum / static_cast<double>(rows.size())};
    grid.shares = {1};
    return grid;
  }
  std::vector<double> counts(column.levels.size());
  for (const std::size_t row : rows) counts[static_cast<std::size_t>(column.values[row])] += 1;
  for (std::size_t level = 0; level < counts.size(); ++level) {
    if (counts[level] == 0) continue;  // exactly: nobody
    grid.values.push_back(static_cast<double>(level));
    grid.shares.push_back(counts[level] / static_cast<double>(rows.size()));
  }
  return grid;
}

/// All combinations of the columns' values, and the weight of each.
struct Grid {
  std::vector<Column> columns;
  std::vector<double> weights;
};

Grid crossed(const std::vector<GridColumn>& columns, const std::string& factor,
             GridWeights weights) {
  std::size_t cells = 1;
  for (const GridColumn& column : columns) cells *= column.values.size();
  Grid grid{{}, std::vector<double>(cells, 1)};
  std::size_t repeat = 1;
  for (const GridColumn& from : columns) {
    Column column = from.column;
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const std::size_t at = cell / repeat % from.values.size();
      column.values.push_back(from.values[at]);
      if (column.name == factor) continue;
      grid.weights[cell] *= weights == GridWeights::proportional
                                ? from.shares[at]
                                : 1 / static_cast<double>(from.values.size());
    }
    repeat *= from.values.size();
    grid.columns.push_back(std::move(column));
  }
  return grid;
}

/// The columns on the right side.
std::set<std::string> right_side(const Formula& formula) {
  std::set<std::string> names;
  for (const Term& term : formula.terms) {
    for (const Factor& factor : term) names.insert(factor.column);
  }
  return names;
}

}  // namespace

Result<std::vector<LinearEstimate>> linear_estimates(const FittedCoefficients& fit,
                                                     const Matrix& forms,
                                                     std::span<const double> degrees_of_freedom,
                                                     double confidence_level) {
  ENSURE(forms.columns() == fit.values.size());
  ENSURE(degrees_of_freedom.size() <= 1 || degrees_of_freedom.size() == forms.rows());
  TRY(normal_multiplier(confidence_level));  // checks the level
  const std::vector<double> variances = row_variances(forms, fit.covariance);
  std::vector<LinearEstimate> estimates;
  for (std::size_t i = 0; i < forms.rows(); ++i) {
    std::optional<double> df;
    if (!degrees_of_freedom.empty()) {
      df = degrees_of_freedom[degrees_of_freedom.size() == 1 ? 0 : i];
    }
    estimates.push_back(estimate_of(form_value(forms, i, fit.values),
                                    std::sqrt(std::max(0.0, variances[i])), df, confidence_level));
  }
  return estimates;
}

Result<WaldTest> wald_test(const FittedCoefficients& fit, const Matrix& forms,
                           std::optional<double> denominator_df) {
  ENSURE(forms.columns() == fit.values.size());
  const std::size_t k = forms.rows();
  Matrix variance(k, k);
  std::vector<double> values(k);
  for (std::size_t a = 0; a < k; ++a) {
    values[a] = form_value(forms, a, fit.values);
    for (std::size_t b = 0; b < k; ++b) {
      for (std::size_t i = 0; i < forms.columns(); ++i) {
        for (std::size_t j = 0; j < forms.columns(); ++j) {
          variance(a, b) += forms(a, i) * fit.covariance(i, j) * forms(b, j);
        }
      }
    }
  }
  const CholeskyFactor factor = TRY(CholeskyFactor::make(variance, "the Wald test's variance"));
  const std::vector<double> solved = factor.solve(values);
  double chi_square = 0;
  for (std::size_t a = 0; a < k; ++a) chi_square += values[a] * solved[a];
  const double df = static_cast<double>(k);
  if (!denominator_df) {
    return WaldTest{chi_square, df, std::nullopt, chi_square_upper_tail(chi_square, df)};
  }
  return WaldTest{chi_square / df, df, denominator_df,
                  f_upper_tail(chi_square / df, df, *denominator_df)};
}

Contrasts pairwise_contrasts(std::span<const std::string> names, const Matrix& forms) {
  ENSURE(names.size() == forms.rows());
  Contrasts contrasts;
  std::vector<double> rows;
  for (std::size_t a = 0; a < names.size(); ++a) {
    for (std::size_t b = a + 1; b < names.size(); ++b) {
      add_difference(contrasts, rows, names, forms, a, b);
    }
  }
  contrasts.forms = from_rows(rows, forms.columns());
  return contrasts;
}

Contrasts contrasts_against(std::span<const std::string> names, const Matrix& forms,
                            std::size_t reference) {
  ENSURE(names.size() == forms.rows() && reference < names.size());
  Contrasts contrasts;
  std::vector<double> rows;
  for (std::size_t a = 0; a < names.size(); ++a) {
    if (a != reference) add_difference(contrasts, rows, names, forms, a, reference);
  }
  contrasts.forms = from_rows(rows, forms.columns());
  return contrasts;
}

Result<MarginalForms> marginal_forms(const Formula& formula, const DataTable& table,
                                     const std::string& factor, GridWeights weights) {
  const std::set<std::string> names = right_side(formula);
  const Column* asked = table.find(factor);
  if (!names.contains(factor) || asked == nullptr || !asked->categorical()) {
    return Error{
        Errc::invalid_argument,
        fmt::format("estimated means: '{}' is not a categorical column of the formula", factor)};
  }
  const DesignBuilder builder = TRY(DesignBuilder::make(formula, table));
  const Design design = TRY(builder.build(table));
  std::vector<GridColumn> columns;
  for (const std::string& name : names) {
    const Column* column = TRY(table.column(name));
    columns.push_back(grid_column(*column, design.rows));
  }
  Grid grid = crossed(columns, factor, weights);
  if (!formula.outcome.empty()) {  // never looked at, but the builder wants it there
    grid.columns.push_back({formula.outcome, std::vector<double>(grid.weights.size()), {}});
  }
  const DataTable cells = TRY(DataTable::make(grid.columns));
  const Design at_cells = TRY(builder.build(cells));
  const Column& of_factor = *cells.find(factor);

  MarginalForms result;
  const auto& asked_grid =
      *std::ranges::find_if(columns, [&](const GridColumn& c) { return c.column.name == factor; });
  result.forms = Matrix(asked_grid.values.size(), at_cells.x.columns());
  for (std::size_t level = 0; level < asked_grid.values.size(); ++level) {
    const double code = asked_grid.values[level];
    result.levels.push_back(asked->levels[static_cast<std::size_t>(code)]);
    for (std::size_t cell = 0; cell < grid.weights.size(); ++cell) {
      if (of_factor.values[cell] != code) continue;
      for (std::size_t j = 0; j < at_cells.x.columns(); ++j) {
        result.forms(level, j) += grid.weights[cell] * at_cells.x(cell, j);
      }
    }
  }
  return result;
}

}  // namespace kensho::stats
