#include "stats/survival/hazard_estimate.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/survival/jackknife_sums.h"
#include "stats/survival/labels.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

Status check_sizes(const FollowUpRows& rows) {
  const std::size_t n = rows.time.size();
  const auto fits = [n](std::size_t size) { return size == 0 || size == n; };
  if (fits(rows.entry.size()) && fits(rows.weight.size()) && fits(rows.subject.size())) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("hazard: {} times but {} entries, {} weights and {} subjects", n,
                           rows.entry.size(), rows.weight.size(), rows.subject.size())};
}

Status check_entries(const FollowUpRows& rows) {
  for (std::size_t i = 0; i < rows.entry.size(); ++i) {
    if (rows.entry[i] >= 0 && rows.entry[i] < rows.time[i]) continue;
    return Error{
        Errc::invalid_argument,
        fmt::format("hazard: row {} enters at {} and ends at {}; entry must be finite, not "
                    "negative and before the end",
                    i + 1, rows.entry[i], rows.time[i])};
  }
  return ok();
}

Status check_weights(const FollowUpRows& rows) {
  bool any = rows.weight.empty();
  for (std::size_t i = 0; i < rows.weight.size(); ++i) {
    if (!std::isfinite(rows.weight[i]) || rows.weight[i] < 0) {
      return Error{Errc::invalid_argument,
                   fmt::format("hazard: the weight in row {} is {}; it must be finite and not "
                               "negative",
                               i + 1, rows.weight[i])};
    }
    any = any || rows.weight[i] > 0;
  }
  if (any) return ok();
  return Error{Errc::invalid_argument, "hazard: every weight is 0"};
}

Status check_rows(const FollowUpRows& rows, const HazardChoice& choice) {
  TRY(check_follow_up(rows.time, rows.event, 1));
  TRY(check_sizes(rows));
  TRY(check_entries(rows));
  TRY(check_weights(rows));
  if (choice.ties == HazardTies::fleming_harrington &&
      choice.variance == HazardVariance::infinitesimal_jackknife) {
    return Error{Errc::invalid_argument,
                 "hazard: the infinitesimal jackknife is for Nelson-Aalen ties only"};
  }
  return ok();
}

// The steps of hazard and variance of `events` tied events of that weight.
struct TieStep {
  double hazard;
  double variance;
};

TieStep tie_step(HazardTies ties, double weight, std::size_t events, double at_risk) {
  if (ties == HazardTies::nelson_aalen) return {weight / at_risk, weight / (at_risk * at_risk)};
  const double mean = weight / static_cast<double>(events);
  TieStep step{0, 0};
  for (std::size_t i = 0; i < events; ++i) {
    const double left = at_risk - static_cast<double>(i) * mean;
    step.hazard += mean / left;
    step.variance += mean / (left * left);
  }
  return step;
}

// The estimate while it moves over the distinct times.
class Estimate {
 public:
  Estimate(const FollowUpRows& rows, const HazardChoice& choice, Labels subjects)
      : rows_(rows),
        choice_(choice),
        subjects_(std::move(subjects)),
        jackknife_(choice.variance == HazardVariance::infinitesimal_jackknife),
        hazard_sums_(jackknife_ ? subject_count() : 0),
        limit_sums_(jackknife_ ? subject_count() : 0) {}

  void enter(std::size_t row);
  void move(std::span<const FollowUp> tied, HazardEstimate& estimate);

 private:
  std::size_t subject_count() const {
    return subjects_.distinct.empty() ? rows_.time.size() : subjects_.distinct.size();
  }
  std::size_t subject_of(std::size_t row) const {
    return subjects_.index.empty() ? row : subjects_.index[row];
  }
  double weight_of(std::size_t row) const { return rows_.weight.empty() ? 1 : rows_.weight[row]; }
  void jump(std::span<const FollowUp> tied, double weight, std::size_t events);
  void leave(std::span<const FollowUp> tied);
  double survival() const;
  std::optional<double> survival_error() const;
  double hazard_variance() const {
    return jackknife_ ? hazard_sums_.variance() : variance_.value();
  }

  const FollowUpRows& rows_;  // borrowed for the scan
  HazardChoice choice_;
  Labels subjects_;
  bool jackknife_;
  JackknifeSums hazard_sums_;
  JackknifeSums limit_sums_;  // of -log of the product limit
  std::size_t count_at_risk_ = 0;
  CompensatedSum at_risk_;
  CompensatedSum hazard_;
  CompensatedSum variance_;
  double product_limit_ = 1;
  double greenwood_ = 0;
};

void Estimate::enter(std::size_t row) {
  ++count_at_risk_;
  const double weight = weight_of(row);
  at_risk_.add(weight);
  if (!jackknife_) return;
  hazard_sums_.enter(subject_of(row), weight);
  limit_sums_.enter(subject_of(row), weight);
}

void Estimate::jump(std::span<const FollowUp> tied, double weight, std::size_t events) {
  const double at_risk = at_risk_.value();
  const TieStep step = tie_step(choice_.ties, weight, events, at_risk);
  hazard_.add(step.hazard);
  variance_.add(step.variance);
  // Rounding of weights must not leave a sliver of survival where everybody had the event.
  const double surviving = events == count_at_risk_ ? 0 : at_risk - weight;
  const bool survives = surviving > 0 && product_limit_ > 0;
  product_limit_ *= surviving > 0 ? surviving / at_risk : 0;
  if (survives) greenwood_ += weight / (at_risk * surviving);
  if (!jackknife_) return;
  hazard_sums_.grow(weight / (at_risk * at_risk));
  if (survives) limit_sums_.grow(weight / (at_risk * surviving));
  for (const FollowUp& row : tied) {
    if (rows_.event[row.code] == 0) continue;
    const std::size_t subject = subject_of(row.code);
    hazard_sums_.add_event(subject, weight_of(row.code), 1 / at_risk);
    if (survives) limit_sums_.add_event(subject, weight_of(row.code), 1 / surviving);
  }
}

void Estimate::leave(std::span<const FollowUp> tied) {
  for (const FollowUp& row : tied) {
    const double weight = weight_of(row.code);
    at_risk_.add(-weight);
    if (!jackknife_) continue;
    hazard_sums_.leave(subject_of(row.code), weight);
    limit_sums_.leave(subject_of(row.code), weight);
  }
  count_at_risk_ -= tied.size();
  if (count_at_risk_ == 0) at_risk_ = {};
}

double Estimate::survival() const {
  return choice_.form == SurvivalForm::product_limit ? product_limit_ : std::exp(-hazard_.value());
}

std::optional<double> Estimate::survival_error() const {
  if (choice_.form == SurvivalForm::exponential) return survival() * std::sqrt(hazard_variance());
  if (product_limit_ == 0) return std::nullopt;
  return product_limit_ * std::sqrt(jackknife_ ? limit_sums_.variance() : greenwood_);
}

void Estimate::move(std::span<const FollowUp> tied, HazardEstimate& estimate) {
  CompensatedSum weight;
  std::size_t events = 0;
  for (const FollowUp& row : tied) {
    if (rows_.event[row.code] == 0) continue;
    ++events;
    weight.add(weight_of(row.code));
  }
  const double at_risk = at_risk_.value();
  if (weight.value() > 0) jump(tied, weight.value(), events);
  estimate.survival.steps.push_back({tied.front().time, count_at_risk_, events,
                                     tied.size() - events, survival(), survival_error()});
  estimate.hazard.push_back(
      {at_risk, weight.value(), hazard_.value(), std::sqrt(hazard_variance())});
  leave(tied);
}

std::optional<Interval> interval_of(const HazardReading& reading, double z,
                                    HazardTransform transform) {
  switch (transform) {
    case HazardTransform::plain:
      return Interval{std::max(reading.cumulative - z * reading.std_error, 0.0),
                      reading.cumulative + z * reading.std_error};
    case HazardTransform::log:
      break;
  }
  if (reading.cumulative == 0) return std::nullopt;
  const double stretch = std::exp(z * reading.std_error / reading.cumulative);
  return Interval{reading.cumulative / stretch, reading.cumulative * stretch};
}

}  // namespace

Result<HazardEstimate> estimate_hazard(const FollowUpRows& rows, const HazardChoice& choice) {
  TRY(check_rows(rows, choice));
  const std::vector<FollowUp> leaving = sorted_rows(rows.time);
  const std::vector<FollowUp> entering = sorted_rows(rows.entry);

  Estimate estimate(rows, choice, TRY(make_labels(rows.subject, "subject")));
  HazardEstimate result;
  if (entering.empty()) {
    for (const FollowUp& row : leaving) estimate.enter(row.code);
  }
  std::size_t entered = 0;
  for (std::size_t first = 0; first < leaving.size();) {
    const std::size_t end = end_of_tie(leaving, first);
    for (; entered < entering.size() && entering[entered].time < leaving[first].time; ++entered) {
      estimate.enter(entering[entered].code);
    }
    estimate.move(std::span(leaving).subspan(first, end - first), result);
    first = end;
  }
  return result;
}

Result<std::vector<HazardReading>> read_hazard(const HazardEstimate& estimate,
                                               std::span<const double> times,
                                               const HazardIntervalChoice& choice) {
  TRY(check_reading_times(times));
  const double z = TRY(normal_multiplier(choice.confidence_level));
  const std::vector<SurvivalStep>& steps = estimate.survival.steps;
  std::vector<HazardReading> readings;
  readings.reserve(times.size());
  for (const double time : times) {
    const auto after = std::ranges::upper_bound(steps, time, {}, &SurvivalStep::time);
    const auto from = std::ranges::lower_bound(steps, time, {}, &SurvivalStep::time);
    HazardReading reading{time, 0, 0, 0, std::nullopt};
    if (from != steps.end()) {
      reading.at_risk = estimate.hazard[static_cast<std::size_t>(from - steps.begin())].at_risk;
    }
    if (after != steps.begin()) {
      const HazardStep& step = estimate.hazard[static_cast<std::size_t>(after - steps.begin()) - 1];
      reading.cumulative = step.cumulative;
      reading.std_error = step.std_error;
    }
    reading.interval = interval_of(reading, z, choice.transform);
    readings.push_back(reading);
  }
  return readings;
}

}  // namespace kensho::stats
