#include "stats/longitudinal/ancova.h"

#include <cmath>

#include <Eigen/Core>

#include "stats/linear/eigen_view.h"
#include "stats/linear/least_squares.h"

namespace kensho::stats {

Result<Ancova> fit_ancova(const Matrix& x, std::span<const double> y,
                          std::span<const std::string> names) {
  const LeastSquares fit = TRY(least_squares(x, y, {}, names));
  const auto df = static_cast<double>(x.rows()) - static_cast<double>(x.columns());
  if (df <= 0) {
    return Error{Errc::invalid_argument,
                 "analysis of covariance: as many coefficients as subjects; no variance is left to "
                 "estimate"};
  }
  const double variance = fit.residual_sum_of_squares / df;
  const double total = (as_eigen(y).array() - as_eigen(y).mean()).square().sum();
  return Ancova{.coefficients = fit.coefficients,
                .covariance = to_matrix(variance * as_eigen(fit.unscaled_covariance)),
                .residual_df = df,
                .residual_sd = std::sqrt(variance),
                .r_squared = total > 0 ? 1 - fit.residual_sum_of_squares / total : 0};
}

ContrastEstimate ancova_contrast(const Ancova& model, std::span<const double> l) {
  ENSURE(l.size() == model.coefficients.size());
  const auto weights = as_eigen(l);
  return {weights.dot(as_eigen(std::span<const double>(model.coefficients))),
          std::sqrt(weights.dot(as_eigen(model.covariance) * weights)), model.residual_df};
}

}  // namespace kensho::stats
