// The risk sets of a Cox model at given coefficients, and what the likelihood needs of them: for
// the files of this family only.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "base/large_array.h"
#include "base/parallel.h"
#include "stats/linear/matrix.h"
#include "stats/survival/cox_layout.h"

namespace kensho::stats {

/// How events at one time share their risk set: Efron's average, Breslow's sum, or the exact
/// discrete partial likelihood.
enum class CoxTies : unsigned char { efron, breslow, exact };

/// Sums over one event time. With risk r = weight exp(x b), S over the risk set, D over its d rows
/// with an event, W their weight, w = W / d and f = l / d, l = 0 .. d - 1:
struct EventTerms {
  std::size_t deaths;      // d: rows of positive weight with the event
  double death_weight;     // W
  double at_risk;          // S
  double dead_risk;        // D
  double log_denominator;  // w sum log(S - f D)
  double hazard;           // w sum 1 / (S - f D): the step of the baseline hazard
  double dead_hazard;      // w sum (1 - f) / (S - f D): its share of a row with the event
  double square;           // w sum 1 / (S - f D)^2
  double square_cross;     // w sum f / (S - f D)^2
  double square_dead;      // w sum f^2 / (S - f D)^2
};

/// The terms of one event time; with Breslow's f = 0, and at one death, both ways are one.
EventTerms event_terms(double at_risk, double dead_risk, std::size_t deaths, double death_weight,
                       CoxTies ties);

/// Score and information of the partial likelihood.
struct CoxMoments {
  std::vector<double> score;
  Matrix information;
};

/// The weights that turn risks into expected events, from a multiplier of each event time.
struct HazardSums {
  LargeArray<double> until;  // multiplied hazard up to and with each event time
  LargeArray<double> death;  // the same for a row with the event there
};

/// The risk sets of all event times.
///
/// By the identity  sum_t w S2(t) / S(t) = X' diag(r_i H(t_i)) X  the information is one Gram
/// matrix of all rows less one of at most two rows an event time, so that no sums of p^2 products
/// are carried along; see docs/methods/cox.md.
class RiskSets {
 public:
  /// `weight` by sorted row, in whole strips; both are borrowed from the caller.
  RiskSets(const CoxLayout& layout, std::span<const double> weight, CoxTies ties, unsigned threads);

  /// Moves to these coefficients. False where linear predictors of one stratum are more than 300
  /// apart, so that products of risks would leave the range of doubles.
  /// Cost    O(n p) on all threads and one scan.
  bool update(std::span<const double> coefficients);

  /// The log partial likelihood, without the events of exact ties.
  double log_likelihood() const { return log_likelihood_; }

  /// Score and information, each event time counted `multiplier` times (empty = once): not the
  /// events of exact ties.
  /// Cost    O(n p^2 / 2) on all threads (rows with a start: O(n p) on one).
  CoxMoments moments(std::span<const double> multiplier = {});

  /// Sums of the multiplied hazard.
  HazardSums hazard_sums(std::span<const double> multiplier = {}) const;

  /// Calls `visit(event, s1, d1)` for every event time in order, with sum r x over its risk set and
  /// over its rows with the event.
  using Visitor = std::function<void(std::size_t event, std::span<const double> risk_sum,
                                     std::span<const double> dead_sum)>;
  void visit_events(const Visitor& visit) const;

  std::span<const EventTerms> terms() const { return terms_; }
  /// weight exp(x b + offset - shift of the stratum), by sorted row.
  std::span<const double> weighted_risk() const { return weighted_risk_; }
  /// x b + offset, of centred columns, less the shift of the stratum; by sorted row.
  std::vector<double> linear_predictor() const;
  double shift(std::size_t stratum) const { return shift_.empty() ? 0 : shift_[stratum]; }

 private:
  struct StripTotals {
    double event_linear = 0;
    double largest = 0;
  };

  BlockPlan plan() const;
  void fill_strip(std::size_t strip, StripTotals& totals);
  double fill_risks();
  bool shift_risks();
  void sum_strip(std::size_t strip);
  void carry_sums();
  void scan_right_censored();
  void scan_with_starts();
  void finish_terms();
  template <class Visit>
  void walk_strips(std::size_t first, std::size_t last, const Visit& visit) const;
  template <class Visit>
  void walk_with_starts(const Visit& visit) const;

  const CoxLayout& layout_;
  std::span<const double> weight_;
  CoxTies ties_;
  unsigned threads_;
  std::vector<double> coefficients_;
  LargeArray<double> weighted_risk_;
  std::vector<double> shift_;
  LargeArray<double> carry_;           // by strip: sum r x of its stratum's rows before it
  LargeArray<double> tail_;            // by strip: sum r x of its rows of the stratum it ends in
  std::vector<unsigned char> begins_;  // by strip: that stratum begins in it
  LargeArray<EventTerms> terms_;
  std::vector<unsigned char> rebuilt_;  // events at which sums with starts begin anew
  double event_linear_ = 0;             // sum of weight * linear predictor over events
  double log_likelihood_ = 0;
};

}  // namespace kensho::stats
