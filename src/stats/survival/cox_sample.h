// The data of a Cox model, checked and sorted once for all that is computed from them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// What a Cox model is fitted on; an empty span takes its default.
struct CoxData {
  const Matrix& x;                          // n by p, without a column of ones
  std::span<const double> time;             // end of follow-up
  std::span<const int> event;               // 1 = the event at `time`, 0 = censored there
  std::span<const double> start = {};       // under observation after it, (start, time]; from 0
  std::span<const int> stratum = {};        // any whole numbers; one stratum
  std::span<const double> weight = {};      // case weights, at least 0; ones
  std::span<const double> offset = {};      // part of the linear predictor; zeros
  std::span<const int> cluster = {};        // rows that belong together; each row alone
  std::span<const std::string> names = {};  // of the columns, for messages
};

struct CoxLayout;  // cox_layout.h

/// A sample ready to be fitted any number of times. Cheap to copy; never changes.
class CoxSample {
 public:
  /// Shapes  x[n, p], p may be 0; all spans n or empty.
  /// Units   one unit of time, from 0; a row censored or left at t is at risk at t, a row that
  ///         starts at t is not.
  /// Errors  invalid_argument, with the row: sizes differ, n = 0, a value not finite, a negative
  ///         time or weight, start not before time, an event code other than 0 and 1; no event of
  ///         positive weight.
  /// Cost    O(n p) on `threads` threads; radix sort of the times.
  static Result<CoxSample> make(const CoxData& data, unsigned threads = 1);

  std::size_t rows() const;
  std::size_t columns() const;
  /// The prepared data, for the functions of this family.
  const CoxLayout& layout() const { return *layout_; }

 private:
  explicit CoxSample(std::shared_ptr<const CoxLayout> layout) : layout_(std::move(layout)) {}
  std::shared_ptr<const CoxLayout> layout_;  // shared: copies of a sample hold the same columns
};

}  // namespace kensho::stats
