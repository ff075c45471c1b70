#include "domain/date_text.h"

#include <array>
#include <fstream>
#include <random>
#include <utility>

#include <doctest/doctest.h>

namespace kensho {
namespace {

Date day(int year, unsigned month, unsigned day_of_month) {
  return Date::from_ymd(year, month, day_of_month).value();
}

// As in catalog/calendars; the names are U+660E U+6CBB and so on.
EraTable eras() {
  return {{"\u660E\u6CBB", 'M', {"\u660E", "\u337E"}, 1868, day(1873, 1, 1), day(1912, 7, 30)},
          {"\u5927\u6B63", 'T', {"\u5927", "\u337D"}, 1912, day(1912, 7, 30), day(1926, 12, 25)},
          {"\u662D\u548C", 'S', {"\u662D", "\u337C"}, 1926, day(1926, 12, 25), day(1989, 1, 7)},
          {"\u5E73\u6210", 'H', {"\u5E73", "\u337B"}, 1989, day(1989, 1, 8), day(2019, 4, 30)},
          {"\u4EE4\u548C", 'R', {"\u4EE4", "\u32FF"}, 2019, day(2019, 5, 1), std::nullopt}};
}

using Cells = std::vector<std::string>;

// Rows of a reference file without the header; its cells hold no commas.
std::vector<Cells> rows_of(const std::string& name) {
  std::ifstream file(KENSHO_SOURCE_DIR "/tests/reference/dates/" + name);
  std::vector<Cells> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    Cells cells(1);
    for (const char byte : line)
      if (byte == ',')
        cells.emplace_back();
      else
        cells.back() += byte;
    rows.push_back(std::move(cells));
  }
  REQUIRE_FALSE(rows.empty());
  return rows;
}

std::string name_of(DateProblem problem) {
  constexpr std::array names = {"empty",          "not_a_date",      "ambiguous_order",
                                "two_digit_year", "unknown_era",     "no_such_day",
                                "outside_era",    "before_calendar", "text_after_date"};
  return names.at(static_cast<std::size_t>(problem));
}

// The ISO date, or the name of the problem.
std::string read(std::string_view text) {
  const DateReading reading = read_date(text, eras());
  if (const auto* date = std::get_if<Date>(&reading)) return date->iso();
  return name_of(std::get<DateRefusal>(reading).problem);
}

TEST_CASE("every form that is accepted reads as its date") {
  for (const Cells& row : rows_of("accepted.csv")) {
    CAPTURE(row[0]);
    CHECK(read(row[0]) == row[1]);
  }
}

TEST_CASE("every form that is refused says why, with the likely meaning where there is one") {
  for (const Cells& row : rows_of("refused.csv")) {
    CAPTURE(row[0]);
    const DateReading reading = read_date(row[0], eras());
    const auto* refusal = std::get_if<DateRefusal>(&reading);
    REQUIRE(refusal != nullptr);
    CHECK(name_of(refusal->problem) == row[1]);
    CHECK(refusal->suggestion == row[2]);
    CHECK(refusal->reason == reason_of(refusal->problem));
    CHECK_FALSE(refusal->reason.empty());
  }
}

TEST_CASE("the reason itself never repeats what was written") {
  for (const Cells& row : rows_of("refused.csv")) {
    const DateReading reading = read_date(row[0], eras());
    const std::string_view reason = std::get<DateRefusal>(reading).reason;
    CHECK(reason.find_first_of("0123456789") == std::string_view::npos);
  }
}

TEST_CASE("dates read and write as ICU's calendar has them, over 178 years") {
  const auto rows = rows_of("era_icu.csv");
  CHECK(rows.size() == 2395);
  for (const Cells& row : rows) {
    CAPTURE(row[0]);
    const std::string long_text = row[1];
    const std::string short_text = row[3] + row[4] + "." + row[5] + "." + row[6];
    CHECK(read(long_text) == row[0]);
    CHECK(read(short_text) == row[0]);
    const DateReading iso = read_date(row[0], eras());
    CHECK(era_text(std::get<Date>(iso), eras()) == long_text);
  }
}

TEST_CASE("published pairs read as published, but for a remark behind the date") {
  for (const Cells& row : rows_of("published_pairs.csv")) {
    CAPTURE(row[0]);
    const bool has_remark = row[0].ends_with("\uFF09");
    CHECK(read(row[0]) == (has_remark ? "text_after_date" : row[1]));
  }
}

TEST_CASE("a day on which the era changed is written in the newer era") {
  CHECK(era_text(day(1926, 12, 25), eras()) == "\u662D\u548C\u5143\u5E7412\u670825\u65E5");
  CHECK_FALSE(era_text(day(1872, 12, 31), eras()).has_value());
}

TEST_CASE("without eras the plain forms still read") {
  const DateReading plain = read_date("2024-04-01", {});
  CHECK(std::get<Date>(plain).iso() == "2024-04-01");
  const DateReading era = read_date("R6.4.1", {});
  CHECK(std::get<DateRefusal>(era).problem == DateProblem::unknown_era);
}

TEST_CASE("random text never does harm, and what is accepted is a real day") {
  const std::array<std::string_view, 24> pieces = {
      "0",      "1",      "2",      "9",    "12",     "31",     "2024",   "-",      "/",
      ".",      " ",      "R",      "h",    "\u5E74", "\u6708", "\u65E5", "\u5143", "\u4EE4\u548C",
      "\u5E73", "\uFF11", "\u3000", "\xEF", "\xFF",   "x"};
  std::mt19937_64 random(20240401);
  for (int round = 0; round < 200000; ++round) {
    std::string text;
    for (std::size_t count = random() % 9; count > 0; --count)
      text += pieces.at(random() % pieces.size());
    const DateReading reading = read_date(text, eras());
    if (const auto* date = std::get_if<Date>(&reading)) {
      CHECK(date->ymd().ok());
      CHECK(read(date->iso()) == date->iso());
    }
  }
}

}  // namespace
}  // namespace kensho
