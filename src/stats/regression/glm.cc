#include "stats/regression/glm.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "base/parallel.h"
#include "stats/dist/distributions.h"
#include "stats/linear/gram.h"
#include "stats/linear/positive_definite.h"
#include "stats/linear/vector.h"
#include "stats/regression/column_name.h"
#include "stats/regression/glm_maximum.h"

namespace kensho::stats {
namespace {

// ---- what may be fitted -----------------------------------------------------------------------

Status check_rows(const GlmData& data, const GlmModel& model) {
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const double weight = weight_at(data.weight, i);
    const double offset = data.offset.empty() ? 0 : data.offset[i];
    if (!std::isfinite(weight) || weight < 0 || !std::isfinite(offset)) {
      return Error{Errc::invalid_argument,
                   fmt::format("{} model: row {} has weight {} and offset {}; both must be finite, "
                               "the weight not negative",
                               name_of(model.family), i + 1, weight, offset)};
    }
    if (!possible(model.family, data.y[i])) {
      return Error{Errc::invalid_argument,
                   fmt::format("{} model: the outcome {} in row {} is impossible",
                               name_of(model.family), data.y[i], i + 1)};
    }
  }
  return ok();
}

Status check_columns(const GlmData& data, const GlmModel& model) {
  for (std::size_t j = 0; j < data.x.columns(); ++j) {
    if (std::ranges::all_of(data.x.column(j), [](double v) { return std::isfinite(v); })) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("{} model: column '{}' has a value that is not finite",
                             name_of(model.family), column_name(data.names, j))};
  }
  return ok();
}

/// The quick answer to what check_columns and check_rows look for.
bool all_possible(const GlmData& data, const GlmModel& model, unsigned threads) {
  const auto block_possible = [&](const Block& block) {
    for (std::size_t j = 0; j < data.x.columns(); ++j) {
      double zero = 0;  // infinity and NaN times 0 are NaN
      for (const double v : data.x.column(j).subspan(block.begin, block.end - block.begin)) {
        zero += v * 0;
      }
      if (!(zero == 0)) return 0;
    }
    for (std::size_t i = block.begin; i < block.end; ++i) {
      const double weight = weight_at(data.weight, i);
      const double offset = data.offset.empty() ? 0 : data.offset[i];
      if (!std::isfinite(weight) || weight < 0 || !std::isfinite(offset)) return 0;
      if (!possible(model.family, data.y[i])) return 0;
    }
    return 1;
  };
  return parallel_reduce(BlockPlan{.count = data.y.size(), .block_size = 8192, .threads = threads},
                         1, block_possible, [](int all, int part) { return all * part; }) == 1;
}

// A link from (0, 1) has no answer for the means of other families.
Status check_link(const GlmModel& model) {
  const bool of_probabilities =
      model.link == Link::logit || model.link == Link::probit || model.link == Link::complementary_log_log;
  if (!of_probabilities || model.family == Family::binomial) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("{} model: the link {} is for probabilities, of the binomial family",
                           name_of(model.family), name_of(model.link))};
}

Status check(const GlmData& data, const GlmChoice& choice) {
  TRY(check_link(choice.model));
  ENSURE(data.y.size() == data.x.rows());
  ENSURE(data.weight.empty() || data.weight.size() == data.y.size());
  ENSURE(data.offset.empty() || data.offset.size() == data.y.size());
  if (data.x.columns() == 0 || data.x.rows() == 0) {
    return Error{Errc::invalid_argument, "generalised linear model: there is no row or no column"};
  }
  if (all_possible(data, choice.model, choice.threads)) return ok();
  TRY(check_columns(data, choice.model));
  return check_rows(data, choice.model);
}

std::size_t rows_in_use(const GlmData& data) {
  if (data.weight.empty()) return data.y.size();
  return static_cast<std::size_t>(
      std::ranges::count_if(data.weight, [](double w) { return w > 0; }));
}

// ---- the summary ------------------------------------------------------------------------------

/// log of a count's factorial; small counts by a table.
double log_factorial(double y) {
  static const std::vector<double> table = [] {
    std::vector<double> values;
    for (int i = 0; i < 128; ++i) values.push_back(log_gamma(i + 1.0));
    return values;
  }();
  if (y >= 0 && y < 128 && y == std::floor(y)) return table[static_cast<std::size_t>(y)];
  return log_gamma(y + 1);
}

/// The terms of log f that `kernel` leaves out, at dispersion 1.
double constant_of(const GlmModel& model, double y, double weight) {
  switch (model.family) {
    case Family::gaussian:
    case Family::gamma:
      return 0;  // these need the dispersion
    case Family::binomial:
      if (weight == 1 && (y == 0 || y == 1)) return 0;
      return log_factorial(weight) - log_factorial(weight * y) - log_factorial(weight * (1 - y));
    case Family::poisson:
      return -weight * log_factorial(y);
    case Family::negative_binomial:
      return weight * (log_gamma(y + model.theta) - log_gamma(model.theta) - log_factorial(y));
  }
  return 0;
}

/// Sums over the rows at the fitted means.
struct Totals {
  double deviance = 0;
  double pearson = 0;
  double constants = 0;
  double weights = 0;
  double log_weights = 0;
  double log_outcomes = 0;  // sum of w log y, of the gamma family
};

Totals block_totals(const GlmData& data, Glm& fit, const Block& block) {
  Totals totals;
  for (std::size_t i = block.begin; i < block.end; ++i) {
    const double weight = weight_at(data.weight, i);
    const double y = data.y[i];
    fit.linear_predictor[i] += data.offset.empty() ? 0 : data.offset[i];
    const Mean mean = mean_at(fit.model.link, fit.linear_predictor[i]);
    fit.fitted[i] = mean.value;
    if (weight == 0) continue;
    totals.deviance += weight * unit_deviance(fit.model, y, mean);
    const double variance = variance_of(fit.model, mean);
    if (variance > 0) totals.pearson += weight * (y - mean.value) * (y - mean.value) / variance;
    totals.constants += constant_of(fit.model, y, weight);
    totals.weights += weight;
    if (fit.model.family == Family::gaussian) totals.log_weights += std::log(weight);
    if (fit.model.family == Family::gamma) totals.log_outcomes += weight * std::log(y);
  }
  return totals;
}

Totals totals_of(const GlmData& data, Glm& fit, unsigned threads) {
  return parallel_reduce(
      BlockPlan{.count = data.y.size(), .block_size = 8192, .threads = threads}, Totals{},
      [&](const Block& block) { return block_totals(data, fit, block); },
      [](Totals sum, const Totals& part) {
        sum.deviance += part.deviance;
        sum.pearson += part.pearson;
        sum.constants += part.constants;
        sum.weights += part.weights;
        sum.log_weights += part.log_weights;
        sum.log_outcomes += part.log_outcomes;
        return sum;
      });
}

double log_likelihood(const Glm& fit, const Totals& totals, double kernel) {
  const double n = static_cast<double>(fit.rows);
  if (fit.model.family == Family::gaussian) {
    const double variance = totals.deviance / n;
    return 0.5 * (totals.log_weights - n * (std::log(2 * std::numbers::pi * variance) + 1));
  }
  if (fit.model.family == Family::gamma) {
    const double phi = totals.deviance / totals.weights;
    const double shape = 1 / phi;
    return shape * kernel + (shape - 1) * totals.log_outcomes +
           totals.weights * (shape * std::log(shape) - log_gamma(shape));
  }
  return kernel + totals.constants;
}

/// The deviance of intercept and offset alone.
Result<double> null_deviance(const GlmData& data, const GlmChoice& choice) {
  GlmModel model = choice.model;
  const auto constant = constant_only(data, model);
  if (!constant || data.offset.empty()) {
    double eta = 0;
    if (constant) {
      for (std::size_t j = 0; j < constant->size(); ++j) eta += (*constant)[j] * data.x(0, j);
    }
    const Mean common = mean_at(model.link, eta);
    return parallel_reduce(
        BlockPlan{.count = data.y.size(), .block_size = 8192, .threads = choice.threads}, 0.0,
        [&](const Block& block) {
          double sum = 0;
          for (std::size_t i = block.begin; i < block.end; ++i) {
            if (weight_at(data.weight, i) == 0) continue;
            const Mean mean =
                data.offset.empty() ? common : mean_at(model.link, eta + data.offset[i]);
            sum += weight_at(data.weight, i) * unit_deviance(model, data.y[i], mean);
          }
          return sum;
        },
        [](double sum, double part) { return sum + part; });
  }
  const Matrix ones(data.y.size(), 1, std::vector<double>(data.y.size(), 1));
  const GlmData alone{ones, data.y, data.weight, data.offset};
  const std::vector<double> start = TRY(start_of_glm(alone, choice));
  const GlmMaximum climb = TRY(maximise_glm(alone, choice, start));
  Glm fit{.model = model, .linear_predictor = times(ones, climb.at)};
  fit.fitted.resize(data.y.size());
  return totals_of(alone, fit, choice.threads).deviance;
}

Result<Glm> summarised(const GlmData& data, const GlmChoice& choice, GlmMaximum climb) {
  const CholeskyFactor factor =
      TRY(CholeskyFactor::make(climb.here.information, "the information", data.names));
  Glm fit{.model = choice.model, .coefficients = std::move(climb.at)};
  fit.unscaled_covariance = factor.inverse();
  fit.linear_predictor = times(data.x, fit.coefficients, choice.threads);
  fit.fitted.resize(data.y.size());
  const Totals totals = totals_of(data, fit, choice.threads);
  fit.deviance = totals.deviance;
  fit.pearson = totals.pearson;
  fit.rows = rows_in_use(data);
  const double p = static_cast<double>(data.x.columns());
  fit.degrees_of_freedom = static_cast<double>(fit.rows) - p;
  fit.null_deviance = TRY(null_deviance(data, choice));
  fit.iterations = climb.iterations;
  fit.decrement = climb.decrement;

  const bool one = dispersion_is_one(choice.model.family);
  const bool estimated = !one || choice.dispersion == Dispersion::estimated;
  if (estimated && !(fit.degrees_of_freedom > 0)) {
    return Error{Errc::invalid_argument,
                 fmt::format("{} model: {} rows for {} coefficients leave no degree of freedom for "
                             "the dispersion",
                             name_of(choice.model.family), fit.rows, data.x.columns())};
  }
  fit.dispersion = estimated ? fit.pearson / fit.degrees_of_freedom : 1;
  fit.covariance = fit.unscaled_covariance;
  for (double& value : fit.covariance.values()) value *= fit.dispersion;

  fit.log_likelihood = log_likelihood(fit, totals, climb.here.kernel);
  const double parameters = p + (one ? 0 : 1);
  fit.aic = 2 * parameters - 2 * fit.log_likelihood;
  fit.bic = std::log(static_cast<double>(fit.rows)) * parameters - 2 * fit.log_likelihood;
  return fit;
}

}  // namespace

Result<Glm> fit_glm(const GlmData& data, const GlmChoice& choice) {
  TRY(check(data, choice));
  std::vector<double> start = TRY(start_of_glm(data, choice));
  GlmMaximum maximum = TRY(maximise_glm(data, choice, std::move(start)));
  return summarised(data, choice, std::move(maximum));
}

Result<Glm> fit_glm(const GlmData& data, const GlmChoice& choice, std::vector<double> start) {
  ENSURE(start.size() == data.x.columns());
  TRY(check(data, choice));
  if (!possible_start(data, choice, start)) {
    return Error{Errc::invalid_argument,
                 fmt::format("{} model: the given start makes a mean impossible",
                             name_of(choice.model.family))};
  }
  GlmMaximum maximum = TRY(maximise_glm(data, choice, std::move(start)));
  return summarised(data, choice, std::move(maximum));
}

}  // namespace kensho::stats
