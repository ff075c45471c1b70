#include "stats/survival/incidence_variance.h"

namespace kensho::stats {
namespace {

double sum_of(std::span<const double> events) {
  double sum = 0;
  for (const double count : events) sum += count;
  return sum;
}

// The variance of one count of `events` among `at_risk`, by at_risk^2: hypergeometric for ties.
double tie_weight(double events, double at_risk) {
  const double tie_factor = events > 1 ? (at_risk - events) / (at_risk - 1) : 1;
  return events * tie_factor / (at_risk * at_risk);
}

}  // namespace

// Every coefficient c - b (F(t) - F(now)) keeps its line while F(now) rises: c falls by b * rise.
void AalenVariance::Moments::shift(double rise) {
  constant += rise * (rise * slope - 2 * mixed);
  mixed -= rise * slope;
}

void AalenVariance::Moments::add(double weight, double c, double b) {
  constant += weight * c * c;
  mixed += weight * c * b;
  slope += weight * b * b;
}

void AalenVariance::jump(const IncidenceJump& jump) {
  const double before = jump.survival_before;
  const double all_events = sum_of(jump.events);
  // Once survival is 0 no incidence rises any more, so the slope no longer matters.
  const double b = jump.survival_after > 0 ? before / jump.survival_after : 0;
  for (std::size_t cause = 0; cause < moments_.size(); ++cause) {
    const double events = jump.events[cause];
    moments_[cause].shift(before * events / jump.at_risk);
    if (events > 0) moments_[cause].add(tie_weight(events, jump.at_risk), before, b);
    const double others = all_events - events;
    if (others > 0) moments_[cause].add(tie_weight(others, jump.at_risk), 0, b);
  }
}

void JackknifeVariance::leave(double subjects, std::size_t cause, double influence, double slope) {
  left_[cause].constant += subjects * influence * influence;
  left_[cause].mixed += subjects * influence * slope;
}

void JackknifeVariance::censor(double censored, double survival) {
  const double g = survival_influence_ / survival;
  for (std::size_t cause = 0; cause < at_risk_.size(); ++cause) {
    leave(censored, cause, at_risk_[cause], g);
  }
  slope_ += censored * g * g;
}

void JackknifeVariance::jump(const IncidenceJump& jump, double censored) {
  const double share = jump.survival_before / jump.at_risk;  // what one subject's event moves
  for (std::size_t cause = 0; cause < at_risk_.size(); ++cause) {
    const double hazard = jump.events[cause] / jump.at_risk;
    const double rise = jump.survival_before * hazard;
    left_[cause].constant += rise * (rise * slope_ + 2 * left_[cause].mixed);
    left_[cause].mixed += rise * slope_;
    at_risk_[cause] += (survival_influence_ - share) * hazard;
  }
  const double all_events = sum_of(jump.events);
  const double hazard = all_events / jump.at_risk;
  survival_influence_ += (share - survival_influence_) * hazard;

  if (jump.survival_after > 0 && censored > 0) censor(censored, jump.survival_after);
  const double g =
      jump.survival_after > 0 ? (survival_influence_ - share) / jump.survival_after : 0;
  for (std::size_t own = 0; own < at_risk_.size(); ++own) {
    const double events = jump.events[own];
    if (events == 0) continue;
    for (std::size_t cause = 0; cause < at_risk_.size(); ++cause) {
      leave(events, cause, at_risk_[cause] + (cause == own ? share : 0), g);
    }
  }
  slope_ += all_events * g * g;
}

}  // namespace kensho::stats
