#include "report/wording.h"

#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "report/number_format.h"
#include "report/small_counts.h"

namespace kensho::report {
namespace {

std::string nth_word(std::string_view list, unsigned index) {
  for (; index > 0; --index) list.remove_prefix(list.find(',') + 1);
  return std::string(list.substr(0, list.find(',')));
}

std::string zone_text(int offset_minutes) {
  const int minutes = std::abs(offset_minutes);
  return fmt::format("UTC{}{:02}:{:02}", offset_minutes < 0 ? "\u2212" : "+", minutes / 60,
                     minutes % 60);
}

}  // namespace

Date local_date(TimeUtc time, int offset_minutes) {
  const auto day = calendar_day(time, offset_minutes);
  return Date::from_days_since_1970(day.time_since_epoch().count()).value_or(Date());
}

std::string Wording::date(Date date) const {
  const auto ymd = date.ymd();
  const auto month = static_cast<unsigned>(ymd.month());
  return (*this)("format.date", {{"year", std::to_string(static_cast<int>(ymd.year()))},
                                 {"month", nth_word((*this)("format.month_names"), month - 1)},
                                 {"day", std::to_string(static_cast<unsigned>(ymd.day()))}});
}

std::string Wording::date(TimeUtc time, int offset_minutes) const {
  return date(local_date(time, offset_minutes));
}

std::string Wording::date_time(TimeUtc time, int offset_minutes) const {
  constexpr std::int64_t minute_us = 60'000'000;
  constexpr std::int64_t day_minutes = 24 * 60;
  const std::int64_t minutes = time.us / minute_us + offset_minutes;
  const std::int64_t of_day = (minutes % day_minutes + day_minutes) % day_minutes;
  return (*this)("format.date_time",
                 {{"date", date(time, offset_minutes)},
                  {"time", fmt::format("{:02}:{:02}", of_day / 60, of_day % 60)},
                  {"zone", zone_text(offset_minutes)}});
}

std::string Wording::count(std::int64_t count) const {
  return format_count(count);
}

std::string Wording::people(std::int64_t count) const {
  if (!is_small(count)) return (*this)("format.people", {{"count", format_count(count)}});
  return (*this)("format.fewer_people", {{"count", format_count(smallest_shown_count)}});
}

std::string Wording::times(std::int64_t count) const {
  if (!is_small(count)) return (*this)("format.times", {{"count", format_count(count)}});
  return (*this)("format.fewer_times", {{"count", format_count(smallest_shown_count)}});
}

std::string Wording::events(std::int64_t count) const {
  if (!is_small(count)) return (*this)("format.events", {{"count", format_count(count)}});
  return (*this)("format.fewer_events", {{"count", format_count(smallest_shown_count)}});
}

std::string Wording::percent(double fraction) const {
  return format_percent(fraction, 1);
}

std::string Wording::level(double confidence) const {
  const bool whole = std::abs(confidence * 100 - std::round(confidence * 100)) < 1e-9;
  return format_percent(confidence, whole ? 0 : 1);
}

std::string Wording::percent_interval(std::optional<double> lower,
                                      std::optional<double> upper) const {
  if (!lower || !upper) return no_number;
  return (*this)("format.interval_percent",
                 {{"low", format_fixed(*lower * 100, 1)}, {"high", format_fixed(*upper * 100, 1)}});
}

std::string Wording::interval(std::optional<double> lower, std::optional<double> upper,
                              int decimals) const {
  if (!lower || !upper) return no_number;
  return (*this)("format.interval", {{"low", format_fixed(*lower, decimals)},
                                     {"high", format_fixed(*upper, decimals)}});
}

std::string Wording::days(double days) const {
  constexpr double month_days = 365.25 / 12;
  constexpr double near_month = 0.05;  // 365 days are 11.99 months: to a reader, 12
  const bool whole = days == std::round(days);
  const std::string in_days = (*this)(
      "format.days", {{"count", whole ? format_count(std::llround(days)) : format_fixed(days, 1)}});
  const double months = days / month_days;
  const bool even = std::round(months) >= 1 && std::abs(months - std::round(months)) <= near_month;
  if (!even) return in_days;
  return noted(in_days, (*this)("format.months", {{"count", format_count(std::llround(months))}}));
}

std::string Wording::labelled(std::string_view label, std::string_view value) const {
  return (*this)("format.labelled", {{"label", std::string(label)}, {"value", std::string(value)}});
}

std::string Wording::noted(std::string_view text, std::string_view note) const {
  return (*this)("format.noted", {{"text", std::string(text)}, {"note", std::string(note)}});
}

}  // namespace kensho::report
