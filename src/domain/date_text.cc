#include "domain/date_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace kensho {
namespace {

constexpr std::string_view year_mark = "\u5E74";
constexpr std::string_view month_mark = "\u6708";
constexpr std::string_view day_mark = "\u65E5";
constexpr std::string_view first_year_mark = "\u5143";
constexpr std::string_view ideographic_space = "\u3000";

constexpr int first_gregorian_year = 1583;

// A number as written.
struct Number {
  int value;
  std::size_t digits;  // 0 for the character that means the first year of an era
};

// Three numbers as written, first to last, and the text behind them.
struct Parts {
  Number year, month, day;
  bool has_marks;
  std::string_view rest;
};

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool skip(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

void skip_spaces(std::string_view& text) {
  while (skip(text, " ")) {
  }
}

// The ASCII character that a full-width one (U+FF01..U+FF5E) stands for; 0 for any other character.
char ascii_of_full_width(std::string_view text) {
  if (text.size() < 3 || text[0] != '\xEF') return 0;
  const int second = static_cast<unsigned char>(text[1]);
  const int third = static_cast<unsigned char>(text[2]);
  const int code_point = 0xF000 + (second - 0x80) * 64 + (third - 0x80);
  if (code_point < 0xFF01 || code_point > 0xFF5E) return 0;
  return static_cast<char>(code_point - 0xFF01 + '!');
}

std::string to_ascii_forms(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    if (skip(text, ideographic_space)) {
      plain += ' ';
    } else if (const char ascii = ascii_of_full_width(text); ascii != 0) {
      plain += ascii;
      text.remove_prefix(3);
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  return plain;
}

std::string_view trimmed(std::string_view text) {
  skip_spaces(text);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<Number> take_number(std::string_view& text) {
  skip_spaces(text);
  Number number{0, 0};
  while (number.digits < text.size() && is_digit(text[number.digits])) {
    number.value = number.value * 10 + (text[number.digits] - '0');
    if (++number.digits > 4) return std::nullopt;
  }
  text.remove_prefix(number.digits);
  if (number.digits == 0) return std::nullopt;
  return number;
}

std::optional<Number> take_year(std::string_view& text, bool of_era) {
  skip_spaces(text);
  if (of_era && skip(text, first_year_mark)) return Number{1, 0};
  return take_number(text);
}

// The separator that stands between the numbers, so that the next one can be held to it.
std::string_view separator_at(std::string_view text) {
  if (text.starts_with(year_mark)) return year_mark;
  if (text.empty() || std::string_view("-/.").find(text.front()) == std::string_view::npos)
    return {};
  return text.substr(0, 1);
}

std::optional<Parts> take_parts(std::string_view text, bool of_era) {
  const auto year = take_year(text, of_era);
  const std::string_view separator = separator_at(text);
  if (!year || separator.empty()) return std::nullopt;
  const bool has_marks = separator == year_mark;
  skip(text, separator);
  const auto month = take_number(text);
  if (!month || !skip(text, has_marks ? month_mark : separator)) return std::nullopt;
  const auto day = take_number(text);
  if (!day || (has_marks && !skip(text, day_mark))) return std::nullopt;
  return Parts{*year, *month, *day, has_marks, text};
}

DateRefusal refuse(DateProblem problem) {
  return {problem, reason_of(problem), {}};
}

bool contains(const Era& era, Date date) {
  return era.first_day <= date && (!era.last_day || date <= *era.last_day);
}

DateRefusal refuse_outside_era(Date date, const EraTable& eras) {
  DateRefusal refusal = refuse(DateProblem::outside_era);
  // Before the first era of the table the calendar was another one: no day can be named.
  if (const auto text = era_text(date, eras))
    refusal.suggestion = fmt::format("did you mean {} or {}?", *text, date.iso());
  return refusal;
}

bool has_short_month_and_day(const Parts& parts) {
  return parts.month.digits <= 2 && parts.day.digits <= 2;
}

DateReading date_of(int year, const Parts& parts) {
  const auto date = Date::from_ymd(year, static_cast<unsigned>(parts.month.value),
                                   static_cast<unsigned>(parts.day.value));
  if (!date) return refuse(DateProblem::no_such_day);
  if (!parts.rest.empty()) return refuse(DateProblem::text_after_date);
  return *date;
}

DateReading read_era_date(const Era& era, const Parts& parts, const EraTable& eras) {
  if (parts.year.digits > 2 || !has_short_month_and_day(parts))
    return refuse(DateProblem::not_a_date);
  if (parts.year.value == 0) return refuse(DateProblem::no_such_day);
  DateReading reading = date_of(era.year_one + parts.year.value - 1, parts);
  const Date* const date = std::get_if<Date>(&reading);
  if (date != nullptr && !contains(era, *date)) return refuse_outside_era(*date, eras);
  return reading;
}

DateReading read_plain_date(const Parts& parts) {
  if (parts.year.digits <= 2 && parts.day.digits == 4) return refuse(DateProblem::ambiguous_order);
  if (!has_short_month_and_day(parts)) return refuse(DateProblem::not_a_date);
  if (parts.year.digits <= 2) return refuse(DateProblem::two_digit_year);
  if (parts.year.digits != 4) return refuse(DateProblem::not_a_date);
  if (parts.year.value < first_gregorian_year) return refuse(DateProblem::before_calendar);
  return date_of(parts.year.value, parts);
}

bool skip_letter(std::string_view& text, char letter) {
  if (text.empty() || (text.front() != letter && text.front() != letter + ('a' - 'A')))
    return false;
  text.remove_prefix(1);
  return true;
}

bool skip_era(std::string_view& text, const Era& era) {
  if (skip(text, era.name)) return true;
  for (const std::string& alias : era.aliases)
    if (skip(text, alias)) return true;
  return skip_letter(text, era.letter);
}

bool is_letter(char byte) {
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
         static_cast<unsigned char>(byte) >= 0x80;
}

bool may_name_era(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_letter);
}

// Text that starts with no digit and no known era: does a date follow after all?
DateReading read_unknown(std::string_view text) {
  const auto first = std::min(text.find_first_of("0123456789"), text.find(first_year_mark));
  const bool dated = first != std::string_view::npos && may_name_era(text.substr(0, first)) &&
                     take_parts(text.substr(first), true).has_value();
  return refuse(dated ? DateProblem::unknown_era : DateProblem::not_a_date);
}

DateReading read_plain_text(std::string_view text, const EraTable& eras) {
  if (text.empty()) return refuse(DateProblem::empty);
  if (is_digit(text.front())) {
    const auto parts = take_parts(text, false);
    return parts ? read_plain_date(*parts) : refuse(DateProblem::not_a_date);
  }
  for (const Era& era : eras) {
    std::string_view rest = text;
    if (!skip_era(rest, era)) continue;
    const auto parts = take_parts(rest, true);
    return parts ? read_era_date(era, *parts, eras) : refuse(DateProblem::not_a_date);
  }
  return read_unknown(text);
}

}  // namespace

DateReading read_date(std::string_view text, const EraTable& eras) {
  const std::string plain = to_ascii_forms(text);
  return read_plain_text(trimmed(plain), eras);
}

std::optional<std::string> era_text(Date date, const EraTable& eras) {
  const auto era = std::find_if(eras.rbegin(), eras.rend(),
                                [date](const Era& one) { return contains(one, date); });
  if (era == eras.rend()) return std::nullopt;
  const auto day = date.ymd();
  const int year = static_cast<int>(day.year()) - era->year_one + 1;
  if (year > 99) return std::nullopt;  // an era's year has two digits at most, here as in read_date
  return fmt::format("{}{}{}{}{}{}{}", era->name,
                     year == 1 ? std::string(first_year_mark) : std::to_string(year), year_mark,
                     static_cast<unsigned>(day.month()), month_mark,
                     static_cast<unsigned>(day.day()), day_mark);
}

std::string_view reason_of(DateProblem problem) {
  switch (problem) {
    case DateProblem::empty:
      return "the date is empty; write YYYY-MM-DD";
    case DateProblem::not_a_date:
      return "this is not a date in a known form; write YYYY-MM-DD";
    case DateProblem::ambiguous_order:
      return "day and month cannot be told apart; write the year first: YYYY-MM-DD";
    case DateProblem::two_digit_year:
      return "the century is missing; write the year with four digits, or with its era";
    case DateProblem::unknown_era:
      return "the era is not known; write YYYY-MM-DD";
    case DateProblem::no_such_day:
      return "the calendar has no such day; check year, month and day";
    case DateProblem::outside_era:
      return "the era does not have this day; write it in the right era or as YYYY-MM-DD";
    case DateProblem::before_calendar:
      return "the year lies before the Gregorian calendar; check the year";
    case DateProblem::text_after_date:
      return "something follows the date; write the date alone";
  }
  return "";
}

}  // namespace kensho
