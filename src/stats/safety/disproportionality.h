// Spontaneous reports: is an event reported more often with one product than with the others?
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// Reports counted by product and event.
struct ReportTable {
  std::int64_t product_event;
  std::int64_t product_other;
  std::int64_t others_event;
  std::int64_t others_other;
};

/// An estimate that may be undefined because of a zero.
struct ReportingRatio {
  std::optional<double> ratio;
  std::optional<Interval> interval;
};

struct Disproportionality {
  ReportingRatio proportional;    // PRR
  ReportingRatio odds;            // ROR
  double expected;                // of product_event, were they independent
  double chi_square;              // with Yates' correction, as |O - E| - 1/2 but not below 0
  double p_value;                 // of it
  double information_component;   // log2 (O + 1/2) / (E + 1/2)
  Interval information_interval;  // from the gamma posterior of O / E
  bool evans_signal;              // PRR >= 2, chi-square >= 4, at least 3 reports
  bool information_signal;        // lower end of the information interval above 0
};

/// Errors  invalid_argument: a count below 0, no report of the product, of the event or of the
///         others, level outside (0, 1).
/// Source  Evans, Waller & Davis 2001, PDS 10:483-486; Norén, Hopstadius & Bate 2013, SMMR
/// 22:57-69. Checked against R, tests/reference/r/16_safety.json, 1e-12.
Result<Disproportionality> disproportionality(const ReportTable& reports,
                                              double confidence_level = 0.95);

}  // namespace kensho::stats
