#include "stats/survival/subdistribution_rows.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

// A distinct time with events of the cause, and who is then still not censored.
struct WeightTime {
  double time;
  double censoring_survival;  // just before it
};

struct CensoringCurve {
  std::vector<WeightTime> cause_times;
  std::vector<double> before;  // censoring survival just before each subject's time
};

// Kaplan-Meier of the time to censoring; who has an event at a time is not at risk of it there.
CensoringCurve censoring_curve(std::span<const FollowUp> sorted, std::span<const int> cause,
                               int modelled) {
  CensoringCurve curve{{}, std::vector<double>(cause.size())};
  double survival = 1;
  for (std::size_t first = 0; first < sorted.size();) {
    const std::size_t end = end_of_tie(sorted, first);
    double censored = 0;
    bool any = false;
    for (std::size_t i = first; i < end; ++i) {
      curve.before[sorted[i].code] = survival;
      censored += cause[sorted[i].code] == 0 ? 1 : 0;
      any = any || cause[sorted[i].code] == modelled;
    }
    if (any) curve.cause_times.push_back({sorted[first].time, survival});
    const double later = static_cast<double>(sorted.size() - end);
    if (censored > 0) survival *= later / (later + censored);
    first = end;
  }
  return curve;
}

void add_row(SubdistributionRows& rows, std::size_t subject, double start, double stop, int event,
             double weight) {
  rows.subject.push_back(subject);
  rows.start.push_back(start);
  rows.stop.push_back(stop);
  rows.event.push_back(event);
  rows.weight.push_back(weight);
}

// The rows of a subject with a competing event: one for each weight it has at later cause times.
void add_competing(SubdistributionRows& rows, std::size_t subject, double time,
                   const CensoringCurve& curve) {
  double start = 0;
  double stop = time;
  double survival = curve.before[subject];
  const auto later = std::ranges::upper_bound(curve.cause_times, time, {}, &WeightTime::time);
  for (auto at = later; at != curve.cause_times.end(); ++at) {
    if (at->censoring_survival < survival) {
      add_row(rows, subject, start, stop, 0, survival / curve.before[subject]);
      start = stop;
      survival = at->censoring_survival;
    }
    stop = at->time;
  }
  add_row(rows, subject, start, stop, 0, survival / curve.before[subject]);
}

}  // namespace

Result<SubdistributionRows> subdistribution_rows(std::span<const double> time,
                                                 std::span<const int> cause, int modelled_cause) {
  TRY(check_follow_up(time, cause, std::numeric_limits<int>::max()));
  std::vector<FollowUp> sorted(time.size());
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (!(time[i] > 0)) {
      return Error{Errc::invalid_argument,
                   fmt::format("subdistribution: the time in row {} is 0; a row needs some time at "
                               "risk",
                               i + 1)};
    }
    sorted[i] = {time[i], static_cast<std::uint32_t>(i)};
  }
  sort_by_time(sorted);
  const CensoringCurve curve = censoring_curve(sorted, cause, modelled_cause);
  if (curve.cause_times.empty() || modelled_cause < 1) {
    return Error{Errc::invalid_argument,
                 fmt::format("subdistribution: none of {} subjects had an event of cause {}",
                             time.size(), modelled_cause)};
  }
  SubdistributionRows rows;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (cause[i] == 0 || cause[i] == modelled_cause) {
      add_row(rows, i, 0, time[i], cause[i] == 0 ? 0 : 1, 1);
    } else {
      add_competing(rows, i, time[i], curve);
    }
  }
  return rows;
}

}  // namespace kensho::stats
