// How the rows of a Cox model lie in memory: for the files of this family only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/large_array.h"
#include "stats/survival/cox_sample.h"
#include "stats/survival/cox_strips.h"

namespace kensho::stats {

/// One distinct time of events in a stratum. Row numbers are those of the sorted rows.
struct EventTime {
  double time;
  std::uint32_t stratum;      // number of the stratum
  std::uint32_t first_row;    // of the stratum
  std::uint32_t death_begin;  // rows [death_begin, death_end) have their event now
  std::uint32_t death_end;
  std::uint32_t risk_end;  // rows [first_row, risk_end) are followed until now or longer
  std::uint32_t left_end;  // of by_start [first_row, left_end): they start now or later
};

/// Sorted by stratum, then by descending time, events before censorings of the same time.
struct CoxLayout {
  std::size_t rows = 0;
  std::size_t event_rows = 0;  // with the event
  StripedMatrix x;             // centred columns
  std::vector<double> center;  // what was taken off each column: its weighted mean
  double offset_center = 0;
  std::vector<std::string> names;

  LargeArray<std::uint32_t> order;     // of a sorted row: the caller's row
  LargeArray<std::uint32_t> by_start;  // sorted rows by stratum, then descending start; or empty
  LargeArray<double> time;             // these five by sorted row, filled up to whole strips
  LargeArray<double> start;            // or empty
  LargeArray<double> weight;           // 0 in what is filled up
  LargeArray<double> offset;           // centred; or empty
  std::vector<unsigned char> event;
  std::vector<std::int32_t> cluster;  // by sorted row, as given; or empty

  std::vector<std::uint32_t> stratum_begin;  // first row of each stratum, and `rows`
  std::vector<int> stratum_label;            // as given, ascending; {0} where there is one
  LargeArray<EventTime> events;              // by stratum, then descending time
  // For rows with a start: the first of `events` not after it in its stratum, or the number of the
  // event list's end there.
  std::vector<std::uint32_t> start_event;

  std::size_t columns() const { return x.columns(); }
  std::size_t strata() const { return stratum_label.size(); }
  bool unit_weights = true;
  /// The events of a stratum are [event_begin[s], event_begin[s + 1]).
  std::vector<std::uint32_t> event_begin;
};

}  // namespace kensho::stats
