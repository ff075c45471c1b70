#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace kensho {

/// Microseconds since 1970-01-01T00:00:00Z: the time of every journal entry.
struct TimeUtc {
  std::int64_t us = 0;
  auto operator<=>(const TimeUtc&) const = default;
};

/// Where time enters the system. A simulated registry is given a clock that is set by hand.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeUtc now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimeUtc now() const override;
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeUtc start) : now_(start) {}
  TimeUtc now() const override { return now_; }
  void set(TimeUtc time) { now_ = time; }

 private:
  TimeUtc now_;
};

/// `2026-11-22T09:00:00.000000Z`.
std::string to_iso_text(TimeUtc time);

/// Reads `2026-11-22T09:00:00Z` with up to six decimals of a second.
/// Errors: invalid_argument for any other form or a date that does not exist.
Result<TimeUtc> parse_time_utc(std::string_view text);

/// The calendar day at that moment, `offset_minutes` east of UTC.
std::chrono::sys_days calendar_day(TimeUtc time, int offset_minutes);

}  // namespace kensho
