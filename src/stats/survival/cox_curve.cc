#include "stats/survival/cox_curve.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_means.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

Result<std::size_t> check_subject(const CoxLayout& layout, const CoxSubject& subject) {
  if (subject.x.size() != layout.columns()) {
    return Error{Errc::invalid_argument,
                 fmt::format("Cox curve: {} covariates given, the model has {}", subject.x.size(),
                             layout.columns())};
  }
  for (std::size_t a = 0; a < subject.x.size(); ++a) {
    if (std::isfinite(subject.x[a])) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("Cox curve: the covariate '{}' is not finite", layout.names[a])};
  }
  const auto found = std::ranges::lower_bound(layout.stratum_label, subject.stratum);
  if (!std::isfinite(subject.offset) || found == layout.stratum_label.end() ||
      *found != subject.stratum) {
    return Error{Errc::invalid_argument,
                 fmt::format("Cox curve: no row is in stratum {}, or the offset is not finite",
                             subject.stratum)};
  }
  return static_cast<std::size_t>(found - layout.stratum_label.begin());
}

// What turns the hazard of the layout (centred, shifted) into the subject's: its logarithm.
double log_ratio(const CoxLayout& layout, const RiskSets& sets, const CoxFit& fit,
                 const CoxSubject& subject, std::size_t stratum) {
  double sum = subject.offset - layout.offset_center - sets.shift(stratum);
  for (std::size_t a = 0; a < subject.x.size(); ++a) {
    sum += (subject.x[a] - layout.center[a]) * fit.coefficients[a];
  }
  return sum;
}

// An interval of survival, symmetric on the chosen scale; `error` is that of log survival.
std::optional<Interval> interval_of(double survival, double hazard, double error, double z,
                                    SurvivalTransform transform) {
  if (survival == 0) return std::nullopt;
  const double half = z * error;
  switch (transform) {
    case SurvivalTransform::plain:
      return Interval{std::max(0.0, survival - half * survival),
                      std::min(1.0, survival + half * survival)};
    case SurvivalTransform::log:
      return Interval{survival * std::exp(-half), std::min(1.0, survival * std::exp(half))};
    case SurvivalTransform::log_log:
      break;
  }
  if (hazard == 0) return std::nullopt;
  return Interval{std::exp(-hazard * std::exp(half / hazard)),
                  std::exp(-hazard * std::exp(-half / hazard))};
}

double quadratic(const Matrix& v, std::span<const double> q) {
  double sum = 0;
  for (std::size_t a = 0; a < q.size(); ++a) {
    for (std::size_t b = 0; b < q.size(); ++b) sum += q[a] * v(a, b) * q[b];
  }
  return sum;
}

}  // namespace

Result<std::vector<CoxCurveStep>> cox_curve(const CoxSample& sample, const CoxFit& fit,
                                            const CoxSubject& subject,
                                            const IntervalChoice& choice) {
  const CoxLayout& layout = sample.layout();
  const std::size_t s = TRY(check_subject(layout, subject));
  const double z = TRY(normal_multiplier(choice.confidence_level));
  const RiskSets sets = TRY(risk_sets_at(layout, fit));
  const EventMeans means = event_means(layout, sets);
  const double ratio = std::exp(log_ratio(layout, sets, fit, subject, s));
  std::vector<CoxCurveStep> curve;
  std::vector<double> q(layout.columns());
  double hazard = 0;
  double square = 0;
  for (std::size_t j = layout.event_begin[s + 1]; j-- > layout.event_begin[s];) {
    const EventTerms& terms = sets.terms()[j];
    if (terms.deaths == 0) continue;
    hazard += terms.hazard;
    square += terms.square;
    for (std::size_t a = 0; a < q.size(); ++a) {
      q[a] = (subject.x[a] - layout.center[a]) * hazard - means.until(a, j);
    }
    const double error = ratio * std::sqrt(square + quadratic(fit.covariance, q));
    const double cumulative = ratio * hazard;
    const double survival = std::exp(-cumulative);
    curve.push_back({layout.events[j].time, cumulative, error, survival, survival * error,
                     interval_of(survival, cumulative, error, z, choice.transform)});
  }
  return curve;
}

Result<std::vector<CoxCurveStep>> read_cox_curve(std::span<const CoxCurveStep> curve,
                                                 std::span<const double> times) {
  TRY(check_reading_times(times));
  std::vector<CoxCurveStep> readings;
  for (const double time : times) {
    const auto after = std::ranges::upper_bound(curve, time, {}, &CoxCurveStep::time);
    CoxCurveStep step{time, 0, 0, 1, 0, Interval{1, 1}};
    if (after != curve.begin()) step = *std::prev(after);
    step.time = time;
    readings.push_back(step);
  }
  return readings;
}

Result<std::vector<double>> standardised_survival(const CoxSample& sample, const CoxFit& fit,
                                                  std::span<const CoxSubject> subjects,
                                                  std::span<const double> times) {
  const CoxLayout& layout = sample.layout();
  TRY(check_reading_times(times));
  if (subjects.empty()) {
    return Error{Errc::invalid_argument, "Cox curve: there is no subject to standardise to"};
  }
  const RiskSets sets = TRY(risk_sets_at(layout, fit));
  const HazardSums sums = sets.hazard_sums();
  std::vector<double> mean(times.size());
  for (const CoxSubject& subject : subjects) {
    const std::size_t s = TRY(check_subject(layout, subject));
    const double ratio = std::exp(log_ratio(layout, sets, fit, subject, s));
    const auto events =
        std::span(layout.events)
            .subspan(layout.event_begin[s], layout.event_begin[s + 1] - layout.event_begin[s]);
    for (std::size_t k = 0; k < times.size(); ++k) {
      // The events are in descending time: the first not after it has all before it added up.
      const auto seen =
          std::ranges::lower_bound(events, times[k], std::greater<>(), &EventTime::time);
      const double hazard =
          seen == events.end()
              ? 0
              : sums.until[layout.event_begin[s] + static_cast<std::size_t>(seen - events.begin())];
      mean[k] += std::exp(-ratio * hazard);
    }
  }
  for (double& value : mean) value /= static_cast<double>(subjects.size());
  return mean;
}

}  // namespace kensho::stats
