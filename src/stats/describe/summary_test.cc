#include "stats/describe/summary.h"

#include <algorithm>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Json;

TEST_CASE("a summary agrees with R") {
  testing::Agreement agreement;
  const Json reference = testing::read_reference(testing::reference_path("describe/summary.json"));

  for (const Json& entry : reference.at("cases")) {
    const auto values = entry.at("values").get<std::vector<double>>();
    const Summary summary = summarize(values).value();
    CHECK(summary.n == entry.at("n"));
    agreement.compare(summary.mean, entry.at("mean"));
    agreement.compare(summary.minimum, entry.at("minimum"));
    agreement.compare(summary.first_quartile, entry.at("first_quartile"));
    agreement.compare(summary.median, entry.at("median"));
    agreement.compare(summary.third_quartile, entry.at("third_quartile"));
    agreement.compare(summary.maximum, entry.at("maximum"));
    CHECK(summary.standard_deviation.has_value() == !entry.at("standard_deviation").is_null());
    if (summary.standard_deviation) {
      agreement.compare(*summary.standard_deviation, entry.at("standard_deviation"));
    }
  }

  MESSAGE("summary: ", agreement.correct_digits(), " digits");
  CHECK(agreement.worst() <= 1e-13);
}

TEST_CASE("the order of the values changes no bit of a summary") {
  std::vector<double> values = {0.1, 1e17, -1e17, 3.3, 0.7, 2.2, 1e-9};
  const Summary first = summarize(values).value();

  std::ranges::reverse(values);
  const Summary second = summarize(values).value();

  CHECK(first.mean == second.mean);
  CHECK(*first.standard_deviation == *second.standard_deviation);
}

TEST_CASE("a summary of nothing or of what is not a number is refused") {
  CHECK(summarize({}).error().message == "summary: there is no value");
  const std::vector<double> bad = {1, std::numeric_limits<double>::quiet_NaN()};
  CHECK(summarize(bad).error().message == "summary: value 2 of 2 is nan, not a finite number");
  const std::vector<double> infinite = {std::numeric_limits<double>::infinity()};
  CHECK(summarize(infinite).error().code == Errc::invalid_argument);
}

}  // namespace
}  // namespace kensho::stats
