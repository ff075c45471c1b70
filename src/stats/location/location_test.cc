#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "stats/location/mean_comparison.h"
#include "stats/location/pairwise_order.h"
#include "stats/location/rank_analysis.h"
#include "stats/location/standardised_difference.h"
#include "stats/location/wilcoxon.h"
#include "stats/testing/r_reference.h"
#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::only_number;

std::vector<double> weight_change(const std::string& treatment) {
  const auto table = testing::reference_data("anorexia");
  auto change = testing::values_where(table, "Postwt", "Treat", treatment);
  const auto before = testing::values_where(table, "Prewt", "Treat", treatment);
  for (std::size_t i = 0; i < change.size(); ++i) change[i] -= before[i];
  return change;
}

std::vector<double> extra_sleep(const std::string& group) {
  return testing::values_where(testing::reference_data("sleep_paired"), "extra", "group", group);
}

void compare_t(Agreement& agreement, const TTest& test, const Json& expected) {
  agreement.compare(test.statistic, only_number(expected.at("statistic")));
  agreement.compare(test.degrees_of_freedom, only_number(expected.at("parameter")));
  agreement.compare(test.p_value, expected.at("p_value"));
  agreement.compare(test.std_error, expected.at("stderr"));
  agreement.compare(test.interval.lower, testing::r_number(expected.at("ci")[0]));
  agreement.compare(test.interval.upper, testing::r_number(expected.at("ci")[1]));
}

TEST_CASE("t tests agree with R") {
  const Json expected = testing::r_case("12_exact", "t-tests");
  const auto first = extra_sleep("1");
  const auto second = extra_sleep("2");
  Agreement agreement;

  compare_t(agreement, one_sample_t_test(first, {.null_value = 0.5}).value(), expected.at("one"));
  compare_t(agreement, two_sample_t_test(first, second, Variances::unequal, {}).value(),
            expected.at("welch"));
  compare_t(agreement, two_sample_t_test(first, second, Variances::equal, {}).value(),
            expected.at("pooled"));
  compare_t(agreement, paired_t_test(first, second, {}).value(), expected.at("paired"));
  const auto table = testing::reference_data("anorexia");
  compare_t(agreement,
            paired_t_test(testing::values_where(table, "Postwt", "Treat", "FT"),
                          testing::values_where(table, "Prewt", "Treat", "FT"), {})
                .value(),
            expected.at("ft_prepost"));
  const LocationQuestion less{.alternative = Alternative::less, .confidence_level = 0.9};
  const auto one_sided = paired_t_test(first, second, less).value();
  agreement.compare(one_sided.p_value, expected.at("paired_less").at("p_value"));
  agreement.compare(one_sided.interval.upper, expected.at("paired_less").at("ci")[1]);

  testing::verify(
      {"t_test", "sleep, anorexia", "statistics, p-values, limits", "R 4.2.2 t.test", 12},
      agreement);
}

TEST_CASE("variance ratio, equivalence and standardised difference agree with R") {
  const Json expected = testing::r_case("12_exact", "t-tests");
  const auto family = weight_change("FT");
  const auto control = weight_change("Cont");

  const auto ratio = variance_ratio_test(family, control, 0.95).value();
  const Json& var_test = expected.at("vartest");
  testing::verify({"variance_ratio", "anorexia", "ratio, p-value, limits", "R 4.2.2 var.test", 12},
                  testing::agreement_of({{ratio.ratio, only_number(var_test.at("statistic"))},
                                         {ratio.p_value, var_test.at("p_value")},
                                         {ratio.interval.lower, var_test.at("ci")[0]},
                                         {ratio.interval.upper, var_test.at("ci")[1]}}));

  const auto one_sided = [&](double null_value, Alternative alternative) {
    return two_sample_t_test(family, control, Variances::unequal, {null_value, alternative, 0.9})
        .value()
        .p_value;
  };
  const double equivalence =
      std::max(one_sided(-5, Alternative::greater), one_sided(5, Alternative::less));
  testing::verify({"t_test", "anorexia", "two one-sided tests", "R 4.2.2 t.test", 12},
                  testing::agreement_of({{equivalence, expected.at("tost_pm5")}}));

  const auto smd = standardised_difference(family, control, 0.95).value();
  testing::verify({"smd", "anorexia", "d, g, factor", "R 4.2.2", 13},
                  testing::agreement_of({{smd.cohen_d, expected.at("cohen_d")},
                                         {smd.hedges_g, expected.at("hedges_g")},
                                         {smd.hedges_factor, expected.at("hedges_J")}}));
  testing::verify({"smd", "anorexia", "exact limits", "R 4.2.2 pt(ncp), root to 1e-12", 9},
                  testing::agreement_of({{smd.interval.lower, expected.at("ncp_ci_d")[0]},
                                         {smd.interval.upper, expected.at("ncp_ci_d")[1]}}));
}

TEST_CASE("the rank-sum test agrees with R") {
  const Json expected = testing::r_case("12_exact", "wilcox-rank-sum");
  const Json& permeability = expected.at("hw");
  const std::vector<double> x = permeability.at("x");
  const std::vector<double> y = permeability.at("y");
  Agreement agreement;

  const auto exact = rank_sum_test(x, y, {}).value();
  CHECK(exact.null == RankNull::exact);
  const Json& r_exact = permeability.at("exact");
  agreement.compare(exact.statistic, only_number(r_exact.at("statistic")));
  agreement.compare(exact.p_value, r_exact.at("p_value"));
  agreement.compare(exact.estimate, only_number(r_exact.at("estimate")));
  agreement.compare(exact.interval->lower, r_exact.at("ci")[0]);
  agreement.compare(exact.interval->upper, r_exact.at("ci")[1]);
  agreement.compare(rank_sum_test(x, y, {.alternative = Alternative::greater}).value().p_value,
                    permeability.at("greater").at("p_value"));
  agreement.compare(rank_sum_test(x, y, {}, RankNull::normal_corrected).value().p_value,
                    permeability.at("normal_cc").at("p_value"));
  agreement.compare(rank_sum_test(x, y, {}, RankNull::normal).value().p_value,
                    permeability.at("normal").at("p_value"));
  const auto family = weight_change("FT");
  const auto control = weight_change("Cont");
  const Json& r_normal = expected.at("anorexia").at("normal_cc");
  const auto normal = rank_sum_test(family, control, {}, RankNull::normal_corrected).value();
  agreement.compare(normal.statistic, only_number(r_normal.at("statistic")));
  agreement.compare(normal.p_value, r_normal.at("p_value"));
  testing::verify({"wilcoxon", "permeability, anorexia", "rank sum, p-values, exact limits",
                   "R 4.2.2 wilcox.test", 13},
                  agreement);
  testing::verify({"wilcoxon", "anorexia", "exact p-value with ties", "exactRankTests 0.8.35", 12},
                  testing::agreement_of({{rank_sum_test(family, control, {}).value().p_value,
                                          expected.at("anorexia").at("exact_ties").at("p")}}));
  testing::verify({"wilcoxon", "anorexia", "normal limits of the shift",
                   "R 4.2.2 wilcox.test (root to 1e-4)", 4},
                  testing::agreement_of({{normal.interval->lower, r_normal.at("ci")[0]},
                                         {normal.interval->upper, r_normal.at("ci")[1]}}));
}

TEST_CASE("the signed-rank test agrees with R") {
  const Json expected = testing::r_case("12_exact", "wilcox-signed-rank");
  const Json& depression = expected.at("depr");
  std::vector<double> differences = depression.at("x");
  const std::vector<double> after = depression.at("y");
  for (std::size_t i = 0; i < after.size(); ++i) differences[i] -= after[i];
  Agreement agreement;

  const auto exact = signed_rank_test(differences, {}).value();
  const Json& two = depression.at("two");
  agreement.compare(exact.statistic, only_number(two.at("statistic")));
  agreement.compare(exact.p_value, two.at("p_value"));
  agreement.compare(exact.estimate, only_number(two.at("estimate")));
  agreement.compare(exact.interval->lower, two.at("ci")[0]);
  agreement.compare(exact.interval->upper, two.at("ci")[1]);
  agreement.compare(
      signed_rank_test(differences, {.alternative = Alternative::greater}).value().p_value,
      depression.at("greater").at("p_value"));
  auto sleep = extra_sleep("1");
  const auto second = extra_sleep("2");
  for (std::size_t i = 0; i < sleep.size(); ++i) sleep[i] -= second[i];
  agreement.compare(signed_rank_test(sleep, {}, RankNull::normal_corrected).value().p_value,
                    expected.at("sleep").at("normal_cc").at("p_value"));
  agreement.compare(signed_rank_test(sleep, {}).value().p_value,
                    expected.at("sleep").at("exact_ties_p"));

  testing::verify({"wilcoxon", "depression, sleep", "signed ranks, p-values, limits",
                   "R 4.2.2 wilcox.test, exactRankTests 0.8.35", 13},
                  agreement);
}

TEST_CASE("Kruskal-Wallis, Friedman and Cochran's Q agree with R") {
  const Json expected = testing::r_case("12_exact", "kruskal-friedman");
  std::vector<double> change;
  std::vector<int> group;
  for (const auto& [code, name] : {std::pair(0, "CBT"), std::pair(1, "Cont"), std::pair(2, "FT")}) {
    for (const double value : weight_change(name)) {
      change.push_back(value);
      group.push_back(code);
    }
  }
  const auto kruskal = kruskal_wallis_test(change, group).value();
  const Json& kw = expected.at("kw");
  Agreement agreement;
  agreement.compare(kruskal.chi_square, only_number(kw.at("statistic")));
  agreement.compare(kruskal.p_value, kw.at("p_value"));
  testing::verify({"kruskal_wallis", "anorexia", "statistic, p-value", "R 4.2.2 kruskal.test", 13},
                  agreement);

  const auto wide = [](const std::string& data, const std::string& value, std::size_t visits) {
    const auto all = testing::numbers(testing::reference_data(data), value);
    Matrix matrix(all.size() / visits, visits);
    for (std::size_t i = 0; i < all.size(); ++i) matrix(i / visits, i % visits) = all[i];
    return matrix;
  };
  const auto growth = friedman_test(wide("orthodont", "distance", 4)).value();
  const auto answers = friedman_test(wide("respiratory", "outcome", 4)).value();
  testing::verify({"friedman", "orthodont; respiratory (Cochran's Q)", "statistic, p-value",
                   "R 4.2.2 friedman.test", 12},
                  testing::agreement_of(
                      {{growth.chi_square, only_number(expected.at("friedman").at("statistic"))},
                       {growth.p_value, expected.at("friedman").at("p_value")},
                       {answers.chi_square, expected.at("cochranQ").at("Q")},
                       {answers.p_value, expected.at("cochranQ").at("p")}}));
}

// ---- twins and properties ---------------------------------------------------------------------

std::vector<double> some_values(std::uint64_t seed, int n, int distinct) {
  testing::Sequence sequence(seed);
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(sequence.below(distinct) * 0.25 - 2);
  return values;
}

TEST_CASE("order statistics of pairs are those of the pairs written out") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto x = some_values(seed, 7, 40);
    auto y = some_values(seed + 100, 5, 40);
    std::ranges::sort(x);
    std::ranges::sort(y);
    std::vector<double> differences;
    std::vector<double> averages;
    for (std::size_t i = 0; i < x.size(); ++i) {
      for (const double value : y) differences.push_back(x[i] - value);
      for (std::size_t j = i; j < x.size(); ++j) averages.push_back((x[i] + x[j]) / 2);
    }
    std::ranges::sort(differences);
    std::ranges::sort(averages);
    for (std::size_t k = 1; k <= differences.size(); ++k) {
      CHECK(difference_of_rank(x, y, k) == differences[k - 1]);
    }
    for (std::size_t k = 1; k <= averages.size(); ++k) {
      CHECK(walsh_average_of_rank(x, k) == averages[k - 1]);
    }
    CHECK(median_difference(x, y) == differences[17]);
    CHECK(median_walsh_average(x) == (averages[13] + averages[14]) / 2);
  }
}

// Every choice of which of the pooled values are the first group.
double naive_rank_sum_p_value(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> pooled = x;
  pooled.insert(pooled.end(), y.begin(), y.end());
  const auto statistic = [&](unsigned chosen) {
    double wins = 0;
    for (std::size_t i = 0; i < pooled.size(); ++i) {
      for (std::size_t j = 0; j < pooled.size(); ++j) {
        if (((chosen >> i) & 1U) == 0 || ((chosen >> j) & 1U) != 0) continue;
        wins += pooled[i] > pooled[j] ? 1 : (pooled[i] == pooled[j] ? 0.5 : 0);
      }
    }
    return wins;
  };
  const double mean = double(x.size() * y.size()) / 2;
  const double seen = std::abs(statistic((1U << x.size()) - 1) - mean);
  double total = 0;
  double as_far = 0;
  for (unsigned chosen = 0; chosen < (1U << pooled.size()); ++chosen) {
    if (std::size_t(__builtin_popcount(chosen)) != x.size()) continue;
    ++total;
    as_far += std::abs(statistic(chosen) - mean) >= seen ? 1 : 0;
  }
  return as_far / total;
}

TEST_CASE("the exact rank-sum p-value is that of all splits counted, ties and all") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto x = some_values(seed, 4, 8);
    const auto y = some_values(seed + 50, 6, 8);
    CHECK(rank_sum_test(x, y, {}).value().p_value ==
          doctest::Approx(naive_rank_sum_p_value(x, y)).epsilon(1e-13));
  }
}

TEST_CASE("the exact signed-rank p-value is that of all signs counted") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    auto values = some_values(seed, 9, 30);
    std::erase(values, 0.0);
    double total = 0;
    double low = 0;
    double high = 0;
    const auto statistic = [](const std::vector<double>& signed_values) {
      return signed_rank_test(signed_values, {}).value().statistic;
    };
    const double seen = statistic(values);
    for (unsigned flips = 0; flips < (1U << values.size()); ++flips) {
      auto flipped = values;
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (((flips >> i) & 1U) != 0) flipped[i] = -flipped[i];
      }
      const double value = statistic(flipped);
      ++total;
      low += value <= seen ? 1 : 0;
      high += value >= seen ? 1 : 0;
    }
    CHECK(signed_rank_test(values, {}).value().p_value ==
          doctest::Approx(std::min(1.0, 2 * std::min(low, high) / total)).epsilon(1e-13));
  }
}

TEST_CASE("tests of location follow shift, scale and order, and turn with their groups") {
  const auto x = some_values(3, 30, 500);
  const auto y = some_values(4, 22, 500);
  auto shuffled = x;
  std::ranges::reverse(shuffled);
  auto moved = x;
  for (double& value : moved) value += 1;

  const auto welch = two_sample_t_test(x, y, Variances::unequal, {}).value();
  CHECK(two_sample_t_test(shuffled, y, Variances::unequal, {}).value().statistic ==
        welch.statistic);
  CHECK(two_sample_t_test(y, x, Variances::unequal, {}).value().statistic == -welch.statistic);
  CHECK(two_sample_t_test(moved, y, Variances::unequal, {.null_value = 1}).value().p_value ==
        doctest::Approx(welch.p_value));
  const auto ranks = rank_sum_test(x, y, {}).value();
  CHECK(rank_sum_test(shuffled, y, {}).value().p_value == ranks.p_value);
  CHECK(rank_sum_test(y, x, {}).value().p_value == doctest::Approx(ranks.p_value).epsilon(1e-13));
  CHECK(rank_sum_test(moved, y, {.null_value = 1}).value().p_value ==
        doctest::Approx(ranks.p_value).epsilon(1e-13));
  CHECK(rank_sum_test(moved, y, {}).value().estimate == doctest::Approx(ranks.estimate + 1));
}

TEST_CASE("two groups of Kruskal-Wallis are the rank-sum test squared") {
  const auto x = some_values(7, 60, 30);
  const auto y = some_values(8, 70, 30);
  std::vector<double> values = x;
  values.insert(values.end(), y.begin(), y.end());
  std::vector<int> group(x.size(), 5);
  group.resize(values.size(), 2);

  const auto kruskal = kruskal_wallis_test(values, group).value();
  const auto ranks = rank_sum_test(x, y, {}, RankNull::normal).value();

  CHECK(kruskal.p_value == doctest::Approx(ranks.p_value).epsilon(1e-12));
  CHECK(kruskal.groups == std::vector{2, 5});
}

TEST_CASE("large samples are tested without making their pairs") {
  const auto x = some_values(1, 20'000, 1'000'000);
  const auto y = some_values(2, 30'000, 1'000'000);
  const auto test = rank_sum_test(x, y, {}).value();
  CHECK(test.null == RankNull::normal_corrected);
  CHECK(test.interval->lower < test.estimate);
  CHECK(test.estimate < test.interval->upper);
}

TEST_CASE("too few values for the level have no exact interval") {
  CHECK_FALSE(rank_sum_test(std::vector{1.0, 2.0}, std::vector{3.0, 4.0}, {}).value().interval);
  CHECK_FALSE(signed_rank_test(std::vector{1.0, 2.0, 3.0}, {}).value().interval);
}

TEST_CASE("what bears no test of location is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> two = {1, 2};
  const std::vector<double> same = {3, 3, 3};
  CHECK(one_sample_t_test(std::vector{1.0}, {}).error().message ==
        "t test: needs at least 2 values, there are 1");
  CHECK(one_sample_t_test(std::vector{1.0, nan}, {}).error().message ==
        "t test: value 2 of 2 is nan, not a finite number");
  CHECK_FALSE(one_sample_t_test(same, {}));
  CHECK_FALSE(one_sample_t_test(two, {.confidence_level = 1}));
  CHECK_FALSE(paired_t_test(two, same, {}));
  CHECK_FALSE(two_sample_t_test(same, same, Variances::unequal, {}));
  CHECK(two_sample_t_test(same, two, Variances::unequal, {}));
  CHECK_FALSE(variance_ratio_test(same, two, 0.95));
  CHECK_FALSE(standardised_difference(same, same, 0.95));
  CHECK_FALSE(rank_sum_test(same, same, {}));
  CHECK_FALSE(rank_sum_test({}, two, {}));
  CHECK_FALSE(signed_rank_test(std::vector{0.0, 0.0}, {}));
  CHECK_FALSE(rank_sum_test(some_values(1, 900, 50), some_values(2, 900, 50), {}, RankNull::exact));
  CHECK_FALSE(kruskal_wallis_test(same, std::vector{1, 2, 3}));
  CHECK_FALSE(kruskal_wallis_test(two, std::vector{1, 1}));
  CHECK_FALSE(friedman_test(Matrix(3, 2, {1, 1, 1, 1, 1, 1})));
}

}  // namespace
}  // namespace kensho::stats
