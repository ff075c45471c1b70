// Concordance of a marker with survival times.
#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/survival/cox_model.h"
#include "stats/survival/cox_sample.h"

namespace kensho::stats {

/// What a larger marker means.
enum class MarkerDirection : unsigned char { earlier_event, later_event };

/// How much a pair counts whose earlier event is at t, with n(t) at risk, N in all, S the survival
/// curve and G that of the censoring, both just before t.
enum class PairWeight : unsigned char {
  pairs,               // 1: Harrell
  survival,            // N S / n: Peto-Wilcoxon
  survival_censoring,  // N S / (n G): Schemper
  inverse_censoring,   // 1 / G^2: Uno
  events               // 1 / n: each event once
};

/// How to count.
struct ConcordanceChoice {
  MarkerDirection direction = MarkerDirection::earlier_event;
  PairWeight weight = PairWeight::pairs;
  std::optional<double> time_max = {};  // pairs whose earlier event is later do not count
  double confidence_level = 0.95;
  unsigned threads = 1;  // two are of use
};

/// Pairs by their order, each with the product of the two case weights; and the concordance
/// (concordant + tied_marker / 2) / (concordant + discordant + tied_marker).
struct Concordance {
  double concordant;
  double discordant;
  double tied_marker;
  double tied_time;  // both events at one time, markers differ
  double tied_both;
  double concordance;
  double std_error;   // infinitesimal jackknife, over clusters where the sample has them
  Interval interval;  // plain, cut to [0, 1]
};

/// Concordance within the strata of a sample (its columns are not looked at), with left truncation.
/// A pair counts where one has its event while the other is at risk; censored at that time is
/// later. Shapes  marker[n] in the caller's order of rows. Errors  invalid_argument: sizes differ,
/// a marker not finite, no pair to compare, weights by the
///         censoring of rows that start late, level outside (0, 1).
/// Cost    O(n log n): two sweeps over a tree of ranks, side by side on 2 threads.
/// Source  Harrell et al. 1982, JAMA 247:2543-2546; Uno et al. 2011, Stat Med 30:1105-1117;
/// Therneau
///         & Watson 2015, Mayo technical report 85 (weights and their names).
/// Checked against R survival::concordance, tests/reference/r/01_survival.json and 02_cox.json.
Result<Concordance> concordance(const CoxSample& sample, std::span<const double> marker,
                                const ConcordanceChoice& choice = {});

/// The linear predictor of a fit, of columns taken less their means, in the caller's order of rows:
/// a marker of earlier events.
std::vector<double> cox_linear_predictor(const CoxSample& sample, const CoxFit& fit);

}  // namespace kensho::stats
