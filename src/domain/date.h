// A calendar date without time of day or time zone.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kensho {

/// One day of the Gregorian calendar, from 0001-01-01 to 9999-12-31.
///
/// A date on which something happened at a clinic is a fact of the local calendar there: it has no
/// time zone, and comparing two of them counts days, not seconds.
class Date {
 public:
  /// 1970-01-01, so that a struct holding a date can be filled field by field.
  Date() = default;

  /// The date of that year, month and day; nothing if the calendar has no such day or it lies
  /// outside the range above.
  static std::optional<Date> from_ymd(int year, unsigned month, unsigned day);

  /// The date `days` after 1970-01-01, as storage keeps it; nothing outside the range above.
  static std::optional<Date> from_days_since_1970(std::int64_t days);

  /// Days since 1970-01-01, negative before it.
  std::int32_t days_since_1970() const {
    return static_cast<std::int32_t>(day_.time_since_epoch().count());
  }

  /// Year, month and day of the calendar. Cost O(1), some ten nanoseconds.
  std::chrono::year_month_day ymd() const { return std::chrono::year_month_day(day_); }

  /// ISO 8601 calendar date, YYYY-MM-DD.
  std::string iso() const;

  /// The date so many days later (earlier if negative); nothing outside the range above.
  std::optional<Date> plus_days(std::int64_t days) const;

  friend auto operator<=>(const Date&, const Date&) = default;

 private:
  explicit Date(std::chrono::sys_days day) : day_(day) {}
  std::chrono::sys_days day_{};
};

/// Days from `start` to `end`: 1 for the next day, negative if `end` is earlier.
inline std::int32_t days_between(Date start, Date end) {
  return end.days_since_1970() - start.days_since_1970();
}

/// Reads `YYYY-MM-DD` exactly, as documents and storage write it; nothing for any other text. What
/// people type is read by domain/date_text.h.
std::optional<Date> parse_iso_date(std::string_view text);

}  // namespace kensho
