#include "report/figure/axis.h"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace kensho::report {
namespace {

std::string joined(const Ticks& ticks) {
  std::string line;
  for (const std::string& label : tick_labels(ticks)) line += (line.empty() ? "" : " ") + label;
  return line;
}

TEST_CASE("Ticks are multiples of 1, 2 or 5 inside the range") {
  CHECK(joined(nice_ticks(0, 1, 6)) == "0.0 0.2 0.4 0.6 0.8 1.0");
  CHECK(joined(nice_ticks(0, 1, 5)) == "0.0 0.5 1.0");
  CHECK(joined(nice_ticks(0, 2640, 8)) == "0 500 1000 1500 2000 2500");
  CHECK(joined(nice_ticks(-7, 12, 6)) == "\u22125 0 5 10");
  CHECK(joined(nice_ticks(0.0012, 0.0058, 6)) == "0.002 0.003 0.004 0.005");
  CHECK(joined(nice_ticks(-3e6, 3e6, 4)) == "\u22122000000 0 2000000");
  CHECK(joined(nice_ticks(4.1, 4.3, 3)) == "4.1 4.2 4.3");
}

TEST_CASE("Ticks are the nearest doubles to their text") {
  const Ticks ticks = nice_ticks(0, 1, 11);

  REQUIRE(ticks.values.size() == 11);
  CHECK(ticks.values[3] == 0.3);
  CHECK(ticks.values[7] == 0.7);
}

TEST_CASE("Ticks stay within their count for many ranges") {
  for (double width = 1e-6; width < 1e9; width *= 1.37) {
    for (const int count_max : {2, 3, 5, 8}) {
      const Ticks ticks = nice_ticks(-width / 3, width, count_max);
      CAPTURE(width);
      CHECK(ticks.values.size() <= static_cast<std::size_t>(count_max));
      CHECK(ticks.values.size() >= 1);
      for (const double value : ticks.values) {
        CHECK(value >= -width / 3 * (1 + 1e-9));
        CHECK(value <= width * (1 + 1e-9));
      }
    }
  }
}

TEST_CASE("An axis has two finite ends that can be told apart") {
  CHECK(can_be_axis(0, 1));
  CHECK(can_be_axis(-1e12, 1e12));
  CHECK(can_be_axis(0, 1e-9));
  CHECK_FALSE(can_be_axis(1, 1));
  CHECK_FALSE(can_be_axis(1, 0));
  CHECK_FALSE(can_be_axis(0, 5e-324));
  CHECK_FALSE(can_be_axis(1e12, 1e12 + 1));
  CHECK_FALSE(can_be_axis(0, 1e300));
  CHECK_FALSE(can_be_axis(std::nan(""), 1));
  CHECK_FALSE(can_be_axis(0, std::nan("")));
}

TEST_CASE("Given ticks show with the fewest decimals that tell them") {
  CHECK(joined(ticks_at({0, 6, 12, 24})) == "0 6 12 24");
  CHECK(joined(ticks_at({0, 0.5, 1.25})) == "0.00 0.50 1.25");
  CHECK(joined(ticks_at({-1, 0, 1})) == "\u22121 0 1");
}

TEST_CASE("A scale maps its ends onto its places, also downwards") {
  const LinearScale scale{0, 10, 300, 100};

  CHECK(scale(0) == 300);
  CHECK(scale(10) == 100);
  CHECK(scale(2.5) == 250);
}

}  // namespace
}  // namespace kensho::report
