#include "stats/menu/document.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {

Json number_json(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json number_json(std::optional<double> value) {
  return value ? number_json(*value) : Json(nullptr);
}

Json numbers_json(std::span<const double> values) {
  Json array = Json::array();
  for (const double value : values) array.push(number_json(value));
  return array;
}

Json interval_json(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return Json::object()
      .set("lower", number_json(interval->lower))
      .set("upper", number_json(interval->upper));
}

Json matrix_json(const Matrix& matrix) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < matrix.columns(); ++j) row.push(number_json(matrix(i, j)));
    rows.push(std::move(row));
  }
  return rows;
}

CoefficientRow coefficient_row(std::string name, double estimate, double std_error,
                               double confidence_level, std::optional<double> degrees_of_freedom) {
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  const double statistic = estimate / std_error;
  if (std::isnan(statistic) || (degrees_of_freedom && !(*degrees_of_freedom > 0))) {
    return {.name = std::move(name),
            .estimate = estimate,
            .std_error = std_error,
            .statistic = undefined,
            .degrees_of_freedom = degrees_of_freedom,
            .p_value = undefined,
            .interval = {undefined, undefined}};
  }
  const double upper = 1 - (1 - confidence_level) / 2;
  const double width =
      std_error * (degrees_of_freedom ? student_t_quantile(upper, *degrees_of_freedom)
                                      : normal_quantile(upper));
  return {.name = std::move(name),
          .estimate = estimate,
          .std_error = std_error,
          .statistic = statistic,
          .degrees_of_freedom = degrees_of_freedom,
          .p_value = degrees_of_freedom ? student_t_two_sided(statistic, *degrees_of_freedom)
                                        : normal_two_sided(statistic),
          .interval = {estimate - width, estimate + width}};
}

Json coefficients_json(std::span<const CoefficientRow> rows) {
  Json array = Json::array();
  for (const CoefficientRow& row : rows) {
    Json object = Json::object();
    object.set("name", row.name).set("estimate", number_json(row.estimate));
    object.set("std_error", number_json(row.std_error));
    object.set("statistic", number_json(row.statistic));
    if (row.degrees_of_freedom) object.set("df", number_json(*row.degrees_of_freedom));
    object.set("p_value", number_json(row.p_value));
    object.set("lower", number_json(row.interval.lower));
    object.set("upper", number_json(row.interval.upper));
    array.push(std::move(object));
  }
  return array;
}

Json ratios_json(std::span<const CoefficientRow> rows, std::string_view ratio) {
  Json array = Json::array();
  for (const CoefficientRow& row : rows) {
    Json object = Json::object();
    object.set("name", row.name).set(ratio, number_json(std::exp(row.estimate)));
    object.set("lower", number_json(std::exp(row.interval.lower)));
    object.set("upper", number_json(std::exp(row.interval.upper)));
    array.push(std::move(object));
  }
  return array;
}

Json chi_square_json(const ChiSquareStatistic& test) {
  return Json::object()
      .set("statistic", number_json(test.statistic))
      .set("df", number_json(test.degrees_of_freedom))
      .set("p_value", number_json(test.p_value));
}

Option confidence_option() {
  return {.name = "confidence",
          .kind = OptionKind::probability,
          .help = "level of the confidence intervals",
          .fallback = "0.95"};
}

CompleteRows complete_rows(const DataTable& table, std::span<const Column* const> columns) {
  CompleteRows complete{};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const bool all = std::ranges::none_of(
        columns, [row](const Column* column) { return std::isnan(column->values[row]); });
    if (all) {
      complete.rows.push_back(row);
    } else {
      ++complete.left_out;
    }
  }
  return complete;
}

std::vector<double> values_at(const Column& column, std::span<const std::size_t> rows) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::size_t row : rows) values.push_back(column.values[row]);
  return values;
}

Result<std::vector<int>> codes_at(const Column& column, std::span<const std::size_t> rows) {
  std::vector<int> codes;
  codes.reserve(rows.size());
  for (const std::size_t row : rows) {
    const double value = column.values[row];
    if (value != std::floor(value) || std::abs(value) > 1e9) {  // exactly: a code
      return Error{Errc::invalid_argument,
                   fmt::format("column '{}', row {}: not a whole number", column.name, row + 1)};
    }
    codes.push_back(static_cast<int>(value));
  }
  return codes;
}

std::string label_of(const Column& column, int code) {
  return column.categorical() ? column.levels.at(static_cast<std::size_t>(code))
                              : fmt::format("{}", code);
}

}  // namespace kensho::stats
