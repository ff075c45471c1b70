#include "stats/meta/study_check.h"

#include <cmath>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

Error refusal(std::string message) {
  return {Errc::invalid_argument, "meta-analysis: " + message};
}

Status check_counts(std::size_t studies, std::size_t coefficients, const PoolingChoice& choice) {
  TRY(normal_multiplier(choice.confidence_level));
  if (studies == 0) return refusal("there is no study");
  if (studies < coefficients) {
    return refusal(fmt::format("{} studies cannot give {} coefficients", studies, coefficients));
  }
  if (choice.test != SmallSampleTest::normal && studies == coefficients) {
    return refusal(fmt::format("the Knapp-Hartung test needs more than {} studies", coefficients));
  }
  return ok();
}

// Weights, their squares and the fourth powers of effects must stay within what doubles can hold.
constexpr double largest_effect = 1e50;
constexpr double smallest_variance = 1e-70;
constexpr double largest_variance = 1e70;

bool is_study(double effect, double variance) {
  return std::abs(effect) <= largest_effect && variance >= smallest_variance &&
         variance <= largest_variance;
}

}  // namespace

Status check_studies(std::span<const StudyEffect> studies, std::size_t coefficients,
                     const PoolingChoice& choice) {
  TRY(check_counts(studies.size(), coefficients, choice));
  for (std::size_t i = 0; i < studies.size(); ++i) {
    if (is_study(studies[i].effect, studies[i].variance)) continue;
    return refusal(
        fmt::format("study {} has the effect {} and the variance {}; the effect must be within "
                    "1e50 of 0, the variance from 1e-70 to 1e70",
                    i + 1, studies[i].effect, studies[i].variance));
  }
  return ok();
}

Status check_columns(const Matrix& effects, const Matrix& variances, const PoolingChoice& choice) {
  TRY(check_counts(effects.rows(), 1, choice));
  if (effects.rows() != variances.rows() || effects.columns() != variances.columns()) {
    return refusal("effects and variances differ in shape");
  }
  for (std::size_t i = 0; i < effects.values().size(); ++i) {
    if (is_study(effects.values()[i], variances.values()[i])) continue;
    return refusal(fmt::format(
        "row {}, column {}: the effect must be within 1e50 of 0, the variance from 1e-70 to 1e70",
        i % effects.rows() + 1, i / effects.rows() + 1));
  }
  return ok();
}

Result<double> test_multiplier(std::optional<double> degrees_of_freedom, double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  if (!degrees_of_freedom) return z;
  return student_t_quantile(0.5 + 0.5 * confidence_level, *degrees_of_freedom);
}

Result<double> prediction_multiplier(std::size_t studies, std::size_t coefficients,
                                     const PoolingChoice& choice, double test_multiplier) {
  if (choice.prediction == PredictionSpread::as_test) return test_multiplier;
  if (studies <= coefficients + 1) {
    return refusal(
        fmt::format("a prediction interval with k - p - 1 degrees of freedom needs more "
                    "than {} studies",
                    coefficients + 1));
  }
  const auto df = static_cast<double>(studies - coefficients - 1);
  return student_t_quantile(0.5 + 0.5 * choice.confidence_level, df);
}

}  // namespace kensho::stats
