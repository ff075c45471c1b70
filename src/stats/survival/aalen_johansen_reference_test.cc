// Cumulative incidence with many causes and many subjects, against R's cuminc.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/survival/aalen_johansen.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

// The subjects with one disease.
testing::Table with_disease(const testing::Table& all, const std::string& disease) {
  return testing::rows_where(all, [&](std::size_t i) { return all.at("dissub")[i] == disease; });
}

TEST_CASE("six causes of failure in 8966 transplants agree with cuminc") {
  const testing::Table all = testing::reference_data("ebmt2");
  const Json& expected = testing::r_case("03_competing", "gray-ebmt2");
  const std::vector<double> times = {6, 12, 36, 60, 120};
  Agreement incidences;
  Agreement variances;

  for (std::size_t row = 0; row < expected.at("est").at("rows").size(); ++row) {
    const std::string name = expected.at("est").at("rows")[row];  // such as "AML 3"
    const testing::Table table = with_disease(all, name.substr(0, 3));
    const auto curves =
        aalen_johansen(testing::numbers(table, "time"), testing::codes(table, "status"), 6).value();
    const auto readings = read_incidence(curves, times, {}).value();
    for (std::size_t i = 0; i < times.size(); ++i) {
      const CauseReading& got = readings[i].causes[static_cast<std::size_t>(name.back() - '1')];
      incidences.compare(got.incidence, expected.at("est").at("data")[row][i]);
      variances.compare(got.std_error * got.std_error, expected.at("var").at("data")[row][i]);
    }
  }

  CHECK(incidences.count() == 90);
  testing::verify({"aalen_johansen", "ebmt2, dissub", "incidence", "R cmprsk 2.2-11 cuminc", 10},
                  incidences);
  testing::verify({"aalen_johansen", "ebmt2, dissub", "variance", "R cmprsk 2.2-11 cuminc", 10},
                  variances);
}

}  // namespace
}  // namespace kensho::stats
