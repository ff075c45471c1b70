#include "report/figure/text_width.h"

#include <doctest/doctest.h>

namespace kensho::report {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("A full-width character takes one em and a combining mark none") {
  CHECK(text_width_em("再生医療") == 4);
  CHECK(text_width_em("か\u3099") == 1);
  CHECK(text_width_em("ｱ") < 0.7);
  CHECK(text_width_em("") == 0);
  CHECK(text_width_em("\xff") > 0);
}

TEST_CASE("Lines break at spaces and between full-width characters") {
  CHECK(wrap_text("one two three", 10, 60) == Lines{"one two", "three"});
  CHECK(wrap_text("治療後の経過", 10, 30) == Lines{"治療後", "の経過"});
  CHECK(wrap_text("", 10, 50) == Lines{""});
  CHECK(wrap_text("unbreakable", 10, 5) == Lines{"unbreakable"});
}

TEST_CASE("No line begins with a closing mark or ends with an opening one") {
  CHECK(wrap_text("治療後、経過", 10, 30) == Lines{"治療", "後、経", "過"});
  CHECK(wrap_text("治療（前）", 10, 30) == Lines{"治療", "（前）"});
}

}  // namespace
}  // namespace kensho::report
