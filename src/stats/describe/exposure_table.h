// Two groups and an event: the table of two by two counts, of one stratum or of one study.
#pragma once

namespace kensho::stats {

/// How many with and without the event are exposed (treated), and how many are not (controls).
/// Counts as numbers, so that fractions may be added to them.
struct ExposureTable {
  double exposed_events;
  double exposed_others;  // without the event
  double unexposed_events;
  double unexposed_others;
};

}  // namespace kensho::stats
