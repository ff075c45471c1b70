// What every meta-analysis asks of its studies, and the multipliers its choices stand for.
#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/meta/random_effects.h"

namespace kensho::stats {

/// Errors  invalid_argument: no study or fewer than coefficients, an effect not finite or a
///         variance not above 0 and finite (with its study), a level outside (0, 1), a
///         Knapp-Hartung test without a residual degree of freedom.
Status check_studies(std::span<const StudyEffect> studies, std::size_t coefficients,
                     const PoolingChoice& choice);

/// The same for one meta-analysis a column.
Status check_columns(const Matrix& effects, const Matrix& variances, const PoolingChoice& choice);

/// The quantile of a two-sided interval: of Student's t with the degrees of freedom or the normal.
Result<double> test_multiplier(std::optional<double> degrees_of_freedom, double confidence_level);

/// The quantile of a prediction interval of k studies and p coefficients, given that of the test.
/// Errors  invalid_argument: one_fewer and k <= p + 1.
Result<double> prediction_multiplier(std::size_t studies, std::size_t coefficients,
                                     const PoolingChoice& choice, double test_multiplier);

}  // namespace kensho::stats
