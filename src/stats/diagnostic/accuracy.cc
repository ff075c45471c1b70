#include "stats/diagnostic/accuracy.h"

#include <algorithm>
#include <cmath>

namespace kensho::stats {
namespace {

DiagnosticRatio ratio_of(double log_ratio, double variance, double z) {
  const double width = z * std::sqrt(variance);
  return {std::exp(log_ratio), {std::exp(log_ratio - width), std::exp(log_ratio + width)}};
}

// The ratio of a of m to b of n.
std::optional<DiagnosticRatio> likelihood_ratio(double a, double m, double b, double n, double z) {
  if (!(a > 0 && b > 0)) return std::nullopt;
  return ratio_of(std::log(a / m) - std::log(b / n), 1 / a - 1 / m + 1 / b - 1 / n, z);
}

Result<std::optional<Proportion>> share(std::int64_t part, std::int64_t other, double level) {
  if (part + other == 0) return std::optional<Proportion>();
  return std::optional(TRY(wilson_proportion({part, part + other}, level)));
}

}  // namespace

Result<DiagnosticAccuracy> diagnostic_accuracy(const TestOutcomes& outcomes,
                                               double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  const auto& [tp, fn, fp, tn] = outcomes;
  if (std::min({tp, fn, fp, tn}) < 0 || tp + fn == 0 || fp + tn == 0) {
    return Error{Errc::invalid_argument,
                 "diagnostic accuracy: needs counts, somebody diseased and somebody healthy"};
  }
  const auto diseased = static_cast<double>(tp + fn);
  const auto healthy = static_cast<double>(fp + tn);
  const auto a = static_cast<double>(tp);
  const auto b = static_cast<double>(fn);
  const auto c = static_cast<double>(fp);
  const auto d = static_cast<double>(tn);
  DiagnosticAccuracy result{
      .sensitivity = TRY(wilson_proportion({tp, tp + fn}, confidence_level)),
      .specificity = TRY(wilson_proportion({tn, tn + fp}, confidence_level)),
      .positive_predictive_value = TRY(share(tp, fp, confidence_level)),
      .negative_predictive_value = TRY(share(tn, fn, confidence_level)),
      .accuracy = TRY(wilson_proportion({tp + tn, tp + fn + fp + tn}, confidence_level)),
      .positive_likelihood_ratio = likelihood_ratio(a, diseased, c, healthy, z),
      .negative_likelihood_ratio = likelihood_ratio(b, diseased, d, healthy, z),
      .odds_ratio = std::nullopt};
  if (std::min({tp, fn, fp, tn}) > 0) {
    result.odds_ratio =
        ratio_of(std::log(a * d) - std::log(b * c), 1 / a + 1 / b + 1 / c + 1 / d, z);
  }
  return result;
}

}  // namespace kensho::stats
