#include "stats/regression/standardised_risk.h"

#include <cmath>

#include <fmt/format.h>

#include "stats/linear/gram.h"

namespace kensho::stats {
namespace {

/// The mean of one scenario and its gradient by the coefficients.
struct ScenarioMean {
  double mean;
  std::vector<double> gradient;
};

Result<ScenarioMean> scenario_mean(const Glm& fit, const Matrix& x, std::span<const double> weight,
                                   std::span<const double> offset) {
  std::vector<double> slopes(x.rows());
  const std::vector<double> eta = times(x, fit.coefficients);
  double total = 0;
  double sum = 0;
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    const double w = weight.empty() ? 1 : weight[i];
    const Mean mean = mean_at(fit.model.link, eta[i] + (offset.empty() ? 0 : offset[i]));
    slopes[i] = w * mean.slope;
    sum += w * mean.value;
    total += w;
  }
  if (!std::isfinite(sum) || !(total > 0)) {
    return Error{Errc::invalid_argument,
                 "standardised means: a row or weight is not finite, or the weights sum to 0"};
  }
  ScenarioMean result{sum / total, transpose_times(x, slopes)};
  for (double& value : result.gradient) value /= total;
  return result;
}

/// The linear form a m_first + b m_second.
struct Form {
  double first;
  double second;
};

double standard_error(const StandardisedMeans& means, std::size_t first, std::size_t second,
                      const Form& form) {
  const Matrix& v = means.covariance;
  return std::sqrt(form.first * form.first * v(first, first) +
                   2 * form.first * form.second * v(first, second) +
                   form.second * form.second * v(second, second));
}

DeltaEstimate delta(double estimate, double std_error, double z) {
  return {estimate, std_error, {estimate - z * std_error, estimate + z * std_error}};
}

}  // namespace

Result<StandardisedMeans> standardised_means(const Glm& fit, const Matrix& covariance,
                                             std::span<const Matrix> scenarios,
                                             std::span<const double> weight,
                                             std::span<const double> offset) {
  if (scenarios.empty()) {
    return Error{Errc::invalid_argument, "standardised means: there is no scenario"};
  }
  const std::size_t p = fit.coefficients.size();
  Matrix gradients(p, scenarios.size());
  StandardisedMeans result{{}, Matrix(scenarios.size(), scenarios.size())};
  for (std::size_t s = 0; s < scenarios.size(); ++s) {
    ENSURE(scenarios[s].columns() == p && scenarios[s].rows() == scenarios[0].rows());
    const ScenarioMean scenario = TRY(scenario_mean(fit, scenarios[s], weight, offset));
    result.means.push_back(scenario.mean);
    for (std::size_t j = 0; j < p; ++j) gradients(j, s) = scenario.gradient[j];
  }
  for (std::size_t s = 0; s < scenarios.size(); ++s) {
    for (std::size_t t = 0; t < scenarios.size(); ++t) {
      for (std::size_t j = 0; j < p; ++j) {
        for (std::size_t k = 0; k < p; ++k) {
          result.covariance(s, t) += gradients(j, s) * covariance(j, k) * gradients(k, t);
        }
      }
    }
  }
  return result;
}

Result<DeltaEstimate> mean_difference(const StandardisedMeans& means, std::size_t first,
                                      std::size_t second, double confidence_level) {
  ENSURE(first < means.means.size() && second < means.means.size());
  const double z = TRY(normal_multiplier(confidence_level));
  return delta(means.means[first] - means.means[second],
               standard_error(means, first, second, {1, -1}), z);
}

Result<StandardisedContrast> risk_contrast(const StandardisedMeans& means, std::size_t first,
                                           std::size_t second, double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  const double a = means.means[first];
  const double b = means.means[second];
  if (!(a > 0 && a < 1 && b > 0 && b < 1)) {
    return Error{Errc::invalid_argument,
                 fmt::format("standardised risks: {:.4g} and {:.4g} are not both above 0 and below "
                             "1; take the difference alone",
                             a, b)};
  }
  const auto odds = [](double risk) { return risk * (1 - risk); };
  return StandardisedContrast{
      .difference = TRY(mean_difference(means, first, second, confidence_level)),
      .log_ratio = delta(std::log(a / b), standard_error(means, first, second, {1 / a, -1 / b}), z),
      .log_odds_ratio =
          delta(std::log(a / (1 - a)) - std::log(b / (1 - b)),
                standard_error(means, first, second, {1 / odds(a), -1 / odds(b)}), z)};
}

}  // namespace kensho::stats
