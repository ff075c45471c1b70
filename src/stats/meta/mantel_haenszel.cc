#include "stats/meta/mantel_haenszel.h"

#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/regression/mantel_haenszel.h"

namespace kensho::stats {
namespace {

struct Estimate {
  double value;
  double std_error;
};

// Spread of the studies' own effects about the common one.
ChiSquareStatistic spread(std::span<const StudyEffect> effects, double common) {
  double q = 0;
  for (const StudyEffect& study : effects) {
    q += (study.effect - common) * (study.effect - common) / study.variance;
  }
  return chi_square_statistic(q, static_cast<double>(effects.size() - 1));
}

CommonEffect common_effect(const Estimate& estimate, double z,
                           std::span<const StudyEffect> effects) {
  const double statistic = estimate.value / estimate.std_error;
  return {.estimate = estimate.value,
          .std_error = estimate.std_error,
          .statistic = statistic,
          .p_value = normal_two_sided(statistic),
          .interval = {estimate.value - z * estimate.std_error,
                       estimate.value + z * estimate.std_error},
          .heterogeneity = spread(effects, estimate.value),
          .association = std::nullopt,
          .breslow_day = std::nullopt};
}

std::optional<Estimate> on_log_scale(const std::optional<CommonEstimate>& ratio) {
  if (!ratio) return std::nullopt;
  return Estimate{std::log(ratio->estimate), ratio->std_error};
}

std::optional<Estimate> estimate_of(const MantelHaenszel& strata, BinaryMeasure measure) {
  if (measure == BinaryMeasure::log_odds_ratio) return on_log_scale(strata.odds_ratio);
  if (measure == BinaryMeasure::log_risk_ratio) return on_log_scale(strata.risk_ratio);
  return Estimate{strata.risk_difference.estimate, strata.risk_difference.std_error};
}

// As R metafor, which takes the 1/2 off also where the distance is less than that.
ChiSquareStatistic association_test(const MantelHaenszel& strata) {
  const double corrected = std::abs(strata.excess) - 0.5;
  return chi_square_statistic(corrected * corrected / strata.excess_variance, 1);
}

}  // namespace

Result<CommonEffect> mantel_haenszel(std::span<const ExposureTable> studies, BinaryMeasure measure,
                                     double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  if (measure == BinaryMeasure::peto_log_odds_ratio ||
      measure == BinaryMeasure::arcsine_difference) {
    return Error{Errc::invalid_argument,
                 "Mantel-Haenszel: the measure must be a ratio or the difference of risks"};
  }
  const std::vector<StudyEffect> effects = TRY(binary_effects(studies, measure));
  const MantelHaenszel strata = TRY(mantel_haenszel(studies, confidence_level));
  const std::optional<Estimate> estimate = estimate_of(strata, measure);
  if (!estimate || !(estimate->std_error > 0)) {
    return Error{Errc::invalid_argument,
                 fmt::format("Mantel-Haenszel: {} tables hold too few events in one of the groups",
                             studies.size())};
  }
  CommonEffect common = common_effect(*estimate, z, effects);
  if (measure == BinaryMeasure::log_odds_ratio) {
    common.association = association_test(strata);
    common.breslow_day = strata.tarone;
  }
  return common;
}

Result<CommonEffect> peto_odds_ratio(std::span<const ExposureTable> studies,
                                     double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  TRY(binary_effects(studies, BinaryMeasure::arcsine_difference));  // refuses what is no table
  std::vector<ExposureTable> informative;
  for (const ExposureTable& t : studies) {
    const bool is_decided =
        t.exposed_events + t.unexposed_events == 0 || t.exposed_others + t.unexposed_others == 0;
    if (!is_decided) informative.push_back(t);
  }
  if (informative.empty()) {
    return Error{Errc::invalid_argument,
                 "Peto: no table has subjects with and subjects without the event"};
  }
  const auto effects = TRY(binary_effects(informative, BinaryMeasure::peto_log_odds_ratio));
  double excess = 0, variance = 0;
  for (const StudyEffect& study : effects) {
    excess += study.effect / study.variance;
    variance += 1 / study.variance;
  }
  return common_effect({excess / variance, 1 / std::sqrt(variance)}, z, effects);
}

}  // namespace kensho::stats
