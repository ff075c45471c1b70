// The pieces the documents of the menu have in common.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "stats/describe/chi_square_statistic.h"
#include "stats/describe/interval.h"
#include "stats/linear/matrix.h"
#include "stats/menu/method.h"

namespace kensho::stats {

/// A number, or null where it is not finite: say why in "warnings".
Json number_json(double value);
Json number_json(std::optional<double> value);
Json numbers_json(std::span<const double> values);

/// {"lower": ..., "upper": ...} or null.
Json interval_json(const std::optional<Interval>& interval);

/// An array of the matrix's rows, each an array of numbers.
Json matrix_json(const Matrix& matrix);

/// One row of a table of coefficients.
struct CoefficientRow {
  std::string name;
  double estimate;
  double std_error;
  double statistic;                          // estimate / std_error
  std::optional<double> degrees_of_freedom;  // none: the normal distribution
  double p_value;
  Interval interval;
};

/// The row of an estimate, its test and limits NaN where nothing is left to judge it by (no degrees
/// of freedom, or neither estimate nor error differ from zero): two-sided test of zero and
/// interval, by Student's t with the degrees of freedom, or by the normal distribution.
CoefficientRow coefficient_row(std::string name, double estimate, double std_error,
                               double confidence_level,
                               std::optional<double> degrees_of_freedom = {});
Json coefficients_json(std::span<const CoefficientRow> rows);
/// Name, exponential of the estimate under the key `ratio`, and exponentials of its limits.
Json ratios_json(std::span<const CoefficientRow> rows, std::string_view ratio = "ratio");

Json chi_square_json(const ChiSquareStatistic& test);

/// The option every method with an interval has.
Option confidence_option();

/// The row indices where every named column has a value; the others are counted as left out.
struct CompleteRows {
  std::vector<std::size_t> rows;
  std::size_t left_out;
};
CompleteRows complete_rows(const DataTable& table, std::span<const Column* const> columns);

/// The values of a column at these rows.
std::vector<double> values_at(const Column& column, std::span<const std::size_t> rows);
/// The same, rounded to whole numbers: events, groups. Errors: invalid_argument where one is not
/// whole, with its row.
Result<std::vector<int>> codes_at(const Column& column, std::span<const std::size_t> rows);

/// What a group's code is called: its level, or its number.
std::string label_of(const Column& column, int code);

}  // namespace kensho::stats
