// The sandwich: covariances of regression coefficients that do not trust the model's variance.
#pragma once

#include <span>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// How the squared residuals of a sandwich are inflated: not; by n / (n - p); by 1 / (1 - h); by
/// 1 / (1 - h)^2, h the leverage of the row.
enum class RobustKind : unsigned char { hc0, hc1, hc2, hc3 };

/// What a sandwich needs of a fit that solves sum_i x_i u_i = 0.
struct EstimatingEquations {
  const Matrix& x;                    // borrowed from the caller
  std::span<const double> scores;     // u_i: weight (y - mean) in a linear model
  const Matrix& bread;                // the inverse of -d/db sum_i x_i u_i
  std::span<const double> leverages;  // for hc2 and hc3 only
};

/// bread (sum_i f_i u_i^2 x_i x_i') bread with the factors f of `kind`. n counts the rows with a
/// leverage above 0 (or all rows where no leverages are given): rows of weight 0 do not count.
/// Errors  invalid_argument: hc2 or hc3 with a row of leverage 1, which has no residual.
/// Cost    O(n p^2).
/// Source  White 1980, Econometrica 48:817-838; MacKinnon & White 1985, J Econometrics 29:305-325.
/// Checked against R sandwich::vcovHC, tests/reference/r/05_regression.json.
Result<Matrix> robust_covariance(const EstimatingEquations& equations, RobustKind kind);

/// What a clustered sandwich is multiplied by: 1; G / (G - 1); G / (G - 1) (n - 1) / (n - p).
enum class ClusterFactor : unsigned char { none, clusters, clusters_and_rows };

/// bread (sum_g s_g s_g') bread, s_g the sum of x_i u_i over cluster g.
/// Shapes  cluster[n]: any whole numbers, equal ones are one cluster.
/// Errors  invalid_argument: fewer than two clusters.
/// Cost    O(n p + n log n).
/// Source  Liang & Zeger 1986, Biometrika 73:13-22.
/// Checked against R sandwich::vcovCL, tests/reference/r/05_regression.json.
Result<Matrix> clustered_covariance(const EstimatingEquations& equations,
                                    std::span<const int> cluster, ClusterFactor factor);

}  // namespace kensho::stats
