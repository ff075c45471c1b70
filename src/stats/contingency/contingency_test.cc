#include <cmath>

#include <doctest/doctest.h>

#include "stats/contingency/chi_square.h"
#include "stats/contingency/exact_binomial.h"
#include "stats/contingency/fisher_exact.h"
#include "stats/testing/r_reference.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::only_number;

TwoByTwo two_by_two(const Json& table) {
  const Json& data = table.at("data");
  return {data[0][0], data[0][1], data[1][0], data[1][1]};
}

double one_sided(const TwoByTwo& table, Alternative alternative) {
  const double p_value = fisher_test(table, {.alternative = alternative}).value().p_value;
  CHECK(fisher_p_value(table, alternative).value() == p_value);
  return p_value;
}

TEST_CASE("Fisher's exact test agrees with R") {
  const Json expected = testing::r_case("12_exact", "fisher");
  Agreement p_values;
  Agreement odds;
  for (const auto& [name, entry] : expected.items()) {
    CAPTURE(name);
    const TwoByTwo table = two_by_two(entry.at("table"));
    const Json& two = entry.at("two");
    const auto test = fisher_test(table, {}).value();
    p_values.compare(test.p_value, two.at("p_value"));
    p_values.compare(one_sided(table, Alternative::less), entry.at("less"));
    p_values.compare(one_sided(table, Alternative::greater), entry.at("greater"));
    const auto compare = [&](std::optional<double> got, double value) {
      CHECK(got.has_value() == std::isfinite(value));
      if (got && std::isfinite(value)) odds.compare(*got, value);
    };
    compare(test.odds_ratio, only_number(two.at("estimate")));
    compare(test.lower, testing::r_number(two.at("ci")[0]));
    compare(test.upper, testing::r_number(two.at("ci")[1]));
  }
  testing::verify({"fisher", "6 tables", "p-values", "R 4.2.2 fisher.test", 12}, p_values);
  testing::verify({"fisher", "6 tables", "odds ratio, exact limits",
                   "R 4.2.2 fisher.test (odds ratio or its inverse to 1.2e-4)", 1},
                  odds);
}

TEST_CASE("Fisher's p-value: its own table alone, the whole range, refusals") {
  const auto two_sided = [](const TwoByTwo& table) {
    return fisher_p_value(table, Alternative::two_sided);
  };
  CHECK(two_sided({0, 5, 0, 9}).value() == 1);
  CHECK(two_sided({5, 0, 9, 0}).value() == 1);
  CHECK(two_sided({0, 0, 3, 4}).value() == 1);
  // 3 of 3 against 0 of 3: two tables of 20
  CHECK(two_sided({3, 0, 0, 3}).value() == doctest::Approx(0.1).epsilon(1e-12));
  CHECK_FALSE(two_sided({6, -1, 0, 9}));
  CHECK_FALSE(two_sided({1, 1, std::int64_t{1} << 62, std::int64_t{1} << 62}));
}

// The probabilities of the first cell at an odds ratio, factorials and all.
std::vector<double> naive_probabilities(const TwoByTwo& t, double odds) {
  const double row = double(t.a + t.b);
  const double other = double(t.c + t.d);
  const double column = double(t.a + t.c);
  const auto log_choose = [](double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
  };
  std::vector<double> p(std::size_t(row) + 1, 0);
  double total = 0;
  for (double x = std::max(0.0, column - other); x <= std::min(row, column); ++x) {
    const double weight =
        std::exp(log_choose(row, x) + log_choose(other, column - x) + x * std::log(odds));
    p[std::size_t(x)] = weight;
    total += weight;
  }
  for (double& value : p) value /= total;
  return p;
}

TEST_CASE("odds ratio and limits solve the equations that define them") {
  Agreement agreement;
  for (const TwoByTwo& table :
       {TwoByTwo{3, 1, 1, 3}, TwoByTwo{38, 17, 17, 35}, TwoByTwo{1, 24, 11, 3}}) {
    const auto test = fisher_test(table, {}).value();
    const auto x = std::size_t(table.a);
    const auto sum = [&](double odds, std::size_t from, std::size_t to) {
      const auto p = naive_probabilities(table, odds);
      double total = 0;
      for (std::size_t i = from; i <= to && i < p.size(); ++i) total += p[i];
      return total;
    };
    const auto p = naive_probabilities(table, *test.odds_ratio);
    double mean = 0;
    for (std::size_t i = 0; i < p.size(); ++i) mean += double(i) * p[i];
    agreement.compare(mean, double(table.a));
    agreement.compare(sum(test.lower, x, p.size()), 0.025);
    agreement.compare(sum(*test.upper, 0, x), 0.025);
  }
  testing::verify({"fisher", "3 tables", "odds ratio, exact limits",
                   "their defining equations, by factorials", 11},
                  agreement);
}

TEST_CASE("turning a table turns its odds ratio") {
  const auto test = fisher_test({7, 12, 3, 19}, {}).value();
  const auto turned = fisher_test({12, 7, 19, 3}, {}).value();
  CHECK(turned.p_value == doctest::Approx(test.p_value).epsilon(1e-13));
  CHECK(*turned.odds_ratio == doctest::Approx(1 / *test.odds_ratio).epsilon(1e-11));
  CHECK(turned.lower == doctest::Approx(1 / *test.upper).epsilon(1e-11));
}

TEST_CASE("a cell of zero has an open limit") {
  const auto none = fisher_test({0, 9, 4, 6}, {}).value();
  CHECK(none.odds_ratio == 0.0);
  CHECK(none.lower == 0);
  CHECK(none.upper);
  const auto all = fisher_test({9, 0, 4, 6}, {}).value();
  CHECK_FALSE(all.odds_ratio);
  CHECK_FALSE(all.upper);
  CHECK(all.lower > 0);
}

TEST_CASE("exact binomial and McNemar tests agree with R") {
  Agreement binomial;
  const Json binom = testing::r_case("12_exact", "binom");
  for (const auto& [name, entry] : binom.items()) {
    CAPTURE(name);
    const BinomialCount count{entry.at("x"), entry.at("n")};
    const auto p_value = [&](double probability, Alternative alternative) {
      return exact_binomial_p_value(count, probability, alternative).value();
    };
    binomial.compare(p_value(0.5, Alternative::two_sided), entry.at("p_half_two"));
    binomial.compare(p_value(0.3, Alternative::greater), entry.at("p_03_greater"));
    binomial.compare(p_value(0.3, Alternative::two_sided), entry.at("p_03_two"));
  }
  testing::verify({"proportion", "7 counts", "exact p-values", "R 4.2.2 binom.test", 11}, binomial);

  Agreement paired;
  const Json mcnemar = testing::r_case("12_exact", "mcnemar");
  for (const auto& [name, entry] : mcnemar.items()) {
    CAPTURE(name);
    const Json& v = entry.at("v");
    const auto test = mcnemar_test({v[0], v[1], v[2], v[3]}, 0.95).value();
    paired.compare(test.chi_square, only_number(entry.at("nocc").at("statistic")));
    paired.compare(test.p_value, entry.at("nocc").at("p_value"));
    paired.compare(test.chi_square_corrected, only_number(entry.at("cc").at("statistic")));
    paired.compare(test.p_value_corrected, entry.at("cc").at("p_value"));
    paired.compare(test.p_value_exact, entry.at("exact_p"));
    paired.compare(test.p_value_mid, entry.at("midp"));
    paired.compare(*test.odds_ratio, entry.at("or"));
    paired.compare(test.odds_ratio_lower, entry.at("or_exact_ci")[0]);
    paired.compare(*test.odds_ratio_upper, entry.at("or_exact_ci")[1]);
    paired.compare(test.difference, entry.at("rd"));
  }
  testing::verify({"mcnemar", "2 tables", "statistics, p-values, limits",
                   "R 4.2.2 mcnemar.test, binom.test", 12},
                  paired);
}

TEST_CASE("the two-sided binomial p-value is the sum over all counts as unlikely") {
  for (const double probability : {0.1, 0.37, 0.5, 0.9}) {
    for (std::int64_t n : {1, 6, 23}) {
      for (std::int64_t x = 0; x <= n; ++x) {
        const auto chance = [&](std::int64_t k) {
          return std::exp(std::lgamma(double(n) + 1) - std::lgamma(double(k) + 1) -
                          std::lgamma(double(n - k) + 1)) *
                 std::pow(probability, double(k)) * std::pow(1 - probability, double(n - k));
        };
        double sum = 0;
        for (std::int64_t k = 0; k <= n; ++k) {
          if (chance(k) <= chance(x) * (1 + 1e-7)) sum += chance(k);
        }
        CHECK(exact_binomial_p_value({x, n}, probability, Alternative::two_sided).value() ==
              doctest::Approx(sum).epsilon(1e-11));
      }
    }
  }
}

TEST_CASE("chi-square tests agree with R") {
  Agreement agreement;
  const Json two_prop = testing::r_case("12_exact", "two-prop");
  for (const auto& [name, entry] : two_prop.items()) {
    CAPTURE(name);
    const std::vector<std::int64_t> v = entry.at("v");
    const auto table =
        CountTable::make(2, 2, {v[0], v[1] - v[0], v[2], v[3] - v[2]}, "table").value();
    const auto plain = chi_square_test(table, YatesCorrection::none);
    const auto corrected = chi_square_test(table, YatesCorrection::applied);
    agreement.compare(plain.chi_square, only_number(entry.at("chisq").at("statistic")));
    agreement.compare(plain.p_value, entry.at("chisq").at("p_value"));
    agreement.compare(corrected.chi_square, only_number(entry.at("yates").at("statistic")));
    agreement.compare(corrected.p_value, entry.at("yates").at("p_value"));
  }
  testing::verify({"two_proportions", "3 pairs", "chi-square, Yates", "R 4.2.2 chisq.test", 12},
                  agreement);

  const Json expected = testing::r_case("12_exact", "chisq-gof");
  const std::vector<double> seen = {89, 37, 30, 28, 2};
  const std::vector<double> probabilities = {0.4, 0.2, 0.2, 0.15, 0.05};
  const auto fit = goodness_of_fit_test(seen, probabilities).value();
  Agreement of_fit;
  of_fit.compare(fit.chi_square, only_number(expected.at("h").at("statistic")));
  of_fit.compare(fit.p_value, expected.at("h").at("p_value"));
  for (std::size_t i = 0; i < seen.size(); ++i) {
    of_fit.compare(fit.residuals(0, i), expected.at("residuals")[i]);
  }
  testing::verify({"chi_square", "5 classes", "goodness of fit", "R 4.2.2 chisq.test", 12}, of_fit);
}

TEST_CASE("tables that bear no test are refused with the reason") {
  CHECK(fisher_test({1, 2, -1, 3}, {}).error().message ==
        "Fisher's test: count -1 in row 2, column 1");
  CHECK(fisher_test({0, 0, 1, 3}, {}).error().message == "Fisher's test: a row is empty");
  CHECK_FALSE(fisher_test({1, 2, 1, 3}, {.confidence_level = 0}));
  CHECK_FALSE(CountTable::make(1, 2, {1, 2}, "table"));
  CHECK_FALSE(mcnemar_test({3, 0, 0, 4}, 0.95));
  CHECK_FALSE(exact_binomial_p_value({3, 2}, 0.5, Alternative::two_sided));
  CHECK_FALSE(exact_binomial_p_value({1, 2}, 1.5, Alternative::two_sided));
  CHECK_FALSE(goodness_of_fit_test(std::vector{1.0, 2.0}, std::vector{0.5, 0.6}));
}

}  // namespace
}  // namespace kensho::stats
