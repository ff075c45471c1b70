#include "stats/sequential/maxsprt.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/optimize/root.h"

namespace kensho::stats {
namespace {

// Probabilities left out at the edges of the distributions: far below the last digit of the sum.
constexpr double NEGLIGIBLE = 1e-22;

Status check(const MaxSprtDesign& design) {
  if (!(design.expected_events > 0) || design.expected_events > 10'000) {
    return Error{Errc::invalid_argument,
                 fmt::format("MaxSPRT: {} expected events; it must be above 0 and at most 10,000",
                             design.expected_events)};
  }
  if (design.events_min < 1 || design.events_min > 10'000) {
    return Error{
        Errc::invalid_argument,
        fmt::format("MaxSPRT: at least {} events; it must be 1 to 10,000", design.events_min)};
  }
  return ok();
}

// Probabilities of the count, while no signal was given: of first, first + 1, ...
class CountDistribution {
 public:
  // Where `mean` more events are expected and counts up to `count_max` were no signal.
  void advance(double mean, int count_max) {
    fill_step(mean);
    const auto size = static_cast<std::size_t>(std::max(count_max - first_ + 1, 0));
    next_.assign(size, 0.0);
    for (std::size_t k = 0; k < step_.size() && k < size; ++k) {
      const double weight = step_[k];
      const std::size_t count = std::min(probability_.size(), size - k);
      for (std::size_t i = 0; i < count; ++i) next_[i + k] += weight * probability_[i];
    }
    std::size_t dropped = 0;
    while (dropped + 1 < next_.size() && next_[dropped] < NEGLIGIBLE) ++dropped;
    first_ += static_cast<int>(dropped);
    probability_.assign(next_.begin() + static_cast<std::ptrdiff_t>(dropped), next_.end());
  }

  double total() const {
    double sum = 0;
    for (const double p : probability_) sum += p;
    return sum;
  }

 private:
  // Poisson probabilities up to where they no longer count.
  void fill_step(double mean) {
    step_.clear();
    for (int k = 0; step_.empty() || k <= mean || step_.back() > NEGLIGIBLE; ++k) {
      const double p = mean > 500 ? poisson_probability(k, mean)  // exp(-mean) would vanish
                       : k == 0   ? std::exp(-mean)
                                  : step_.back() * mean / k;
      step_.push_back(p);
    }
  }

  int first_ = 0;
  std::vector<double> probability_ = {1};
  std::vector<double> step_;
  std::vector<double> next_;
};

double signal_probability(const MaxSprtDesign& design, double critical_value, double rate_ratio) {
  CountDistribution distribution;
  double at = 0;
  for (int events = design.events_min;; ++events) {
    const double time = maxsprt_signal_time(events, critical_value);
    const double until = std::min(time, design.expected_events);
    distribution.advance(rate_ratio * (until - at), events - 1);
    if (time >= design.expected_events) return 1 - distribution.total();
    at = until;
  }
}

}  // namespace

double maxsprt_statistic(double events, double expected) {
  if (events <= expected) return 0;
  return events * std::log(events / expected) - (events - expected);
}

double maxsprt_signal_time(double events, double critical_value) {
  // With t = events exp(x) the equation is exp(x) - 1 - x = c: convex, so that Newton closes in
  // from the left.
  const double c = critical_value / events;
  double x = -(c + std::sqrt(2 * c));
  for (int i = 0; i < 60; ++i) {
    const double slope = std::expm1(x);
    const double step = (slope - x - c) / slope;
    x -= step;
    if (std::abs(step) <= 1e-15 * std::abs(x)) break;
  }
  return events * std::exp(x);
}

Result<double> maxsprt_signal_probability(const MaxSprtDesign& design, double critical_value,
                                          double rate_ratio) {
  TRY(check(design));
  if (!(critical_value > 0) || !std::isfinite(critical_value)) {
    return Error{Errc::invalid_argument, "MaxSPRT: the critical value must be above 0"};
  }
  if (!(rate_ratio > 0) || !(rate_ratio <= 1000)) {
    return Error{Errc::invalid_argument,
                 "MaxSPRT: the rate ratio must be above 0 and at most 1000"};
  }
  return signal_probability(design, critical_value, rate_ratio);
}

Result<double> maxsprt_critical_value(const MaxSprtDesign& design) {
  TRY(check(design));
  if (!(design.significance > 0) || !(design.significance <= 0.5)) {
    return Error{Errc::invalid_argument,
                 fmt::format("MaxSPRT: the significance is {}; it must be above 0 and at most 0.5",
                             design.significance)};
  }
  const auto excess = [&](double critical_value) {
    return signal_probability(design, critical_value, 1) - design.significance;
  };
  // critical values lie near log(1 / significance) and rise with log log T
  const double guess = -std::log(design.significance);
  Bracket bracket{0.6 * guess, 1.2 * guess + 1};
  while (excess(bracket.upper) > 0) bracket = {bracket.upper, 2 * bracket.upper};
  while (excess(bracket.lower) < 0) {
    bracket = {0.5 * bracket.lower, bracket.lower};
    if (bracket.lower < 1e-6) {
      return Error{Errc::invalid_argument,
                   fmt::format("MaxSPRT: {} events or more where {} are expected are less likely "
                               "than {}; ask for fewer or monitor longer",
                               design.events_min, design.expected_events, design.significance)};
    }
  }
  return find_root(excess, bracket, "MaxSPRT critical value");
}

}  // namespace kensho::stats
