#include "report/figure/label_spread.h"

#include <doctest/doctest.h>

namespace kensho::report {
namespace {

using Centers = std::vector<double>;

TEST_CASE("Labels with room stay where they want to be, in input order") {
  CHECK(*spread_labels({{80, 10}, {20, 10}}, 0, 100) == Centers{80, 20});
  CHECK(spread_labels({}, 0, 100)->empty());
}

TEST_CASE("Labels that want one place share it evenly") {
  CHECK(*spread_labels({{50, 10}, {50, 10}}, 0, 100) == Centers{45, 55});
  CHECK(*spread_labels({{50, 10}, {50, 20}, {50, 10}}, 0, 100) == Centers{35, 50, 65});
}

TEST_CASE("Labels stay inside the bounds") {
  CHECK(*spread_labels({{0, 10}, {0, 10}}, 0, 100) == Centers{5, 15});
  CHECK(*spread_labels({{100, 10}, {99, 10}}, 0, 100) == Centers{95, 85});
  CHECK(*spread_labels({{3, 50}, {1, 50}}, 0, 100) == Centers{75, 25});
}

TEST_CASE("Labels that cannot fit are refused") {
  CHECK_FALSE(spread_labels({{1, 60}, {2, 50}}, 0, 100).has_value());
}

}  // namespace
}  // namespace kensho::report
