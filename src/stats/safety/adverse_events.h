// Adverse events by arm: subjects, events, exposure-adjusted rates, and the arms compared.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/proportion.h"
#include "stats/safety/incidence_rate.h"
#include "stats/safety/two_proportions.h"

namespace kensho::stats {

/// Who was exposed, for how long, and what happened.
///
/// Shapes  arm[n], exposure[n] of subjects; subject[m] (an index into them), term[m] of events.
/// Units   arms are whole numbers from 0 to arms - 1, terms from 0 to terms - 1; exposure in any
///         unit of time, above 0 or 0.
struct AdverseEventData {
  std::span<const int> arm;
  std::span<const double> exposure;
  std::span<const int> subject;
  std::span<const int> term;
  int arms;
  int terms;
};

/// One term in one arm.
struct AdverseEventCell {
  std::int64_t exposed;   // subjects of the arm
  std::int64_t affected;  // of them, with at least one event
  std::int64_t events;
  double exposure;
  Proportion incidence;               // affected / exposed, exact interval
  std::optional<IncidenceRate> rate;  // events / exposure; none without exposure
  // against the reference arm; none in it
  std::optional<double> fisher_p_value;
  std::optional<DifferenceEstimate> risk_difference;  // Miettinen-Nurminen
};

/// Rows: one a term, after a first one of any term; each with one cell an arm.
struct AdverseEventTable {
  std::vector<std::vector<AdverseEventCell>> rows;
};

/// Errors  invalid_argument, with the row: sizes differ, an arm, subject or term out of range, an
///         exposure below 0 or not finite, an arm without subjects, level outside (0, 1).
/// Cost    O(n + m log m) and a Fisher test a cell.
/// Checked against R binom.test, fisher.test on the CDISC pilot, tests/reference/r/16_safety.json.
Result<AdverseEventTable> adverse_event_table(const AdverseEventData& data, int reference_arm,
                                              double confidence_level = 0.95);

}  // namespace kensho::stats
