#include "stats/agreement/method_comparison.h"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "stats/association/correlation.h"
#include "stats/describe/sample.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

Result<std::vector<double>> differences_of(std::span<const double> first,
                                           std::span<const double> second) {
  if (first.size() != second.size()) {
    return Error{Errc::invalid_argument, fmt::format("agreement: {} first values but {} second",
                                                     first.size(), second.size())};
  }
  TRY(check_sample(first, "agreement, first method", 3));
  TRY(check_sample(second, "agreement, second method", 3));
  std::vector<double> differences(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) differences[i] = first[i] - second[i];
  return differences;
}

}  // namespace

Result<LimitsOfAgreement> limits_of_agreement(std::span<const double> first,
                                              std::span<const double> second,
                                              double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  const std::vector<double> differences = TRY(differences_of(first, second));
  const SampleMoments moments = sample_moments(differences);
  if (!(moments.squares > 0)) {
    return Error{Errc::invalid_argument, "agreement: the differences are all equal"};
  }
  const double spread = std::sqrt(moments.variance());
  const double t = student_t_quantile(1 - (1 - confidence_level) / 2, moments.n - 1);
  const double of_bias = t * spread / std::sqrt(moments.n);
  const double of_limit = t * spread * std::sqrt(1 / moments.n + z * z / (2 * (moments.n - 1)));
  const auto limit = [&](double at) { return AgreementLimit{at, {at - of_limit, at + of_limit}}; };
  return LimitsOfAgreement{.n = differences.size(),
                           .bias = moments.mean,
                           .bias_interval = {moments.mean - of_bias, moments.mean + of_bias},
                           .standard_deviation = spread,
                           .lower = limit(moments.mean - z * spread),
                           .upper = limit(moments.mean + z * spread)};
}

Result<ConcordanceCorrelation> concordance_correlation(std::span<const double> first,
                                                       std::span<const double> second,
                                                       double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  TRY(differences_of(first, second));
  const double r = TRY(correlation(first, second, {.confidence_level = confidence_level})).estimate;
  const SampleMoments one = sample_moments(first);
  const SampleMoments two = sample_moments(second);
  const double n = one.n;
  const double spread = std::sqrt(one.squares / n) * std::sqrt(two.squares / n);
  const double apart = one.mean - two.mean;
  const double bias_factor = 2 * spread / (one.squares / n + two.squares / n + apart * apart);
  const double c = r * bias_factor;
  ConcordanceCorrelation result{c, r, bias_factor, std::nullopt};
  const double left = (1 - c) * (1 + c);
  if (!(left > 0) || r == 0) return result;
  const double shift = apart * apart / spread;  // squared, in standard deviations
  const double variance =
      ((1 - r * r) * c * c / (left * r * r) + 2 * c * c * c * (1 - c) * shift / (r * left * left) -
       c * c * c * c * shift * shift / (2 * r * r * left * left)) /
      (n - 2);
  if (!(variance > 0)) return result;
  const double centre = std::atanh(c);
  const double width = z * std::sqrt(variance);
  result.interval = {std::tanh(centre - width), std::tanh(centre + width)};
  return result;
}

}  // namespace kensho::stats
