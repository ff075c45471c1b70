#include "domain/date.h"

#include <fstream>
#include <limits>

#include <doctest/doctest.h>

namespace kensho {
namespace {

TEST_CASE("dates and day numbers agree with another calendar in both directions") {
  std::ifstream reference(KENSHO_SOURCE_DIR "/tests/reference/dates/days.csv");
  std::string line;
  std::getline(reference, line);
  int rows = 0;
  while (std::getline(reference, line)) {
    const std::string iso = line.substr(0, 10);
    const int days = std::stoi(line.substr(11));
    const auto date =
        Date::from_ymd(std::stoi(iso), static_cast<unsigned>(std::stoi(iso.substr(5, 2))),
                       static_cast<unsigned>(std::stoi(iso.substr(8, 2))));

    REQUIRE(date);
    CHECK(date->days_since_1970() == days);
    CHECK(date->iso() == iso);
    CHECK(Date::from_days_since_1970(days) == date);
    ++rows;
  }
  CHECK(rows == 400);
}

TEST_CASE("days that no calendar has are refused, whatever the number") {
  CHECK_FALSE(Date::from_ymd(2023, 2, 29));
  CHECK_FALSE(Date::from_ymd(2024, 13, 1));
  CHECK_FALSE(Date::from_ymd(2024, 0, 1));
  CHECK_FALSE(Date::from_ymd(2024, 4, 31));
  CHECK_FALSE(Date::from_ymd(2024, 256 + 4, 1));
  CHECK_FALSE(Date::from_ymd(65536 + 2024, 4, 1));
  CHECK_FALSE(Date::from_ymd(0, 12, 31));
  CHECK_FALSE(Date::from_ymd(10000, 1, 1));
}

TEST_CASE("arithmetic counts days and stops at the ends of the range") {
  const Date leap_eve = Date::from_ymd(2024, 2, 28).value();
  const Date last = Date::from_ymd(9999, 12, 31).value();

  CHECK(leap_eve.plus_days(2)->iso() == "2024-03-01");
  CHECK(leap_eve.plus_days(-59)->iso() == "2023-12-31");
  CHECK(days_between(leap_eve, *leap_eve.plus_days(366)) == 366);
  CHECK(days_between(*leap_eve.plus_days(1), leap_eve) == -1);
  CHECK(leap_eve < *leap_eve.plus_days(1));
  CHECK_FALSE(last.plus_days(1));
  CHECK_FALSE(leap_eve.plus_days(std::numeric_limits<std::int64_t>::max()));
  CHECK_FALSE(Date::from_days_since_1970(std::numeric_limits<std::int64_t>::min()));
}

}  // namespace
}  // namespace kensho
