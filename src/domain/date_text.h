// Dates as people write them, read without guessing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/date.h"

namespace kensho {

/// One era of a calendar that counts years by era. Data: catalog/calendars/.
struct Era {
  std::string name;                  ///< as written before the year number, and in suggestions
  char letter;                       ///< its Latin initial, A to Z; read in either case
  std::vector<std::string> aliases;  ///< other spellings, such as the first character alone
  int year_one;                      ///< the calendar year that is year 1 of the era
  Date first_day;                    ///< first day that may be written in this era
  std::optional<Date> last_day;      ///< last such day; none while the era runs
};

/// Eras in the order of their first days. Two may share a day where the change of era took effect
/// on the day it was proclaimed: both texts are then right.
using EraTable = std::vector<Era>;

/// Why a text was refused as a date.
enum class DateProblem : unsigned char {
  empty,
  not_a_date,       ///< none of the forms below
  ambiguous_order,  ///< numbers that do not start with the year: 01/02/2024
  two_digit_year,   ///< a year of two digits or fewer without an era: 24/04/01
  unknown_era,      ///< era years, with an era that is not in the table
  no_such_day,      ///< a month 13, a 30 February
  outside_era,      ///< the day exists, but not in that era
  before_calendar,  ///< before 1583, the first full year of the Gregorian calendar
  text_after_date,  ///< a date, then something else: a time, a remark
};

/// A refused date. `reason` is fixed English text that holds nothing of the input; `suggestion`
/// does hold a date, so the caller decides who may see it.
struct DateRefusal {
  DateProblem problem;
  std::string_view reason;  ///< what is wrong and how to write it; static storage
  std::string suggestion;   ///< `did you mean ...?` where the likely meaning is known, else empty
};

/// A date or the reason why the text is none.
using DateReading = std::variant<Date, DateRefusal>;

/// Reads one date, year first, out of `text`:
///   2024-04-01  2024/4/1  2024.4.1  and with the marks for year U+5E74, month U+6708, day U+65E5;
///   the same with era and year of era: name or alias and marks or separators, letter R6.4.1
///   R06/04/01 R6-4-1; year 1 also as U+5143.
/// Full-width letters, digits and punctuation count as their ASCII forms. Spaces may stand around
/// the date and before a number. Month and day have one or two digits, the year four, the year of
/// an era one or two; both separators are the same.
///
/// Nothing is guessed. A day outside its era is refused, with one leniency that is in the data: a
/// day on which the era changed belongs to both eras if the table says so.
/// Cost    O(length of text * eras); well under a microsecond for a date.
/// Checked against ICU's calendar, 2,395 days, and published pairs, tests/reference/dates.
DateReading read_date(std::string_view text, const EraTable& eras);

/// The date in the era calendar, with marks and without padding: name, year of era (1 as U+5143),
/// U+5E74, month, U+6708, day, U+65E5. In the newer era on a shared day; nothing outside every era
/// or beyond an era's year 99.
/// Checked against ICU's calendar, tests/reference/dates.
std::optional<std::string> era_text(Date date, const EraTable& eras);

/// The fixed sentence for a problem: what is wrong and how to write it.
std::string_view reason_of(DateProblem problem);

}  // namespace kensho
