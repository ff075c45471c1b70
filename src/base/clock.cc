#include "base/clock.h"

#include <charconv>

#include <fmt/format.h>

namespace kensho {
namespace {

using std::chrono::microseconds;
using std::chrono::sys_days;
using std::chrono::sys_time;

/// A fixed-width run of digits at `at`; -1 where it is not.
int digits_at(std::string_view text, std::size_t at, std::size_t width) {
  int value = 0;
  if (at + width > text.size()) return -1;
  const char* end = text.data() + at + width;
  const auto [stop, problem] = std::from_chars(text.data() + at, end, value);
  return problem == std::errc{} && stop == end && text[at] != '-' ? value : -1;
}

/// The decimals after the seconds as microseconds: "" or ".5" to ".123456"; -1 where malformed.
std::int64_t decimals_us(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] != '.' || text.size() < 2 || text.size() > 7) return -1;
  std::int64_t value = digits_at(text, 1, text.size() - 1);
  for (std::size_t i = text.size(); i < 7 && value >= 0; ++i) value *= 10;
  return value;
}

}  // namespace

TimeUtc SystemClock::now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<microseconds>(since).count()};
}

std::string to_iso_text(TimeUtc time) {
  const sys_time<microseconds> moment{microseconds(time.us)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<microseconds> clock(moment - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Result<TimeUtc> parse_time_utc(std::string_view text) {
  const Error malformed{Errc::invalid_argument,
                        "a time must be written as 2026-11-22T09:00:00Z (UTC)"};
  const bool shaped = text.size() >= 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' &&
                      text[13] == ':' && text[16] == ':' && text.back() == 'Z';
  if (!shaped) return malformed;
  const int hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2);
  const int second = digits_at(text, 17, 2);
  const std::int64_t us = decimals_us(text.substr(19, text.size() - 20));
  const std::chrono::year_month_day date(
      std::chrono::year(digits_at(text, 0, 4)),
      std::chrono::month(static_cast<unsigned>(digits_at(text, 5, 2))),
      std::chrono::day(static_cast<unsigned>(digits_at(text, 8, 2))));
  const bool in_range = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
                        second < 60 && us >= 0 && date.ok();
  if (!in_range) return malformed;
  const auto moment = sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
                      std::chrono::minutes(minute) + std::chrono::seconds(second) +
                      microseconds(us);
  return TimeUtc{std::chrono::duration_cast<microseconds>(moment).count()};
}

std::chrono::sys_days calendar_day(TimeUtc time, int offset_minutes) {
  const sys_time<microseconds> moment{microseconds(time.us) + std::chrono::minutes(offset_minutes)};
  return std::chrono::floor<std::chrono::days>(moment);
}

}  // namespace kensho
