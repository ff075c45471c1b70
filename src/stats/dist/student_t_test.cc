#include <doctest/doctest.h>

#include "stats/dist/distributions.h"
#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

TEST_CASE("quantiles of Student's t agree with R") {
  testing::Agreement agreement;
  const auto reference = testing::read_reference(testing::reference_path("dist/student_t.json"));

  for (const auto& entry : reference.at("cases")) {
    agreement.compare(student_t_quantile(entry.at("probability").get<double>(),
                                         entry.at("degrees_of_freedom").get<double>()),
                      entry.at("quantile").get<double>());
  }

  MESSAGE("student_t_quantile: ", agreement.count(), " values, ", agreement.correct_digits(),
          " digits");
  CHECK(agreement.count() == 24);
  CHECK(agreement.worst() <= 1e-13);
}

}  // namespace
}  // namespace kensho::stats
