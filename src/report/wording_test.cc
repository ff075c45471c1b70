#include "report/wording.h"

#include <doctest/doctest.h>

namespace kensho::report {
namespace {

struct Both {
  Texts texts = Texts::load().value();
  Wording en{texts, Language::english};
  Wording ja{texts, Language::japanese};
};

TEST_CASE("dates are those of the registry's calendar") {
  const Both words;
  const TimeUtc time = parse_time_utc("2026-10-31T15:30:00Z").value();
  CHECK(words.en.date(time, 540) == "1 November 2026");
  CHECK(words.ja.date(time, 540) == "2026年11月1日");
  CHECK(words.en.date_time(time, 540) == "1 November 2026, 00:30 (UTC+09:00)");
  CHECK(words.ja.date_time(time, -210) == "2026年10月31日 12:00（UTC\u221203:30）");
}

TEST_CASE("numbers of people from 1 to 9 are not told") {
  const Both words;
  CHECK(words.en.people(0) == "0");
  CHECK(words.en.people(9) == "fewer than 10");
  CHECK(words.ja.people(9) == "10人未満");
  CHECK(words.ja.people(1234) == "1,234人");
}

TEST_CASE("times after treatment are in days, with months where they come out even") {
  const Both words;
  CHECK(words.en.days(365) == "365 days (12 months)");
  CHECK(words.ja.days(730) == "730日（24か月）");
  CHECK(words.en.days(100) == "100 days");
  CHECK(words.en.days(0) == "0 days");
  CHECK(words.en.days(12.5) == "12.5 days");
}

TEST_CASE("intervals are written in words, and a missing one as a dash") {
  const Both words;
  CHECK(words.en.percent_interval(0.5, 0.731) == "50.0 to 73.1%");
  CHECK(words.ja.percent_interval(0.5, 0.731) == "50.0〜73.1%");
  CHECK(words.en.percent_interval(0.5, std::nullopt) == "\u2014");
  CHECK(words.en.level(0.95) == "95%");
  CHECK(words.en.level(0.975) == "97.5%");
}

}  // namespace
}  // namespace kensho::report
