#include "domain/date.h"

#include <charconv>

#include <fmt/format.h>

namespace kensho {
namespace {

using std::chrono::sys_days;

constexpr sys_days first_day{std::chrono::year{1} / 1 / 1};
constexpr sys_days last_day{std::chrono::year{9999} / 12 / 31};

}  // namespace

std::optional<Date> Date::from_ymd(int year, unsigned month, unsigned day) {
  // The bounds come first: std::chrono keeps these numbers in fewer bits than they arrive in.
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return Date(sys_days{date});
}

std::optional<Date> Date::from_days_since_1970(std::int64_t days) {
  if (days < first_day.time_since_epoch().count() || days > last_day.time_since_epoch().count())
    return std::nullopt;
  return Date(sys_days{std::chrono::days{days}});
}

std::string Date::iso() const {
  const auto date = ymd();
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<Date> Date::plus_days(std::int64_t days) const {
  constexpr std::int64_t more_than_the_range = 4'000'000;  // days; keeps the sum from overflowing
  if (days < -more_than_the_range || days > more_than_the_range) return std::nullopt;
  return from_days_since_1970(days_since_1970() + days);
}

std::optional<Date> parse_iso_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto digits = [text](std::size_t at, std::size_t count) {
    unsigned value = 0;
    const char* end = text.data() + at + count;
    const auto read = std::from_chars(text.data() + at, end, value);
    return read.ec == std::errc{} && read.ptr == end ? value : 0;
  };
  return Date::from_ymd(static_cast<int>(digits(0, 4)), digits(5, 2), digits(8, 2));
}

}  // namespace kensho
