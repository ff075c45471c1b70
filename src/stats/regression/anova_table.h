// The analysis of variance of a linear model: sums of squares of types I, II and III.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/design/data_table.h"
#include "stats/design/formula.h"
#include "stats/linear/matrix.h"
#include "stats/regression/linear_model.h"

namespace kensho::stats {

/// What a term is judged against: the terms before it (I); all that do not contain it (II); all
/// others, factors coded by contrasts that sum to zero (III).
enum class SumsOfSquares : unsigned char { sequential, hierarchical, marginal };

/// A term as a product of factors, by their indices.
struct ModelTerm {
  std::string name;
  std::vector<std::size_t> factors;
};

/// A linear model with an intercept, as the factors its terms are products of.
struct AnovaModel {
  std::vector<Matrix> factors;  // columns of each; a categorical one by contrasts that sum to zero
  std::vector<ModelTerm> terms;
};

/// One line of the table.
struct AnovaLine {
  std::string name;
  double degrees_of_freedom;
  double sum_of_squares;
  FTest f;
};

/// The table; the residual line apart.
struct AnovaTable {
  std::vector<AnovaLine> lines;
  double residual_df;
  double residual_sum_of_squares;
};

/// -1 / 0 / 1 columns, one for each level but the last, which is -1 in all.
/// Shapes  codes[n] in 0 .. levels - 1; the result n by levels - 1.
Matrix sum_contrasts(std::span<const std::size_t> codes, std::size_t levels);

/// Refits the model without each term by QR. weight[n] or empty.
/// Errors  invalid_argument: as linear_model (a singular design: an empty cell of an interaction).
/// Cost    O(terms n p^2). Source  Speed, Hocking & Hackney 1978, JASA 73:105-112.
/// Checked against R anova and drop1, tests/reference/r/05_regression.json.
Result<AnovaTable> anova_table(const AnovaModel& model, std::span<const double> y,
                               std::span<const double> weight, SumsOfSquares type);

/// The factors and terms of a formula on those rows of a table (Design.rows).
/// Errors  invalid_argument: no intercept; as DesignBuilder.
Result<AnovaModel> anova_model(const Formula& formula, const DataTable& table,
                               std::span<const std::size_t> rows);

}  // namespace kensho::stats
