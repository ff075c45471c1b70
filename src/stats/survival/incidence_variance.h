// The two running variances of the Aalen-Johansen estimate. Internal to aalen_johansen.cc; the
// formulas and their derivation are in docs/methods/aalen_johansen.md.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace kensho::stats {

/// One time with events, before and after it.
struct IncidenceJump {
  double at_risk;
  double survival_before;
  double survival_after;
  std::span<const double> events;  // of each cause
};

/// Counting-process variance: the sum over past events of the squared coefficient each has in the
/// incidence of today. The coefficients move together, so three sums a cause carry them.
class AalenVariance {
 public:
  explicit AalenVariance(std::size_t causes) : moments_(causes) {}

  /// Moves to the next time with events. Cost O(k).
  void jump(const IncidenceJump& jump);
  double of(std::size_t cause) const { return moments_[cause].constant; }

 private:
  // Sums of w c^2, w c b, w b^2, where an event's coefficient is c - b (F(t) - F(now)).
  struct Moments {
    double constant = 0;
    double mixed = 0;
    double slope = 0;

    void shift(double rise);
    void add(double weight, double c, double b);
  };
  std::vector<Moments> moments_;
};

/// Infinitesimal jackknife: the sum over subjects of the squared derivative of the incidence by the
/// subject's weight. All subjects at risk share one derivative; of those who left, each has one
/// that is linear in F, so three sums carry them.
class JackknifeVariance {
 public:
  explicit JackknifeVariance(std::size_t causes) : at_risk_(causes), left_(causes) {}

  /// Moves over a time with events; `events` of the jump leave, as do `censored`. Cost O(k^2).
  void jump(const IncidenceJump& jump, double censored);
  /// Moves over a time at which subjects are only censored. Cost O(k).
  void censor(double censored, double survival);
  /// The variance now, `staying` subjects being still at risk.
  double of(std::size_t cause, double staying) const {
    return left_[cause].constant + staying * at_risk_[cause] * at_risk_[cause];
  }

 private:
  // Sums over those who left of u^2 and u g, where u is the derivative of F and g that of S, by S.
  struct Left {
    double constant = 0;
    double mixed = 0;
  };
  void leave(double subjects, std::size_t cause, double influence, double slope);

  double survival_influence_ = 0;  // the derivative of S for everyone at risk
  std::vector<double> at_risk_;    // that of each F
  std::vector<Left> left_;
  double slope_ = 0;  // sum of g^2
};

}  // namespace kensho::stats
