// The normal linear model: coefficients by least squares, with the inference a summary prints.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/linear/least_squares.h"
#include "stats/linear/matrix.h"
#include "stats/regression/robust_covariance.h"

namespace kensho::stats {

/// A ratio of mean squares and its upper tail.
struct FTest {
  double statistic;
  double numerator_df;
  double denominator_df;
  double p_value;
};

/// y = X b + error, variance sigma^2 / weight.
struct LinearModel {
  LeastSquares fit;
  Matrix covariance;            // sigma^2 (X' W X)^-1
  std::vector<double> weight;   // empty: ones
  std::size_t rows;             // of positive weight
  double degrees_of_freedom;    // rows - coefficients
  double sigma;                 // residual standard deviation
  bool has_intercept;           // a column of equal values other than 0
  double model_sum_of_squares;  // about the weighted mean where there is an intercept, else about 0
  double r_squared;
  double adjusted_r_squared;
  std::optional<FTest> f;  // of all coefficients but the intercept; none if there is no other, or
                           // the fit is exact
  double log_likelihood;   // at the maximum likelihood variance; +infinity where the fit is exact
  double aic;              // counting sigma as a parameter
  double bic;
};

/// Fits by QR (least_squares). Shapes x[n, p], y[n], weight[n] or empty. Weights are inverse
/// variances up to sigma^2; rows of weight 0 are left out of every count.
/// Errors  invalid_argument: as least_squares; no degree of freedom left for sigma; y is constant.
/// Cost    O(n p^2).
/// Source  Searle 1971, Linear Models, ch. 3.
/// Checked against NIST StRD (tests/reference/nist/linear) and R lm (05_regression.json).
Result<LinearModel> linear_model(const Matrix& x, std::span<const double> y,
                                 std::span<const double> weight = {},
                                 std::span<const std::string> names = {});

/// The covariance of the coefficients without trust in equal variances, or in independence.
/// `x` is the design of the fit. Errors as robust_covariance.h.
Result<Matrix> robust_covariance(const LinearModel& model, const Matrix& x, RobustKind kind);
Result<Matrix> clustered_covariance(const LinearModel& model, const Matrix& x,
                                    std::span<const int> cluster, ClusterFactor factor);

/// How much one row matters; absent where its leverage is 1 or the fit is exact.
struct Influence {
  double leverage;
  std::optional<double> studentised_residual;  // by the sigma of the other rows
  std::optional<double> cooks_distance;
};

/// One a row. Source  Cook & Weisberg 1982, Residuals and Influence in Regression, ch. 2.
/// Checked against R rstudent and cooks.distance, 05_regression.json.
std::vector<Influence> influence(const LinearModel& model);

/// The mean at a row of the design, and a new observation of weight 1 there.
struct LinearPrediction {
  double estimate;
  double std_error;  // of the mean
  Interval mean;
  Interval observation;
};

/// One a row of `x`, intervals by Student's t.
/// Errors  invalid_argument: level outside (0, 1).
Result<std::vector<LinearPrediction>> predict(const LinearModel& model, const Matrix& x,
                                              double confidence_level);

}  // namespace kensho::stats
