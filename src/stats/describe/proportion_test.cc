#include "stats/describe/proportion.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Json;

TEST_CASE("proportion intervals agree with R") {
  testing::Agreement wilson_agreement;
  testing::Agreement exact_agreement;
  const Json cases =
      testing::read_reference(testing::reference_path("describe/proportion.json")).at("cases");

  for (std::size_t i = 0; i < cases.at("level").size(); ++i) {
    const BinomialCount count{cases["successes"][i], cases["trials"][i]};
    const Proportion wilson = wilson_proportion(count, cases["level"][i]).value();
    wilson_agreement.compare(wilson.interval.lower, cases["wilson_lower"][i]);
    wilson_agreement.compare(wilson.interval.upper, cases["wilson_upper"][i]);
    const Proportion exact = clopper_pearson_proportion(count, cases["level"][i]).value();
    exact_agreement.compare(exact.interval.lower, cases["exact_lower"][i]);
    exact_agreement.compare(exact.interval.upper, cases["exact_upper"][i]);
  }

  MESSAGE("Wilson: ", wilson_agreement.correct_digits(),
          " digits, Clopper-Pearson: ", exact_agreement.correct_digits());
  CHECK(wilson_agreement.worst() <= 1e-12);
  CHECK(exact_agreement.worst() <= 1e-12);
}

TEST_CASE("both intervals mirror when successes and failures change places") {
  for (const auto method : {wilson_proportion, clopper_pearson_proportion}) {
    const Interval few = method({3, 17}, 0.95).value().interval;
    const Interval many = method({14, 17}, 0.95).value().interval;

    CHECK(few.lower == doctest::Approx(1 - many.upper).epsilon(1e-14));
    CHECK(few.upper == doctest::Approx(1 - many.lower).epsilon(1e-14));
  }
}

TEST_CASE("no success in n gives the closed form of the exact upper bound") {
  const Proportion none = clopper_pearson_proportion({0, 30}, 0.95).value();

  CHECK(none.interval.lower == 0);
  CHECK(none.interval.upper == doctest::Approx(1 - std::pow(0.025, 1.0 / 30)).epsilon(1e-14));
}

TEST_CASE("impossible counts and levels are refused") {
  for (const auto method : {wilson_proportion, clopper_pearson_proportion}) {
    CHECK_FALSE(method({0, 0}, 0.95));
    CHECK_FALSE(method({-1, 3}, 0.95));
    CHECK_FALSE(method({4, 3}, 0.95));
    CHECK_FALSE(method({1, 3}, 0));
    CHECK_FALSE(method({1, 3}, 1));
    CHECK_FALSE(method({1, 3}, std::numeric_limits<double>::quiet_NaN()));
  }
  CHECK(wilson_proportion({4, 3}, 0.95).error().message ==
        "proportion 4 of 3: needs at least 1 trial and successes from 0 to the number of trials");
}

}  // namespace
}  // namespace kensho::stats
