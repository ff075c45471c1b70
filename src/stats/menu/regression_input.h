// What the regressions of the menu read from a table, and the parts their documents share.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "stats/design/design_matrix.h"
#include "stats/design/formula.h"
#include "stats/linear/matrix.h"
#include "stats/menu/document.h"
#include "stats/menu/method.h"

namespace kensho::stats {

/// A formula on a table, with what stands beside it; each empty where it was not asked for.
struct RegressionInput {
  Formula formula;
  Design design;
  std::vector<double> weight;
  std::vector<double> offset;
  std::vector<int> cluster;
  std::size_t left_out;
};

/// The option `formula`. Errors: as parse_formula; invalid_argument: it has no outcome.
Result<Formula> formula_with_outcome(const Arguments& arguments);

/// Reads the options `formula`, `weights`, `offset` and `cluster`, as far as a method has them.
/// Errors  as parse_formula and DesignBuilder; invalid_argument: the formula has no outcome.
Result<RegressionInput> regression_input(const DataTable& table, const Arguments& arguments);

/// The options of that name.
Option formula_option();
Option weights_option(std::string_view help);
Option offset_option();
Option cluster_option();
Option robust_option();

/// Names, estimates and covariance as rows of a table of coefficients.
std::vector<CoefficientRow> coefficient_rows(std::span<const std::string> names,
                                             std::span<const double> estimates,
                                             const Matrix& covariance, double confidence_level,
                                             std::optional<double> degrees_of_freedom = {});

}  // namespace kensho::stats
