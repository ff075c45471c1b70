#include <algorithm>
#include <limits>

#include <doctest/doctest.h>

#include "stats/normality/shapiro_wilk.h"
#include "stats/testing/r_reference.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

TEST_CASE("the Shapiro-Wilk test agrees with R from 3 to 1500 values") {
  const Json reference =
      testing::read_reference(testing::reference_path("normality/shapiro_wilk.json"));
  Agreement statistics;
  Agreement p_values;
  for (const Json& entry : reference.at("cases")) {
    const std::vector<double> x = entry.at("x");
    CAPTURE(x.size());
    const auto test = shapiro_wilk_test(x).value();
    statistics.compare(test.w, entry.at("w"));
    p_values.compare(test.p_value, entry.at("p_value"));
  }
  testing::verify({"shapiro_wilk", "13 samples", "W", "R 4.2.2 shapiro.test", 12}, statistics);
  testing::verify({"shapiro_wilk", "13 samples", "p-value", "R 4.2.2 shapiro.test", 9}, p_values);
}

TEST_CASE("the weight changes of the anorexia trial agree with R") {
  const Json expected = testing::r_case("12_exact", "normality").at("shapiro");
  const auto table = testing::reference_data("anorexia");
  auto change = testing::numbers(table, "Postwt");
  const auto before = testing::numbers(table, "Prewt");
  for (std::size_t i = 0; i < change.size(); ++i) change[i] -= before[i];
  const auto test = shapiro_wilk_test(change).value();
  testing::verify({"shapiro_wilk", "anorexia", "W, p-value", "R 4.2.2 shapiro.test", 12},
                  testing::agreement_of({{test.w, testing::only_number(expected.at("statistic"))},
                                         {test.p_value, expected.at("p_value")}}));

  auto turned = change;
  for (double& value : turned) value = 3 - 2 * value;
  CHECK(shapiro_wilk_test(turned).value().w == doctest::Approx(test.w).epsilon(1e-13));
  std::ranges::reverse(change);
  CHECK(shapiro_wilk_test(change).value().w == test.w);
}

TEST_CASE("what has no normality to test is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(shapiro_wilk_test(std::vector{1.0, 2.0}));
  CHECK_FALSE(shapiro_wilk_test(std::vector{1.0, 1.0, 1.0}));
  CHECK_FALSE(shapiro_wilk_test(std::vector{1.0, nan, 1.0}));
  CHECK_FALSE(shapiro_wilk_test(std::vector<double>(5001, 1.0)));
}

}  // namespace
}  // namespace kensho::stats
