#include "stats/describe/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "stats/describe/summary.h"
#include "stats/testing/r_reference.h"

namespace kensho::stats {
namespace {

TEST_CASE("all nine quantiles of the cell doses agree with R") {
  const auto expected = testing::r_case("12_exact", "quantiles");
  auto values = testing::numbers(testing::reference_data("cytomegalovirus_hsct"), "CD34.dose");
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::ranges::sort(values);
  const Matrix types = testing::r_matrix(expected.at("types"));
  const std::vector<double> probabilities = {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95};
  testing::Agreement agreement;
  for (std::size_t type = 0; type < 9; ++type) {
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
      agreement.compare(quantile_of(values, probabilities[i], QuantileDefinition(type + 1)),
                        types(type, i));
    }
  }
  testing::verify({"quantiles", "cytomegalovirus", "definitions 1 to 9", "R 4.2.2 quantile", 13},
                  agreement);
  const auto summary = summarize(values).value();
  testing::verify({"summary", "cytomegalovirus", "mean, sd", "R 4.2.2", 14},
                  testing::agreement_of({{summary.mean, expected.at("mean")},
                                         {*summary.standard_deviation, expected.at("sd")}}));
}

TEST_CASE("the ends of a sample are its quantiles at 0 and 1, and one value is all of them") {
  const std::vector<double> values = {1, 2, 5, 9};
  const std::vector<double> one = {3};
  for (int type = 1; type <= 9; ++type) {
    CHECK(quantile_of(values, 0, QuantileDefinition(type)) == 1);
    CHECK(quantile_of(values, 1, QuantileDefinition(type)) == 9);
    CHECK(quantile_of(one, 0.3, QuantileDefinition(type)) == 3);
  }
  CHECK(quantile_of(values, 0.3, QuantileDefinition::linear) ==
        doctest::Approx(sorted_quantile(values, 0.3)).epsilon(1e-15));
}

TEST_CASE("weights are how often a value is written down") {
  const std::vector<double> values = {4, 1, 9, 2};
  const std::vector<double> weights = {2, 3, 0, 1};
  const std::vector<double> written = {1, 1, 1, 2, 4, 4};
  CHECK(weighted_mean(values, weights).value() == doctest::Approx(13.0 / 6).epsilon(1e-15));
  CHECK(weighted_median(values, weights).value() == sorted_quantile(written, 0.5));
  CHECK(weighted_median(values, std::vector{1.0, 1.0, 1.0, 1.0}).value() == 3);
  CHECK(weighted_median(std::vector{7.0}, std::vector{0.1}).value() == 7);
}

TEST_CASE("weights that weigh nothing, or less, are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> values = {1, 2};
  CHECK_FALSE(weighted_mean(values, std::vector{0.0, 0.0}));
  CHECK_FALSE(weighted_mean(values, std::vector{1.0, -1.0}));
  CHECK_FALSE(weighted_median(values, std::vector{1.0}));
  CHECK_FALSE(weighted_median(values, std::vector{1.0, nan}));
  CHECK_FALSE(weighted_median({}, {}));
}

}  // namespace
}  // namespace kensho::stats
