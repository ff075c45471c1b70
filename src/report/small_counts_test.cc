#include "report/small_counts.h"

#include <doctest/doctest.h>

namespace kensho::report {
namespace {

TEST_CASE("counts of people from 1 to 9 are small; none and ten are not") {
  CHECK_FALSE(is_small(0));
  CHECK(is_small(1));
  CHECK(is_small(9));
  CHECK_FALSE(is_small(10));
}

TEST_CASE("a single small count takes the smallest of the others with it") {
  using enum Shown;
  CHECK(show_counts({3, 40, 20}) == std::vector{small, as_is, withheld});
  CHECK(show_counts({3, 4, 20}) == std::vector{small, small, as_is});
  CHECK(show_counts({30, 40}) == std::vector{as_is, as_is});
  CHECK(show_counts({3, 0, 0}) == std::vector{small, as_is, as_is});  // the total is as small
  CHECK(show_counts({}).empty());
}

}  // namespace
}  // namespace kensho::report
