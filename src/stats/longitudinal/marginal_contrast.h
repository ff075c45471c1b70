// Linear combinations of coefficients with small-sample degrees of freedom.
#pragma once

#include <span>

#include "base/result.h"
#include "stats/longitudinal/marginal_fit.h"

namespace kensho::stats {

/// A linear combination of coefficients.
struct ContrastEstimate {
  double estimate;
  double std_error;
  double degrees_of_freedom;
};

/// With the covariance (X' W X)^-1 and 2 v^2 / (g' C g) degrees of freedom, where v is the variance
/// of l'b, g its derivative by the covariance parameters and C their covariance (the inverse of the
/// observed information).
/// Shapes  l[p], not all 0.
/// Cost    O(q p^2), q covariance parameters.
/// Source  Satterthwaite 1946, Biometrics Bull. 2:110-114; Fai & Cornelius 1996, JSCS 54:363-378.
ContrastEstimate satterthwaite_contrast(const MarginalFit& fit, std::span<const double> l);

/// With the adjusted covariance; the degrees of freedom, which for one row have Satterthwaite's
/// formula, with the information the fit was asked to use.
/// Errors  invalid_argument: the fit was made without the adjusted covariance.
/// Source  Kenward & Roger 1997, Biometrics 53:983-997.
Result<ContrastEstimate> kenward_roger_contrast(const MarginalFit& fit, std::span<const double> l);

}  // namespace kensho::stats
