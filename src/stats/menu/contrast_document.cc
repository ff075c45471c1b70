#include "stats/menu/contrast_document.h"

#include <algorithm>

#include <fmt/format.h>

#include "stats/longitudinal/marginal_means.h"
#include "stats/menu/document.h"

namespace kensho::stats {
namespace {

Json labelled(const RowLabels& labels) {
  Json object = Json::object();
  for (const auto& [name, value] : labels) object.set(name, value);
  return object;
}

}  // namespace

Json mean_json(const RowLabels& labels, const ContrastEstimate& mean, double confidence_level) {
  const CoefficientRow row =
      coefficient_row("", mean.estimate, mean.std_error, confidence_level, mean.degrees_of_freedom);
  Json object = labelled(labels);
  object.set("mean", number_json(row.estimate)).set("std_error", number_json(row.std_error));
  object.set("df", number_json(mean.degrees_of_freedom));
  object.set("lower", number_json(row.interval.lower));
  object.set("upper", number_json(row.interval.upper));
  return object;
}

Json difference_json(const RowLabels& labels, const ContrastEstimate& difference,
                     double confidence_level) {
  const CoefficientRow row = coefficient_row("", difference.estimate, difference.std_error,
                                             confidence_level, difference.degrees_of_freedom);
  Json object = labelled(labels);
  object.set("estimate", number_json(row.estimate)).set("std_error", number_json(row.std_error));
  object.set("df", number_json(difference.degrees_of_freedom));
  object.set("statistic", number_json(row.statistic)).set("p_value", number_json(row.p_value));
  object.set("lower", number_json(row.interval.lower));
  object.set("upper", number_json(row.interval.upper));
  return object;
}

std::vector<double> less(std::vector<double> weights, const std::vector<double>& other) {
  std::ranges::transform(weights, other, weights.begin(), [](double a, double b) { return a - b; });
  return weights;
}

Result<DataTable> with_categories(const DataTable& table, const std::vector<std::string>& names) {
  std::vector<Column> columns = table.columns();
  for (Column& column : columns) {
    if (std::ranges::find(names, column.name) != names.end()) column = TRY(as_categorical(column));
  }
  return DataTable::make(std::move(columns));
}

Result<double> checked_confidence(double level) {
  if (level > 0 && level < 1) return level;
  return Error{Errc::invalid_argument,
               fmt::format("the confidence level must be between 0 and 1, not {}", level)};
}

}  // namespace kensho::stats
