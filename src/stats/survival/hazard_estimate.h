// Cumulative hazard and survival from weighted, left-truncated or recurrent follow-up.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/survival/kaplan_meier.h"

namespace kensho::stats {

/// Rows of follow-up: at risk after `entry` until `time`, with an event at `time` or without. A
/// subject may have several rows.
struct FollowUpRows {
  std::span<const double> time;
  std::span<const int> event;      // 1 = observed, 0 = censored
  std::span<const double> entry;   // empty: everybody from the beginning
  std::span<const double> weight;  // empty: ones
  std::span<const int> subject;    // labels from 0 to 2^20 - 1; empty: each row its own subject
};

/// How tied events share a time: as if at once (Nelson-Aalen), or one after the other
/// (Fleming-Harrington).
enum class HazardTies : unsigned char { nelson_aalen, fleming_harrington };

/// The variance: that of a Poisson count (of the product limit: Greenwood's), weights being numbers
/// of subjects; or the infinitesimal jackknife, which holds for any weights and for subjects with
/// several events.
enum class HazardVariance : unsigned char { model, infinitesimal_jackknife };

/// The survival curve that goes with the hazard: the product limit, or exp(-H).
enum class SurvivalForm : unsigned char { product_limit, exponential };

/// How to estimate.
struct HazardChoice {
  HazardTies ties = HazardTies::nelson_aalen;
  HazardVariance variance = HazardVariance::model;
  SurvivalForm form = SurvivalForm::product_limit;
};

/// The hazard at one distinct time.
struct HazardStep {
  double at_risk;     // weight of the rows at risk at this time
  double events;      // weight of those with an event
  double cumulative;  // from this time on
  double std_error;   // of it
};

/// Hazard and survival at the same times. The counts of `survival` are of rows, not weights; its
/// time is that of both.
struct HazardEstimate {
  SurvivalCurve survival;
  std::vector<HazardStep> hazard;  // one a step of `survival`
};

/// Weighted Kaplan-Meier and Nelson-Aalen or Fleming-Harrington estimates, with delayed entry. With
/// several rows a subject, events may recur and the cumulative hazard is the mean cumulative
/// function: take the infinitesimal jackknife then (Lawless & Nadeau).
///
/// Shapes  time[n], event[n]; entry, weight and subject n or 0 long; one step per distinct time.
/// Units   one unit of time. A row is at risk at t where entry < t <= time.
/// Errors  invalid_argument: as check_follow_up; sizes differ; an entry not finite, negative, or
///         not before its time; a weight negative or not finite, or all 0; the jackknife asked for
///         with Fleming-Harrington ties.
/// Cost    O(n): radix sorts, one scan; the jackknife too, by three sums over subjects.
/// Source  Nelson 1972; Aalen 1978; Fleming & Harrington 1984; Lawless & Nadeau 1995,
///         Technometrics 37:158-168; docs/methods/nelson_aalen.md for the jackknife's sums.
/// Checked against R survival::survfit, tests/reference/r/01_survival.json, 10 digits.
Result<HazardEstimate> estimate_hazard(const FollowUpRows& rows, const HazardChoice& choice = {});

/// The scale on which an interval of a cumulative hazard is symmetric.
enum class HazardTransform : unsigned char { plain, log };

/// How to make the pointwise intervals of a cumulative hazard.
struct HazardIntervalChoice {
  HazardTransform transform = HazardTransform::log;
  double confidence_level = 0.95;
};

/// A cumulative hazard read at one time.
struct HazardReading {
  double time;
  double at_risk;  // weight at risk at the next step: 0 after the last
  double cumulative;
  double std_error;
  std::optional<Interval> interval;  // on the log scale none where the hazard is 0
};

/// The cumulative hazard at the given times, in any order: 0 before the first step, the last
/// carried on after it. A plain interval is cut at 0. Errors  invalid_argument: a time is negative
/// or not finite, level outside (0, 1). Cost    O(log n) a time.
Result<std::vector<HazardReading>> read_hazard(const HazardEstimate& estimate,
                                               std::span<const double> times,
                                               const HazardIntervalChoice& choice = {});

}  // namespace kensho::stats
