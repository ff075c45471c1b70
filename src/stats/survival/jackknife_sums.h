// The infinitesimal jackknife of a hazard in one scan. Internal to hazard_estimate.cc.
#pragma once

#include <cstddef>
#include <vector>

#include "stats/describe/compensated_sum.h"

namespace kensho::stats {

/// The influence of subject c on a hazard is P_c - W_c G: W_c is its weight now at risk, G grows
/// with the hazard, and P_c collects what entering, leaving and events fix. The sum of squares over
/// subjects follows from three sums.
class JackknifeSums {
 public:
  explicit JackknifeSums(std::size_t subjects) : fixed_(subjects), at_risk_(subjects) {}

  void enter(std::size_t subject, double weight) { change(subject, weight * grown_, weight); }
  void leave(std::size_t subject, double weight) { change(subject, -weight * grown_, -weight); }
  /// An event of that weight at a time where each adds `gain`.
  void add_event(std::size_t subject, double weight, double gain) {
    change(subject, weight * gain, 0);
  }
  /// All at risk share a step of the hazard.
  void grow(double by) { grown_ += by; }

  double variance() const {
    const double sum =
        squares_.value() + grown_ * (grown_ * weights_.value() - 2 * products_.value());
    return sum > 0 ? sum : 0;  // rounding can leave a variance of 0 slightly below it
  }

 private:
  void change(std::size_t subject, double fixed, double weight) {
    const double fixed_before = fixed_[subject];
    const double weight_before = at_risk_[subject];
    const double fixed_after = fixed_[subject] += fixed;
    const double weight_after = at_risk_[subject] += weight;
    squares_.add(fixed_after * fixed_after);
    squares_.add(-fixed_before * fixed_before);
    products_.add(fixed_after * weight_after);
    products_.add(-fixed_before * weight_before);
    weights_.add(weight_after * weight_after);
    weights_.add(-weight_before * weight_before);
  }

  double grown_ = 0;
  std::vector<double> fixed_;
  std::vector<double> at_risk_;
  CompensatedSum squares_;
  CompensatedSum products_;
  CompensatedSum weights_;
};

}  // namespace kensho::stats
