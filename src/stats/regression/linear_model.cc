#include "stats/regression/linear_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/dist/distributions.h"
#include "stats/linear/gram.h"
#include "stats/linear/vector.h"

namespace kensho::stats {
namespace {

bool is_constant(std::span<const double> column) {
  return column.front() != 0 &&  // exactly: a column of ones, or of any one value
         std::ranges::all_of(column, [&](double value) { return value == column.front(); });
}

bool constant_column(const Matrix& x) {
  for (std::size_t j = 0; j < x.columns(); ++j) {
    if (is_constant(x.column(j))) return true;
  }
  return false;
}

/// Exactly, over the rows of positive weight.
bool all_equal(std::span<const double> y, std::span<const double> weight) {
  const auto used = [&](std::size_t i) { return weight_at(weight, i) > 0; };
  std::size_t first = 0;
  while (!used(first)) ++first;
  for (std::size_t i = first; i < y.size(); ++i) {
    if (used(i) && y[i] != y[first]) return false;
  }
  return true;
}

/// sum w (fitted - centre)^2, the centre their weighted mean where there is an intercept.
double explained(const LinearModel& model, std::span<const double> y) {
  const auto fitted = [&](std::size_t i) { return y[i] - model.fit.residuals[i]; };
  double centre = 0;
  if (model.has_intercept) {
    CompensatedSum weights;
    CompensatedSum values;
    for (std::size_t i = 0; i < y.size(); ++i) {
      weights.add(weight_at(model.weight, i));
      values.add(weight_at(model.weight, i) * fitted(i));
    }
    centre = values.value() / weights.value();
  }
  CompensatedSum squares;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double distance = fitted(i) - centre;
    squares.add(weight_at(model.weight, i) * distance * distance);
  }
  return squares.value();
}

std::optional<FTest> overall_test(const LinearModel& model) {
  const double df = static_cast<double>(model.fit.rank) - (model.has_intercept ? 1 : 0);
  if (df < 1 || model.sigma == 0) return std::nullopt;
  const double statistic = model.model_sum_of_squares / df / (model.sigma * model.sigma);
  return FTest{statistic, df, model.degrees_of_freedom,
               f_upper_tail(statistic, df, model.degrees_of_freedom)};
}

void add_likelihood(LinearModel& model) {
  const double n = static_cast<double>(model.rows);
  CompensatedSum log_weights;
  for (const double w : model.weight) {
    if (w > 0) log_weights.add(std::log(w));
  }
  const double variance = model.fit.residual_sum_of_squares / n;
  model.log_likelihood =
      0.5 * (log_weights.value() - n * (std::log(2 * std::numbers::pi * variance) + 1));
  const double parameters = static_cast<double>(model.fit.rank) + 1;
  model.aic = 2 * parameters - 2 * model.log_likelihood;
  model.bic = std::log(n) * parameters - 2 * model.log_likelihood;
}

std::vector<double> scores(const LinearModel& model) {
  std::vector<double> values = model.fit.residuals;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= weight_at(model.weight, i);
  return values;
}

}  // namespace

Result<LinearModel> linear_model(const Matrix& x, std::span<const double> y,
                                 std::span<const double> weight,
                                 std::span<const std::string> names) {
  LinearModel model{};
  model.fit = TRY(least_squares(x, y, weight, names));
  model.weight.assign(weight.begin(), weight.end());
  model.rows =
      weight.empty()
          ? y.size()
          : static_cast<std::size_t>(std::ranges::count_if(weight, [](double w) { return w > 0; }));
  if (model.rows == x.columns()) {
    return Error{Errc::invalid_argument,
                 fmt::format("linear model: {} rows for {} coefficients leave no degree of freedom "
                             "for the residual variance",
                             model.rows, x.columns())};
  }
  model.degrees_of_freedom = static_cast<double>(model.rows - x.columns());
  const double variance = model.fit.residual_sum_of_squares / model.degrees_of_freedom;
  model.sigma = std::sqrt(variance);
  model.covariance = model.fit.unscaled_covariance;
  for (double& value : model.covariance.values()) value *= variance;
  model.has_intercept = constant_column(x);
  if (all_equal(y, weight)) {
    return Error{Errc::invalid_argument,
                 "linear model: the outcome is constant; there is nothing to explain"};
  }
  model.model_sum_of_squares = explained(model, y);
  const double total = model.model_sum_of_squares + model.fit.residual_sum_of_squares;
  model.r_squared = model.model_sum_of_squares / total;
  const double total_df = static_cast<double>(model.rows) - (model.has_intercept ? 1 : 0);
  model.adjusted_r_squared = 1 - (1 - model.r_squared) * total_df / model.degrees_of_freedom;
  model.f = overall_test(model);
  add_likelihood(model);
  return model;
}

Result<Matrix> robust_covariance(const LinearModel& model, const Matrix& x, RobustKind kind) {
  const std::vector<double> u = scores(model);
  return robust_covariance({x, u, model.fit.unscaled_covariance, model.fit.leverages}, kind);
}

Result<Matrix> clustered_covariance(const LinearModel& model, const Matrix& x,
                                    std::span<const int> cluster, ClusterFactor factor) {
  const std::vector<double> u = scores(model);
  return clustered_covariance({x, u, model.fit.unscaled_covariance, model.fit.leverages}, cluster,
                              factor);
}

std::vector<Influence> influence(const LinearModel& model) {
  const double df = model.degrees_of_freedom;
  const double variance = model.sigma * model.sigma;
  const double p = static_cast<double>(model.fit.rank);
  std::vector<Influence> rows;
  rows.reserve(model.fit.residuals.size());
  for (std::size_t i = 0; i < model.fit.residuals.size(); ++i) {
    Influence row{.leverage = model.fit.leverages[i]};
    const double left = 1 - row.leverage;
    const double residual = model.fit.residuals[i] * std::sqrt(weight_at(model.weight, i));
    const double others = (variance * df - residual * residual / left) / (df - 1);
    if (left > 1e-12 && variance > 0) {
      row.cooks_distance = residual * residual * row.leverage / (left * left * variance * p);
      if (df > 1 && others > 0) row.studentised_residual = residual / std::sqrt(others * left);
    }
    rows.push_back(row);
  }
  return rows;
}

Result<std::vector<LinearPrediction>> predict(const LinearModel& model, const Matrix& x,
                                              double confidence_level) {
  ENSURE(x.columns() == model.fit.coefficients.size());
  TRY(normal_multiplier(confidence_level));  // checks the level
  const double t = student_t_quantile(0.5 + confidence_level / 2, model.degrees_of_freedom);
  const std::vector<double> means = times(x, model.fit.coefficients);
  std::vector<LinearPrediction> predictions;
  predictions.reserve(means.size());
  for (std::size_t i = 0; i < means.size(); ++i) {
    double variance = 0;
    for (std::size_t j = 0; j < x.columns(); ++j) {
      for (std::size_t k = 0; k < x.columns(); ++k) {
        variance += x(i, j) * model.covariance(j, k) * x(i, k);
      }
    }
    const double wide = t * std::sqrt(variance + model.sigma * model.sigma);
    const double narrow = t * std::sqrt(variance);
    predictions.push_back({means[i],
                           std::sqrt(variance),
                           {means[i] - narrow, means[i] + narrow},
                           {means[i] - wide, means[i] + wide}});
  }
  return predictions;
}

}  // namespace kensho::stats
