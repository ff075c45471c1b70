#include "stats/survival/cox_sample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/parallel.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

Error refused(std::string message) {
  return {Errc::invalid_argument, "Cox model: " + std::move(message)};
}

Status check_size(std::string_view what, std::size_t size, std::size_t rows) {
  if (size == rows || size == 0) return ok();
  return refused(fmt::format("{} times but {} values of {}", rows, size, what));
}

Status check_sizes(const CoxData& data) {
  const std::size_t rows = data.time.size();
  if (data.x.rows() != rows) {
    return refused(fmt::format("{} times but {} rows of covariates", rows, data.x.rows()));
  }
  TRY(check_size("start", data.start.size(), rows));
  TRY(check_size("stratum", data.stratum.size(), rows));
  TRY(check_size("weight", data.weight.size(), rows));
  TRY(check_size("offset", data.offset.size(), rows));
  TRY(check_size("cluster", data.cluster.size(), rows));
  return ok();
}

Status check_start(const CoxData& data) {
  for (std::size_t i = 0; i < data.start.size(); ++i) {
    if (data.start[i] >= 0 && data.start[i] < data.time[i]) continue;
    return refused(
        fmt::format("row {} starts at {} and ends at {}; it must start at 0 or later "
                    "and before its end",
                    i + 1, data.start[i], data.time[i]));
  }
  return ok();
}

Status check_weights(const CoxData& data) {
  double events = data.weight.empty() ? 1 : 0;
  for (std::size_t i = 0; i < data.weight.size(); ++i) {
    if (!(data.weight[i] >= 0) || !std::isfinite(data.weight[i])) {
      return refused(fmt::format("the weight in row {} is {}; it must be finite and not negative",
                                 i + 1, data.weight[i]));
    }
    events += data.weight[i] * data.event[i];
  }
  if (std::ranges::count(data.event, 1) == 0 || events == 0) {
    return refused("no row of positive weight has the event");
  }
  return ok();
}

Status check_finite(std::string_view what, std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    return refused(fmt::format("{} in row {} is {}; it must be finite", what, i + 1, values[i]));
  }
  return ok();
}

std::string column_name(const CoxData& data, std::size_t column) {
  return column < data.names.size() ? data.names[column] : fmt::format("column {}", column + 1);
}

Status check(const CoxData& data) {
  TRY(check_follow_up(data.time, data.event, 1));
  TRY(check_sizes(data));
  TRY(check_start(data));
  TRY(check_weights(data));
  TRY(check_finite("the offset", data.offset));
  return ok();
}

// ---- sorting ----------------------------------------------------------------------------------

std::vector<FollowUp> ascending(std::span<const double> values) {
  std::vector<FollowUp> keys(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    keys[i] = {values[i] + 0.0, static_cast<std::uint32_t>(i)};
  }
  sort_by_time(keys);
  return keys;
}

// Calls `put(place, key)` for each key: ascending ones become descending within strata of ascending
// label.
template <class Put>
void by_stratum(std::span<const FollowUp> keys, const std::vector<std::uint32_t>& stratum_of,
                std::vector<std::uint32_t> place, const Put& put) {
  for (std::size_t k = keys.size(); k-- > 0;) {
    put(place[stratum_of.empty() ? 0 : stratum_of[keys[k].code]]++, keys[k]);
  }
}

// The number of each row's stratum, in ascending order of label.
std::vector<std::uint32_t> number_strata(const CoxData& data, CoxLayout& layout) {
  if (data.stratum.empty()) {
    layout.stratum_label = {0};
    return {};
  }
  layout.stratum_label.assign(data.stratum.begin(), data.stratum.end());
  std::ranges::sort(layout.stratum_label);
  const auto repeated = std::ranges::unique(layout.stratum_label);
  layout.stratum_label.erase(repeated.begin(), repeated.end());
  std::vector<std::uint32_t> number(data.stratum.size());
  for (std::size_t i = 0; i < number.size(); ++i) {
    const auto found = std::ranges::lower_bound(layout.stratum_label, data.stratum[i]);
    number[i] = static_cast<std::uint32_t>(found - layout.stratum_label.begin());
  }
  return number;
}

void place_strata(const CoxData& data, const std::vector<std::uint32_t>& stratum_of,
                  CoxLayout& layout) {
  layout.stratum_begin.assign(layout.strata() + 1, 0);
  for (const std::uint32_t stratum : stratum_of) ++layout.stratum_begin[stratum + 1];
  if (stratum_of.empty()) layout.stratum_begin[1] = static_cast<std::uint32_t>(data.time.size());
  std::partial_sum(layout.stratum_begin.begin(), layout.stratum_begin.end(),
                   layout.stratum_begin.begin());
}

// Moves the rows with an event to the front of each tie, in their order.
void events_first(const CoxData& data, CoxLayout& layout) {
  std::vector<std::uint32_t> censored;
  layout.event.assign(layout.time.size(), 0);
  for (std::size_t s = 0; s < layout.strata(); ++s) {
    const std::uint32_t end = layout.stratum_begin[s + 1];
    for (std::uint32_t first = layout.stratum_begin[s]; first < end;) {
      censored.clear();
      std::uint32_t place = first;
      std::uint32_t last = first;
      for (; last < end && layout.time[last] == layout.time[first]; ++last) {
        const std::uint32_t row = layout.order[last];
        if (data.event[row] == 1) {
          layout.event[place] = 1;
          layout.order[place++] = row;
        } else {
          censored.push_back(row);
        }
      }
      std::ranges::copy(censored, layout.order.begin() + place);
      first = last;
    }
  }
}

// ---- filling ----------------------------------------------------------------------------------

template <class Array, class From>
Array gathered(std::span<const From> values, const CoxLayout& layout) {
  if (values.empty()) return {};
  Array result(layout.x.strips() * strip_rows, 0);
  for (std::size_t i = 0; i < layout.rows; ++i) result[i] = values[layout.order[i]];
  return result;
}

double total_weight(const CoxData& data) {
  if (data.weight.empty()) return static_cast<double>(data.time.size());
  return std::accumulate(data.weight.begin(), data.weight.end(), 0.0);
}

double weighted_sum(std::span<const double> values, std::span<const double> weight) {
  constexpr std::size_t lanes = 4;  // one sum would wait for each of its additions
  std::array<double, lanes> sums{};
  const auto add = [&](std::size_t i, double& sum) {
    sum += weight.empty() ? values[i] : weight[i] * values[i];
  };
  const std::size_t whole = values.size() / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) add(i + lane, sums[lane]);
  }
  for (std::size_t i = whole; i < values.size(); ++i) add(i, sums[0]);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

Status fill_columns(const CoxData& data, unsigned threads, CoxLayout& layout) {
  std::vector<unsigned char> finite(layout.columns(), 1);
  layout.center.resize(layout.columns());
  const double total = total_weight(data);
  parallel_for({.count = layout.columns(), .block_size = 1, .threads = threads},
               [&](const Block& block) {
                 const auto column = data.x.column(block.begin);
                 const double center = weighted_sum(column, data.weight) / total;
                 layout.center[block.begin] = center;
                 // The mean of finite values may still overflow: then each is looked at below.
                 finite[block.begin] = std::isfinite(center) ? 1 : 0;
                 for (std::size_t first = 0; first < layout.rows; first += strip_rows) {
                   double* to = layout.x.strip(first / strip_rows) + block.begin * strip_rows;
                   const std::size_t rows = std::min(strip_rows, layout.rows - first);
                   for (std::size_t i = 0; i < rows; ++i) {
                     to[i] = column[layout.order[first + i]] - center;
                   }
                   std::fill(to + rows, to + strip_rows, 0.0);
                 }
               });
  for (std::size_t a = 0; a < layout.columns(); ++a) {
    if (finite[a] != 0) continue;
    TRY(check_finite(column_name(data, a), data.x.column(a)));
    return refused(fmt::format("{}: its values are too large to be added", column_name(data, a)));
  }
  return ok();
}

void fill_rows(const CoxData& data, CoxLayout& layout) {
  layout.start = gathered<LargeArray<double>>(data.start, layout);
  layout.cluster = gathered<std::vector<std::int32_t>>(data.cluster, layout);
  layout.offset = gathered<LargeArray<double>>(data.offset, layout);
  layout.unit_weights = std::ranges::all_of(data.weight, [](double w) { return w == 1; });
  layout.weight = gathered<LargeArray<double>>(data.weight, layout);
  if (layout.weight.empty()) {
    layout.weight.assign(layout.x.strips() * strip_rows, 0);
    std::fill_n(layout.weight.begin(), layout.rows, 1.0);
  }
  if (layout.offset.empty()) return;
  layout.offset_center = weighted_sum(data.offset, data.weight) / total_weight(data);
  for (std::size_t i = 0; i < layout.rows; ++i) layout.offset[i] -= layout.offset_center;
}

std::uint32_t end_of_stop(const CoxLayout& layout, std::uint32_t first, std::uint32_t end) {
  std::uint32_t last = first + 1;
  while (last < end && layout.time[last] == layout.time[first]) ++last;
  return last;
}

void find_events(CoxLayout& layout) {
  layout.event_begin.push_back(0);
  for (std::uint32_t s = 0; s < layout.strata(); ++s) {
    const std::uint32_t begin = layout.stratum_begin[s];
    const std::uint32_t end = layout.stratum_begin[s + 1];
    std::uint32_t left = begin;
    for (std::uint32_t first = begin; first < end;) {
      const std::uint32_t last = end_of_stop(layout, first, end);
      std::uint32_t deaths = first;
      while (deaths < last && layout.event[deaths] == 1) ++deaths;
      if (!layout.start.empty()) {
        while (left < end && layout.start[layout.by_start[left]] >= layout.time[first]) ++left;
      }
      if (deaths > first) {
        layout.events.push_back({layout.time[first], s, begin, first, deaths, last, left});
      }
      first = last;
    }
    layout.event_begin.push_back(static_cast<std::uint32_t>(layout.events.size()));
  }
}

void find_start_events(CoxLayout& layout) {
  if (layout.start.empty()) return;
  layout.start_event.resize(layout.rows);
  for (std::size_t s = 0; s < layout.strata(); ++s) {
    std::uint32_t event = layout.event_begin[s];
    for (std::uint32_t k = layout.stratum_begin[s]; k < layout.stratum_begin[s + 1]; ++k) {
      const std::uint32_t row = layout.by_start[k];
      while (event < layout.event_begin[s + 1] && layout.events[event].time > layout.start[row]) {
        ++event;
      }
      layout.start_event[row] = event;
    }
  }
}

void sort_rows(const CoxData& data, CoxLayout& layout) {
  const std::vector<std::uint32_t> stratum_of = number_strata(data, layout);
  place_strata(data, stratum_of, layout);
  layout.order.resize(layout.rows);
  layout.time.assign(layout.x.strips() * strip_rows, 0);
  by_stratum(ascending(data.time), stratum_of, layout.stratum_begin,
             [&](std::uint32_t place, const FollowUp& key) {
               layout.order[place] = key.code;
               layout.time[place] = key.time;
             });
  events_first(data, layout);
  if (data.start.empty()) return;
  std::vector<std::uint32_t> sorted_row(layout.rows);
  for (std::uint32_t i = 0; i < layout.rows; ++i) sorted_row[layout.order[i]] = i;
  layout.by_start.resize(layout.rows);
  by_stratum(ascending(data.start), stratum_of, layout.stratum_begin,
             [&](std::uint32_t place, const FollowUp& key) {
               layout.by_start[place] = sorted_row[key.code];
             });
}

}  // namespace

Result<CoxSample> CoxSample::make(const CoxData& data, unsigned threads) {
  TRY(check(data));
  auto layout = std::make_shared<CoxLayout>();
  layout->rows = data.time.size();
  layout->event_rows = static_cast<std::size_t>(std::ranges::count(data.event, 1));
  layout->x = StripedMatrix(layout->rows, data.x.columns());
  for (std::size_t a = 0; a < data.x.columns(); ++a) layout->names.push_back(column_name(data, a));
  sort_rows(data, *layout);
  TRY(fill_columns(data, threads, *layout));
  fill_rows(data, *layout);
  find_events(*layout);
  find_start_events(*layout);
  return CoxSample(std::move(layout));
}

std::size_t CoxSample::rows() const {
  return layout_->rows;
}

std::size_t CoxSample::columns() const {
  return layout_->columns();
}

}  // namespace kensho::stats
