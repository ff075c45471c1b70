#include "stats/survival/parametric_prediction.h"

#include <cmath>

#include <fmt/format.h>

#include "stats/survival/parametric_error.h"

namespace kensho::stats {
namespace {

Error refused(std::string message) {
  return {Errc::invalid_argument, "parametric prediction: " + std::move(message)};
}

Status check_subject(const ParametricFit& fit, const ParametricSubject& subject) {
  if (subject.row.size() != fit.coefficients.size()) {
    return refused(fmt::format("a row of {} values for {} coefficients", subject.row.size(),
                               fit.coefficients.size()));
  }
  if (subject.stratum_index >= fit.scales.size()) {
    return refused(fmt::format("stratum {} of {}", subject.stratum_index + 1, fit.scales.size()));
  }
  bool finite = std::isfinite(subject.offset);
  for (const double value : subject.row) finite = finite && std::isfinite(value);
  if (!finite) return refused("a value of the row is not finite");
  return ok();
}

double location_of(const ParametricFit& fit, const ParametricSubject& subject) {
  double location = subject.offset;
  for (std::size_t j = 0; j < subject.row.size(); ++j) {
    location += subject.row[j] * fit.coefficients[j];
  }
  return location;
}

// The gradient of location + scale * w in the parameters of the fit, given w and dw / dQ.
std::vector<double> gradient(const ParametricFit& fit, const ParametricSubject& subject, double w,
                             double w_by_shape) {
  const double scale = fit.scales[subject.stratum_index];
  std::vector<double> slope(fit.parameters(), 0.0);
  for (std::size_t j = 0; j < subject.row.size(); ++j) slope[j] = subject.row[j];
  if (fit.family == ParametricFamily::exponential) return slope;
  double& by_log_scale = slope[subject.row.size() + subject.stratum_index];
  by_log_scale = scale * w;
  if (fit.family == ParametricFamily::gamma) by_log_scale += scale * scale * w_by_shape;
  if (fit.family == ParametricFamily::generalised_gamma) slope.back() = scale * w_by_shape;
  return slope;
}

double standard_error(const Matrix& covariance, std::span<const double> slope) {
  double variance = 0;
  for (std::size_t j = 0; j < slope.size(); ++j) {
    for (std::size_t k = 0; k < slope.size(); ++k)
      variance += slope[j] * slope[k] * covariance(j, k);
  }
  return std::sqrt(std::max(variance, 0.0));
}

// Central difference of fourth order in the shape of the law; 0 where it has none.
template <class Function>
double by_shape(const ErrorLaw& law, const Function& of) {
  if (law.kind != ErrorLawKind::generalised_gamma) return 0;
  constexpr double h = 2e-3;
  const auto at = [&](double steps) { return of(ErrorLaw{law.kind, law.shape + steps * h}); };
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
}

PredictedQuantile quantile_at(const ParametricFit& fit, const ParametricSubject& subject,
                              double probability, double z) {
  const ErrorLaw law = error_law(fit, subject.stratum_index);
  const double w = error_quantile(law, probability);
  const double w_by_shape =
      by_shape(law, [&](const ErrorLaw& near) { return error_quantile(near, probability); });
  const double y = location_of(fit, subject) + fit.scales[subject.stratum_index] * w;
  const double error = standard_error(fit.covariance, gradient(fit, subject, w, w_by_shape));
  if (!models_logarithm(fit.family)) {
    return {probability, y, error, {y - z * error, y + z * error}};
  }
  return {probability,
          std::exp(y),
          std::exp(y) * error,
          {std::exp(y - z * error), std::exp(y + z * error)}};
}

PredictedSurvival survival_at(const ParametricFit& fit, const ParametricSubject& subject,
                              double time, double z) {
  if (time == 0 && models_logarithm(fit.family)) return {time, 1, 0, {1, 1}};
  const ErrorLaw law = error_law(fit, subject.stratum_index);
  const double y = models_logarithm(fit.family) ? std::log(time) : time;
  const double scale = fit.scales[subject.stratum_index];
  const double w = (y - location_of(fit, subject)) / scale;
  const LogDerivatives at = log_error_survival(law, w);
  const double survival = std::exp(at.value);
  if (survival == 0 || survival == 1) return {time, survival, 0, {survival, survival}};
  // d log S: in w by the law, and w moves by -1 / scale of what location + scale w would.
  const double log_by_shape =
      by_shape(law, [&](const ErrorLaw& near) { return log_error_survival(near, w).value; });
  const double w_by_shape = -log_by_shape / at.first;  // the shift of w that undoes the shape's
  const auto slope = gradient(fit, subject, w, w_by_shape);
  const double log_error = std::abs(at.first) / scale * standard_error(fit.covariance, slope);
  const double half_width = z * log_error / std::abs(at.value);  // of log(-log S)
  return {time,
          survival,
          survival * log_error,
          {std::exp(at.value * std::exp(half_width)), std::exp(at.value * std::exp(-half_width))}};
}

}  // namespace

Result<std::vector<PredictedQuantile>> predict_quantiles(const ParametricFit& fit,
                                                         const ParametricSubject& subject,
                                                         std::span<const double> probabilities,
                                                         double confidence_level) {
  TRY(check_subject(fit, subject));
  const double z = TRY(normal_multiplier(confidence_level));
  std::vector<PredictedQuantile> quantiles;
  for (const double probability : probabilities) {
    if (!(probability > 0 && probability < 1)) {
      return refused(fmt::format("the probability {} is not above 0 and below 1", probability));
    }
    quantiles.push_back(quantile_at(fit, subject, probability, z));
  }
  return quantiles;
}

Result<std::vector<PredictedSurvival>> predict_survival(const ParametricFit& fit,
                                                        const ParametricSubject& subject,
                                                        std::span<const double> times,
                                                        double confidence_level) {
  TRY(check_subject(fit, subject));
  const double z = TRY(normal_multiplier(confidence_level));
  std::vector<PredictedSurvival> predictions;
  for (const double time : times) {
    if (!std::isfinite(time) || (time < 0 && models_logarithm(fit.family))) {
      return refused(fmt::format("the time {} is not finite or below 0", time));
    }
    predictions.push_back(survival_at(fit, subject, time, z));
  }
  return predictions;
}

}  // namespace kensho::stats
