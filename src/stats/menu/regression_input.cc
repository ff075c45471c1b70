#include "stats/menu/regression_input.h"

#include <cmath>

namespace kensho::stats {
namespace {

/// The column of an option that not every method has.
const Column* optional_column(const Arguments& arguments, std::string_view name) {
  return arguments.has(name) ? &arguments.column(name) : nullptr;
}

}  // namespace

Result<Formula> formula_with_outcome(const Arguments& arguments) {
  Formula formula = TRY(parse_formula(arguments.text("formula")));
  if (!formula.outcome.empty()) return formula;
  return Error{Errc::invalid_argument, "--formula has no outcome: write it as `outcome ~ terms`"};
}

Result<RegressionInput> regression_input(const DataTable& table, const Arguments& arguments) {
  RegressionInput input{};
  input.formula = TRY(formula_with_outcome(arguments));
  const Column* weight = optional_column(arguments, "weights");
  const Column* offset = optional_column(arguments, "offset");
  const Column* cluster = optional_column(arguments, "cluster");
  std::vector<std::string> also;
  for (const Column* column : {weight, offset, cluster}) {
    if (column != nullptr) also.push_back(column->name);
  }
  input.design = TRY(design_of(input.formula, table, also));
  input.left_out = table.rows() - input.design.rows.size();
  if (weight != nullptr) input.weight = values_at(*weight, input.design.rows);
  if (offset != nullptr) input.offset = values_at(*offset, input.design.rows);
  if (cluster != nullptr) input.cluster = TRY(codes_at(*cluster, input.design.rows));
  return input;
}

Option formula_option() {
  return {.name = "formula",
          .kind = OptionKind::formula,
          .help = "outcome ~ terms",
          .fallback = "",
          .required = true};
}

Option weights_option(std::string_view help) {
  return {.name = "weights", .kind = OptionKind::numeric_column, .help = help, .fallback = ""};
}

Option offset_option() {
  return {.name = "offset",
          .kind = OptionKind::numeric_column,
          .help = "added to the linear predictor, such as the log of the time at risk",
          .fallback = ""};
}

Option cluster_option() {
  return {.name = "cluster",
          .kind = OptionKind::column,
          .help = "rows of one cluster may depend on each other: sandwich by clusters, G/(G-1)",
          .fallback = ""};
}

Option robust_option() {
  return {.name = "robust",
          .kind = OptionKind::choice,
          .help = "covariance that does not trust the model's variance",
          .fallback = "none",
          .required = false,
          .choices = {"none", "hc0", "hc1", "hc2", "hc3"}};
}

std::vector<CoefficientRow> coefficient_rows(std::span<const std::string> names,
                                             std::span<const double> estimates,
                                             const Matrix& covariance, double confidence_level,
                                             std::optional<double> degrees_of_freedom) {
  std::vector<CoefficientRow> rows;
  for (std::size_t j = 0; j < names.size(); ++j) {
    rows.push_back(coefficient_row(names[j], estimates[j], std::sqrt(covariance(j, j)),
                                   confidence_level, degrees_of_freedom));
  }
  return rows;
}

}  // namespace kensho::stats
