#include "report/number_format.h"

#include <clocale>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

namespace kensho::report {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("Fixed decimals, a true minus sign, and no sign on zero") {
  CHECK(format_fixed(1.5, 2) == "1.50");
  CHECK(format_fixed(-1.5, 0) == "\u22122");  // ties to even, as to_chars and printf
  CHECK(format_fixed(2.5, 0) == "2");
  CHECK(format_fixed(-0.04, 1) == "0.0");
  CHECK(format_fixed(-0.06, 1) == "\u22120.1");
  CHECK(format_fixed(1e21, 0) == "1000000000000000000000");
  CHECK(format_fixed(-0.0, 3) == "0.000");
  CHECK(format_fixed(std::numeric_limits<double>::max(), 17).size() == 327);
}

TEST_CASE("What is not a number is shown as a dash") {
  CHECK(format_fixed(not_a_number, 2) == no_number);
  CHECK(format_fixed(-infinity, 2) == no_number);
  CHECK(format_percent(not_a_number, 1) == no_number);
  CHECK(format_p_value(not_a_number) == no_number);
  CHECK(format_p_value(1.1) == no_number);
  CHECK(format_p_value(-0.1) == no_number);
}

TEST_CASE("Percentages, p-values, counts and intervals") {
  CHECK(format_percent(0.125, 1) == "12.5%");
  CHECK(format_percent(-0.5, 0) == "\u221250%");
  CHECK(format_p_value(0.0009999) == "<0.001");
  CHECK(format_p_value(0.001) == "0.001");
  CHECK(format_p_value(0.0456) == "0.046");
  CHECK(format_p_value(0.9996) == ">0.999");
  CHECK(format_p_value(1) == ">0.999");
  CHECK(format_p_value(0) == "<0.001");
  CHECK(format_count(0) == "0");
  CHECK(format_count(999) == "999");
  CHECK(format_count(1000) == "1,000");
  CHECK(format_count(-1234567) == "\u22121,234,567");
  CHECK(format_count(std::numeric_limits<std::int64_t>::min()) ==
        "\u22129,223,372,036,854,775,808");
  CHECK(format_with_interval(1.2, 0.8, 1.9, 2) == "1.20 (0.80, 1.90)");
}

TEST_CASE("A locale with decimal commas changes nothing") {
  const char* found = std::setlocale(LC_ALL, "de_DE.UTF-8");  // NOLINT(concurrency-mt-unsafe)
  if (found == nullptr) MESSAGE("no German locale here: nothing was tested");

  CHECK(format_fixed(1234.5, 1) == "1234.5");

  std::setlocale(LC_ALL, "C");  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace kensho::report
