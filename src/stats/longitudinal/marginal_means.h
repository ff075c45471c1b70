// Least-squares means: what a model predicts for a cell of factors, all else balanced.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/design/data_table.h"
#include "stats/design/formula.h"

namespace kensho::stats {

/// One cell of the factors asked for, and the contrast that predicts its mean.
struct MarginalMean {
  std::vector<std::size_t> level;  // of each factor asked for, index into its column's levels
  std::vector<double> weights;     // of the coefficients
};

/// The column with its distinct numbers as levels, in ascending order; a categorical one as it is.
/// Errors  invalid_argument: a number is not whole, or there are more than 1000.
Result<Column> as_categorical(const Column& column);

/// The cells of `by` (in the order of its levels, the last running fastest) of a model fitted to
/// all rows of `table`: numeric columns at their means, the levels of other factors with equal
/// weight, as R emmeans and SAS LSMEANS do. `also_complete` as the model's design had it.
///
/// Errors  invalid_argument: a name of `by` that is no factor of the formula; more than a million
///         combinations of levels; as DesignBuilder.
/// Cost    O(combinations of levels * coefficients).
/// Source  Searle, Speed & Milliken 1980, Am. Stat. 34:216-221.
/// Checked against R emmeans, tests/reference/r/06_longitudinal.json.
Result<std::vector<MarginalMean>> marginal_means(
    const Formula& formula, const DataTable& table, const std::vector<std::string>& by,
    const std::vector<std::string>& also_complete = {});

}  // namespace kensho::stats
