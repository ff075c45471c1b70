// Subjects with competing risks, put in the order in which the proportional subdistribution hazards
// model reads them. Internal to fine_gray.cc and fine_gray_variance.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// What ended the follow-up of a subject, as seen by the model of one cause.
enum class Ending : unsigned char { censored, of_cause, competing };

/// A distinct time with events of the modelled cause.
struct CauseTime {
  double time;
  std::size_t first;  // row: the first of this time, where its risk set of survivors begins
  double events;
  double censoring_survival;  // G(t-)
};

/// A distinct time with censorings.
struct CensoringTime {
  std::size_t first;  // rows of this time
  std::size_t end;
  std::uint32_t reached_before;  // number of cause times before this time
  double censored;
  double at_risk;
};

/// The subjects in ascending time.
struct SubdistributionSample {
  std::size_t covariates;
  std::vector<double> x;      // less the means; row after row, as every scan reads them
  std::vector<double> means;  // of the columns
  std::vector<Ending> ending;
  std::vector<double> inverse_censoring;  // 1 / G(X-) of those with a competing event, else 0
  std::vector<std::uint32_t> reached;     // number of cause times at or before each row's time
  std::vector<CauseTime> cause_times;
  std::vector<CensoringTime> censoring_times;

  std::size_t subjects() const { return ending.size(); }
  const double* row(std::size_t index) const { return x.data() + index * covariates; }
};

/// Sorts the subjects and estimates the distribution G of the time to censoring by Kaplan-Meier,
/// where subjects with an event at a time count as at risk of censoring at it.
/// Errors  invalid_argument: as check_follow_up; x of another length or not finite; no event of the
///         cause.
/// Cost    O(n p), a copy of x.
Result<SubdistributionSample> subdistribution_sample(std::span<const double> time,
                                                     std::span<const int> cause, const Matrix& x,
                                                     int modelled_cause, unsigned threads);

}  // namespace kensho::stats
