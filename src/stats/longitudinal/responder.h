// Who got better by at least what matters to patients: responders and their share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// Which way is better.
enum class Better : unsigned char { higher, lower };

/// The smallest change that counts, with its direction. Where it comes from (instrument,
/// population, publication) belongs beside every result.
struct ResponderRule {
  double minimal_important_change;  // > 0, in units of the outcome
  Better better = Better::higher;
};

/// 1 where the change from baseline reaches the threshold, else 0. A change that misses it by
/// rounding (1e-9 of the threshold) reaches it.
/// Errors  invalid_argument: a threshold that is not positive and finite, a change not finite.
Result<std::vector<int>> responders(std::span<const double> change, const ResponderRule& rule);

/// One group's responders.
struct ResponderGroup {
  int group;
  std::int64_t responders;
  std::int64_t subjects;
  double share;
  Interval wilson;
  Interval clopper_pearson;
};

/// Responders of one group less those of the first.
struct ResponderDifference {
  int group;
  int versus;
  double difference;              // of shares
  Interval interval;              // Newcombe's hybrid of the Wilson intervals
  std::optional<double> z;        // pooled score statistic; none where all or nobody responded
  std::optional<double> p_value;  // two-sided
};

/// Shares by group, and differences from the group of the lowest label.
struct ResponderAnalysis {
  std::vector<ResponderGroup> groups;  // ascending by label
  std::vector<ResponderDifference> differences;
};

/// Shapes  responded[n] of 0 and 1, group[n] or empty (one group, labelled 0).
/// Errors  invalid_argument: nobody; lengths differ; a value but 0 and 1; a level outside (0, 1).
/// Source  Newcombe 1998, Stat. Med. 17:873-890, method 10 (difference); see describe/proportion.h.
/// Checked against R prop.test, binom.test, tests/reference/longitudinal/responder.json.
Result<ResponderAnalysis> responder_analysis(std::span<const int> responded,
                                             std::span<const int> group, double confidence_level);

}  // namespace kensho::stats
