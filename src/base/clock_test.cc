#include "base/clock.h"

#include <doctest/doctest.h>

namespace kensho {
namespace {

TEST_CASE("a time reads back from its text") {
  const TimeUtc time = parse_time_utc("2024-02-29T23:59:59.000120Z").value();
  CHECK(to_iso_text(time) == "2024-02-29T23:59:59.000120Z");
  CHECK(to_iso_text(parse_time_utc("2024-01-01T00:00:00Z").value()) ==
        "2024-01-01T00:00:00.000000Z");
  CHECK(parse_time_utc("1970-01-01T00:00:00.5Z").value().us == 500000);
}

TEST_CASE("what is no time in UTC is refused") {
  for (const char* text :
       {"", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00", "2024-01-01T00:00:00+09:00", "2024-01-01T00:00:-1Z"}) {
    CAPTURE(text);
    CHECK(!parse_time_utc(text));
  }
}

TEST_CASE("the calendar day depends on the offset from UTC") {
  const TimeUtc evening = parse_time_utc("2024-03-31T15:30:00Z").value();
  CHECK(calendar_day(evening, 0) == std::chrono::sys_days(std::chrono::March / 31 / 2024));
  CHECK(calendar_day(evening, 540) == std::chrono::sys_days(std::chrono::April / 1 / 2024));
}

}  // namespace
}  // namespace kensho
