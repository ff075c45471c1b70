#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/describe/summary.h"
#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Json;

std::vector<double> values_of(const std::string& name) {
  std::ifstream in(testing::reference_path("nist/univariate/" + name + ".txt"));
  REQUIRE(in.good());
  std::vector<double> values;
  for (double value; in >> value;) values.push_back(value);
  return values;
}

double certified(const Json& text) {
  return std::strtod(text.get<std::string>().c_str(), nullptr);
}

// The values of NumAcc3 and 4 are no doubles: rounding them on reading already moves the standard
// deviation in the tenth and ninth digit.
double digits_of_deviation(const std::string& name) {
  if (name == "NumAcc4") return 8;
  return name == "NumAcc3" ? 9 : 13;
}

TEST_CASE("mean and standard deviation have the digits NIST certifies") {
  const Json reference =
      testing::read_reference(testing::reference_path("nist/univariate/certified.json"));
  for (const auto& [name, entry] : reference.items()) {
    const auto summary = summarize(values_of(name)).value();
    CHECK(summary.n == entry.at("n"));
    testing::Agreement mean;
    mean.compare(summary.mean, certified(entry.at("recomputed_25")[0]));
    testing::verify({"summary", "NIST " + name, "mean", "NIST StRD", 15}, mean);
    testing::Agreement deviation;
    deviation.compare(*summary.standard_deviation, certified(entry.at("recomputed_25")[1]));
    testing::verify(
        {"summary", "NIST " + name, "standard deviation", "NIST StRD", digits_of_deviation(name)},
        deviation);
  }
}

}  // namespace
}  // namespace kensho::stats
