// From a formula and a table to the numbers a model is fitted on.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/design/data_table.h"
#include "stats/design/formula.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// The design of a model on the complete rows of a table.
struct Design {
  Matrix x;                        // complete rows by coefficients
  std::vector<std::string> names;  // of the columns, as R names them: (Intercept), ageOld, a:b
  std::vector<std::size_t> term;   // of each column: 0 = intercept, else 1 + index into formula
  std::vector<std::size_t> rows;   // indices into the table, ascending: nothing missing there
  std::vector<double> outcome;     // of those rows; empty where the formula has none
  std::vector<std::string> term_names;  // of the formula's terms
};

/// How splines place their knots and factors their levels is fixed by the table a Basis was made
/// on, so that a model can be predicted on another table.
class DesignBuilder {
 public:
  /// Reads from the table what the formula needs of it: levels in use on complete rows, and knots
  /// by all values a column has (as R does, also those of rows another column makes incomplete).
  /// Errors  not_found: a column the table lacks; invalid_argument: a factor with fewer than two
  ///         levels in use, a spline or logarithm of a categorical column, a spline with more
  ///         knots than distinct values, no complete row.
  static Result<DesignBuilder> make(const Formula& formula, const DataTable& table,
                                    const std::vector<std::string>& also_complete = {});

  /// The design of the rows of `table` that miss nothing of the formula or of `also_complete`.
  /// A numeric product of columns where categorical factors take treatment contrasts: the first
  /// level in use is the reference, or all levels where marginality needs them (no intercept).
  /// Errors  invalid_argument: a level that was not there when the builder was made, a logarithm
  ///         of a number that is not positive.
  /// Cost    O(rows * columns).
  /// Checked against R model.matrix, tests/reference/design/design_matrix.json.
  Result<Design> build(const DataTable& table) const;

 private:
  struct Plan;
  explicit DesignBuilder(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
  std::shared_ptr<const Plan> plan_;
};

/// The two steps for one table.
Result<Design> design_of(const Formula& formula, const DataTable& table,
                         const std::vector<std::string>& also_complete = {});

}  // namespace kensho::stats
