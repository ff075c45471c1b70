#include "stats/longitudinal/marginal_contrast.h"

#include <cmath>

#include <Eigen/Dense>

#include "stats/linear/eigen_view.h"

namespace kensho::stats {
namespace {

ContrastEstimate contrast_with(const MarginalFit& fit, const Matrix& covariance,
                               const Matrix& parameter_covariance, std::span<const double> l) {
  const auto weights = as_eigen(l);
  const double variance = weights.dot(as_eigen(fit.covariance) * weights);
  Eigen::VectorXd slope(static_cast<Eigen::Index>(fit.parameters.size()));
  for (Eigen::Index j = 0; j < slope.size(); ++j) {
    const Matrix& derivative = fit.uncertainty.derivative[static_cast<std::size_t>(j)];
    slope[j] = weights.dot(as_eigen(derivative) * weights);
  }
  return {weights.dot(as_eigen(std::span<const double>(fit.coefficients))),
          std::sqrt(weights.dot(as_eigen(covariance) * weights)),
          2 * variance * variance / slope.dot(as_eigen(parameter_covariance) * slope)};
}

}  // namespace

ContrastEstimate satterthwaite_contrast(const MarginalFit& fit, std::span<const double> l) {
  ENSURE(l.size() == fit.coefficients.size());
  return contrast_with(fit, fit.covariance, fit.uncertainty.observed, l);
}

Result<ContrastEstimate> kenward_roger_contrast(const MarginalFit& fit, std::span<const double> l) {
  ENSURE(l.size() == fit.coefficients.size());
  if (fit.adjusted.rows() == 0) {
    return Error{Errc::invalid_argument,
                 "Kenward-Roger: the model was fitted without its covariance; ask for it"};
  }
  return contrast_with(
      fit, fit.adjusted,
      fit.expected_information ? fit.uncertainty.expected : fit.uncertainty.observed, l);
}

}  // namespace kensho::stats
