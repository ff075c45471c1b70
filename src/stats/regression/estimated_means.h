// Estimated marginal means and contrasts: linear forms of coefficients, of any model that has them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/design/data_table.h"
#include "stats/design/design_matrix.h"
#include "stats/design/formula.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// Coefficients and their covariance, borrowed from a fit.
struct FittedCoefficients {
  std::span<const double> values;
  const Matrix& covariance;
};

/// One linear form l' b.
struct LinearEstimate {
  double estimate;
  double std_error;
  std::optional<double> degrees_of_freedom;  // none: the normal distribution
  Interval interval;
  double statistic;  // estimate / std_error; 0 where both are 0
  double p_value;    // two-sided, of zero
};

/// L b with errors, intervals and tests, one a row of L.
/// Shapes  forms[k, p]; degrees_of_freedom: empty (normal), one for all, or k.
/// Errors  invalid_argument: level outside (0, 1).
/// Cost    O(k p^2).
Result<std::vector<LinearEstimate>> linear_estimates(const FittedCoefficients& fit,
                                                     const Matrix& forms,
                                                     std::span<const double> degrees_of_freedom,
                                                     double confidence_level);

/// The Wald test that L b = 0.
struct WaldTest {
  double statistic;  // F where there are denominator degrees of freedom, else chi-square
  double numerator_df;
  std::optional<double> denominator_df;
  double p_value;
};

/// Errors  invalid_argument: the rows of L are not independent.
Result<WaldTest> wald_test(const FittedCoefficients& fit, const Matrix& forms,
                           std::optional<double> denominator_df);

/// Differences of rows, named "a - b".
struct Contrasts {
  std::vector<std::string> names;
  Matrix forms;
};
/// Every row minus every later one.
Contrasts pairwise_contrasts(std::span<const std::string> names, const Matrix& forms);
/// Every row but the `reference`-th, minus it.
Contrasts contrasts_against(std::span<const std::string> names, const Matrix& forms,
                            std::size_t reference);

/// How the cells of a reference grid are averaged over the factors that are not asked about: all
/// alike, or by how often their levels are in the data.
enum class GridWeights : unsigned char { equal, proportional };

/// The rows of the means of a factor's levels: forms[levels, p], to be multiplied by coefficients.
struct MarginalForms {
  std::vector<std::string> levels;
  Matrix forms;
};

/// Averages the design over the grid of all combinations of levels of the formula's categorical
/// columns, numeric columns at their means over the complete rows, for every level of `factor` in
/// use.
/// Errors  invalid_argument: `factor` is not a categorical column of the formula; as DesignBuilder.
/// Cost    O(cells p). Source  Searle, Speed & Milliken 1980, Amer. Statistician 34:216-221.
/// Checked against R emmeans, tests/reference/regression/estimated_means.json.
Result<MarginalForms> marginal_forms(const Formula& formula, const DataTable& table,
                                     const std::string& factor,
                                     GridWeights weights = GridWeights::equal);

}  // namespace kensho::stats
