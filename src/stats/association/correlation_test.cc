#include "stats/association/correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <doctest/doctest.h>

#include "stats/association/concordance_count.h"
#include "stats/testing/r_reference.h"
#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::only_number;

TEST_CASE("correlations of the anorexia weights agree with R") {
  const Json expected = testing::r_case("12_exact", "correlation");
  const auto table = testing::reference_data("anorexia");
  const auto x = testing::numbers(table, "Prewt");
  const auto y = testing::numbers(table, "Postwt");
  const auto fit = [&](CorrelationKind kind) { return correlation(x, y, {.kind = kind}).value(); };
  const auto pearson = fit(CorrelationKind::pearson);
  const auto spearman = fit(CorrelationKind::spearman);
  const auto kendall = fit(CorrelationKind::kendall);

  testing::verify({"correlation", "anorexia", "r, rho, tau-b: statistic, p-value, limits",
                   "R 4.2.2 cor.test", 12},
                  testing::agreement_of(
                      {{pearson.estimate, only_number(expected.at("pearson").at("estimate"))},
                       {pearson.statistic, only_number(expected.at("pearson").at("statistic"))},
                       {pearson.p_value, expected.at("pearson").at("p_value")},
                       {pearson.interval->lower, expected.at("pearson").at("ci")[0]},
                       {pearson.interval->upper, expected.at("pearson").at("ci")[1]},
                       {spearman.estimate, only_number(expected.at("spearman").at("estimate"))},
                       {spearman.p_value, expected.at("spearman").at("p_value")},
                       {kendall.estimate, only_number(expected.at("kendall").at("estimate"))},
                       {kendall.statistic, only_number(expected.at("kendall").at("statistic"))},
                       {kendall.p_value, expected.at("kendall").at("p_value")}}));
}

// Ranks with ties broken by order, as the reference made them.
std::vector<double> first_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(values[i], i); });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) ranks[order[i]] = double(i + 1);
  return ranks;
}

TEST_CASE("Kendall's exact p-value agrees with R") {
  const Json expected = testing::r_case("12_exact", "correlation").at("ft_kendall_exact");
  const auto table = testing::reference_data("anorexia");
  const auto x = first_ranks(testing::values_where(table, "Prewt", "Treat", "FT"));
  const auto y = first_ranks(testing::values_where(table, "Postwt", "Treat", "FT"));

  const auto kendall = correlation(x, y, {.kind = CorrelationKind::kendall}).value();

  CHECK(kendall.null == CorrelationNull::exact);
  testing::verify(
      {"correlation", "anorexia, family therapy", "tau, exact p-value", "R 4.2.2 cor.test", 13},
      testing::agreement_of({{kendall.estimate, only_number(expected.at("estimate"))},
                             {kendall.p_value, expected.at("p_value")}}));
}

TEST_CASE("exact p-values of small samples agree with R") {
  const Json reference =
      testing::read_reference(testing::reference_path("association/correlation.json"));
  Agreement agreement;
  for (const Json& entry : reference.at("cases")) {
    const std::vector<double> x = entry.at("x");
    const std::vector<double> y = entry.at("y");
    for (const auto& [name, kind] : {std::pair("spearman", CorrelationKind::spearman),
                                     std::pair("kendall", CorrelationKind::kendall)}) {
      for (const auto& [direction, alternative] :
           {std::pair("two.sided", Alternative::two_sided), std::pair("less", Alternative::less),
            std::pair("greater", Alternative::greater)}) {
        const auto got = correlation(x, y, {.kind = kind, .alternative = alternative}).value();
        agreement.compare(got.estimate, entry.at(name).at("estimate"));
        agreement.compare(got.p_value, entry.at(name).at(direction));
      }
    }
  }
  testing::verify({"correlation", "8 samples of 4 to 9", "exact p-values", "R 4.2.2 cor.test", 13},
                  agreement);
}

TEST_CASE("pairs counted by merging are the pairs counted one by one") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    testing::Sequence sequence(seed);
    std::vector<double> x;
    std::vector<double> y;
    for (int i = 0; i < 40; ++i) {
      x.push_back(sequence.below(12));
      y.push_back(sequence.below(9));
    }
    double score = 0;
    double tied_x = 0;
    double tied_y = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const double product = (x[i] - x[j]) * (y[i] - y[j]);
        score += product > 0 ? 1 : (product < 0 ? -1 : 0);
        tied_x += x[i] == x[j] ? 1 : 0;
        tied_y += y[i] == y[j] ? 1 : 0;
      }
    }
    const auto count = count_concordance(x, y);
    CHECK(count.score == score);
    CHECK(count.tied_x == tied_x);
    CHECK(count.tied_y == tied_y);
  }
}

TEST_CASE("a correlation follows order, sign and scale") {
  const auto table = testing::reference_data("anorexia");
  const auto x = testing::numbers(table, "Prewt");
  const auto y = testing::numbers(table, "Postwt");
  auto backwards_x = x;
  auto backwards_y = y;
  std::ranges::reverse(backwards_x);
  std::ranges::reverse(backwards_y);
  auto scaled = y;
  for (double& value : scaled) value = -2 * value;
  for (const auto kind :
       {CorrelationKind::pearson, CorrelationKind::spearman, CorrelationKind::kendall}) {
    const auto once = correlation(x, y, {.kind = kind}).value();
    const auto again = correlation(backwards_x, backwards_y, {.kind = kind}).value();
    const auto turned = correlation(x, scaled, {.kind = kind}).value();
    CHECK(again.estimate == once.estimate);
    CHECK(again.p_value == once.p_value);
    CHECK(turned.estimate == doctest::Approx(-once.estimate).epsilon(1e-13));
    CHECK(turned.p_value == doctest::Approx(once.p_value).epsilon(1e-12));
  }
}

TEST_CASE("a perfect correlation has a p-value and no width") {
  const std::vector<double> x = {1, 2, 3, 4, 5};
  const auto pearson = correlation(x, x, {}).value();
  CHECK(pearson.estimate == 1);
  CHECK(pearson.p_value == 0);
  CHECK(pearson.interval->lower == 1);
  CHECK(correlation(x, x, {.kind = CorrelationKind::kendall}).value().p_value ==
        doctest::Approx(2.0 / 120));
}

TEST_CASE("what has no correlation is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> x = {1, 2, 3};
  CHECK_FALSE(correlation(x, std::vector{1.0, 1.0, 1.0}, {}));
  CHECK_FALSE(correlation(x, std::vector{1.0, nan, 1.0}, {}));
  CHECK_FALSE(correlation(x, std::vector{1.0, 2.0}, {}));
  CHECK_FALSE(correlation(std::vector{1.0, 2.0}, std::vector{1.0, 2.0}, {}));
  CHECK_FALSE(correlation(x, x, {.confidence_level = 0}));
}

}  // namespace
}  // namespace kensho::stats
