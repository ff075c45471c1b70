#include "stats/optimize/root.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <doctest/doctest.h>

using namespace kensho;
using namespace kensho::stats;

TEST_CASE("a root is found to the last bits") {
  const auto root = find_root([](double x) { return x * x - 2; }, {0, 2}, "the square root of two");

  REQUIRE(root);
  CHECK(std::abs(*root - std::numbers::sqrt2) < 5e-16);
}

TEST_CASE("a bracket without a change of sign is refused") {
  CHECK(!find_root([](double x) { return x * x + 1; }, {-1, 1}, "nothing"));
}

TEST_CASE("the normal density adds up to one over the whole line") {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto sum = integrate([](double x) { return std::exp(-x * x / 2); }, {-infinity, infinity},
                             "the normal density");

  REQUIRE(sum);
  CHECK(std::abs(*sum - std::sqrt(2 * std::numbers::pi)) < 1e-13);
}
