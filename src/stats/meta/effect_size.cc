#include "stats/meta/effect_size.h"

#include <cmath>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

Error refusal(std::size_t study, std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("effect size: study {}: {}", study + 1, rule)};
}

bool is_count(double value) {
  return std::isfinite(value) && value >= 0;
}

// (O - E) / V of the hypergeometric distribution.
StudyEffect peto(const ExposureTable& t) {
  const double treated = t.exposed_events + t.exposed_others;
  const double control = t.unexposed_events + t.unexposed_others;
  const double all = treated + control;
  const double events = t.exposed_events + t.unexposed_events;
  const double variance = treated * control * events * (all - events) / (all * all * (all - 1));
  return {(t.exposed_events - treated * events / all) / variance, 1 / variance};
}

StudyEffect arcsine(const ExposureTable& t) {
  const double treated = t.exposed_events + t.exposed_others;
  const double control = t.unexposed_events + t.unexposed_others;
  return {std::asin(std::sqrt(t.exposed_events / treated)) -
              std::asin(std::sqrt(t.unexposed_events / control)),
          1 / (4 * treated) + 1 / (4 * control)};
}

ExposureTable without_empty_cells(const ExposureTable& t) {
  if (t.exposed_events > 0 && t.exposed_others > 0 && t.unexposed_events > 0 &&
      t.unexposed_others > 0) {
    return t;
  }
  return {t.exposed_events + 0.5, t.exposed_others + 0.5, t.unexposed_events + 0.5,
          t.unexposed_others + 0.5};
}

StudyEffect binary_effect(const ExposureTable& counted, BinaryMeasure measure) {
  const ExposureTable t = without_empty_cells(counted);
  const double treated = t.exposed_events + t.exposed_others;
  const double control = t.unexposed_events + t.unexposed_others;
  const double p = t.exposed_events / treated;
  const double q = t.unexposed_events / control;
  switch (measure) {
    case BinaryMeasure::log_risk_ratio:
      return {std::log(p / q),
              1 / t.exposed_events - 1 / treated + 1 / t.unexposed_events - 1 / control};
    case BinaryMeasure::log_odds_ratio:
      return {
          std::log(t.exposed_events * t.unexposed_others / t.exposed_others / t.unexposed_events),
          1 / t.exposed_events + 1 / t.exposed_others + 1 / t.unexposed_events +
              1 / t.unexposed_others};
    case BinaryMeasure::risk_difference:
      return {p - q, p * (1 - p) / treated + q * (1 - q) / control};
    case BinaryMeasure::peto_log_odds_ratio:
      return peto(counted);
    case BinaryMeasure::arcsine_difference:
      break;
  }
  return arcsine(counted);
}

bool is_group(const GroupMean& group) {
  return std::isfinite(group.mean) && std::isfinite(group.standard_deviation) &&
         group.standard_deviation > 0 && std::isfinite(group.size) && group.size >= 2;
}

StudyEffect mean_effect(const TwoMeans& study, MeanMeasure measure) {
  const auto& [m, s, n] = study.treated;
  const auto& [m0, s0, n0] = study.control;
  if (measure == MeanMeasure::difference) return {m - m0, s * s / n + s0 * s0 / n0};
  const double df = n + n0 - 2;
  const double pooled = std::sqrt(((n - 1) * s * s + (n0 - 1) * s0 * s0) / df);
  // E(g) = d exactly with this factor
  const double factor =
      std::exp(log_gamma(df / 2) - 0.5 * std::log(df / 2) - log_gamma((df - 1) / 2));
  const double g = factor * (m - m0) / pooled;
  return {g, 1 / n + 1 / n0 + g * g / (2 * (n + n0))};
}

StudyEffect proportion_effect(const EventCount& counted, ProportionMeasure measure) {
  const bool is_empty = counted.events == 0 || counted.events == counted.subjects;
  const double x = counted.events + (is_empty ? 0.5 : 0);
  const double n = counted.subjects + (is_empty ? 1 : 0);
  switch (measure) {
    case ProportionMeasure::logit:
      return {std::log(x / (n - x)), 1 / x + 1 / (n - x)};
    case ProportionMeasure::raw:
      return {x / n, x / n * (1 - x / n) / n};
    case ProportionMeasure::arcsine:
      return {std::asin(std::sqrt(counted.events / counted.subjects)), 1 / (4 * counted.subjects)};
    case ProportionMeasure::double_arcsine:
      break;
  }
  const double above = counted.subjects + 1;
  return {0.5 * (std::asin(std::sqrt(counted.events / above)) +
                 std::asin(std::sqrt((counted.events + 1) / above))),
          1 / (4 * counted.subjects + 2)};
}

}  // namespace

Result<std::vector<StudyEffect>> binary_effects(std::span<const ExposureTable> studies,
                                                BinaryMeasure measure) {
  std::vector<StudyEffect> effects;
  effects.reserve(studies.size());
  for (const ExposureTable& t : studies) {
    const std::size_t study = effects.size();
    if (!is_count(t.exposed_events) || !is_count(t.exposed_others) ||
        !is_count(t.unexposed_events) || !is_count(t.unexposed_others)) {
      return refusal(study, "counts must be finite and not negative");
    }
    if (t.exposed_events + t.exposed_others == 0 || t.unexposed_events + t.unexposed_others == 0) {
      return refusal(study, "a group has no subject; leave the study out");
    }
    const bool is_decided =
        t.exposed_events + t.unexposed_events == 0 || t.exposed_others + t.unexposed_others == 0;
    if (measure == BinaryMeasure::peto_log_odds_ratio && is_decided) {
      return refusal(study, "Peto's odds ratio needs subjects with and without the event");
    }
    effects.push_back(binary_effect(t, measure));
  }
  return effects;
}

Result<std::vector<StudyEffect>> mean_effects(std::span<const TwoMeans> studies,
                                              MeanMeasure measure) {
  std::vector<StudyEffect> effects;
  effects.reserve(studies.size());
  for (const TwoMeans& study : studies) {
    if (!is_group(study.treated) || !is_group(study.control)) {
      return refusal(effects.size(),
                     "each group needs a finite mean, a deviation above 0 and 2 subjects");
    }
    effects.push_back(mean_effect(study, measure));
  }
  return effects;
}

Result<std::vector<StudyEffect>> proportion_effects(std::span<const EventCount> studies,
                                                    ProportionMeasure measure) {
  std::vector<StudyEffect> effects;
  effects.reserve(studies.size());
  for (const EventCount& study : studies) {
    if (!is_count(study.events) || !std::isfinite(study.subjects) || study.subjects <= 0 ||
        study.events > study.subjects) {
      return refusal(effects.size(), "events must be from 0 to the number of subjects, above 0");
    }
    effects.push_back(proportion_effect(study, measure));
  }
  return effects;
}

}  // namespace kensho::stats
