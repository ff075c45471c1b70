// Analysis of covariance: a linear model of one outcome a subject, its means and their differences.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/longitudinal/marginal_contrast.h"

namespace kensho::stats {

/// A fitted analysis of covariance.
struct Ancova {
  std::vector<double> coefficients;
  Matrix covariance;
  double residual_df;
  double residual_sd;
  double r_squared;  // of the outcome about its mean
};

/// Least squares of the final value (or the change) on baseline, group and other covariates.
///
/// Shapes  x[n, p] with the intercept's column, y[n]; names p or 0.
/// Errors  invalid_argument: as least_squares; no residual degree of freedom.
/// Cost    O(n p^2).
/// Source  Vickers & Altman 2001, BMJ 323:1123-1124; Senn 2006, Stat. Med. 25:4334-4344.
/// Checked against R lm and emmeans, tests/reference/r/06_longitudinal.json.
Result<Ancova> fit_ancova(const Matrix& x, std::span<const double> y,
                          std::span<const std::string> names = {});

/// sum l_j b_j with the residual degrees of freedom. Shapes  l[p].
ContrastEstimate ancova_contrast(const Ancova& model, std::span<const double> l);

}  // namespace kensho::stats
