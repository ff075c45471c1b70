#include <cmath>
#include <functional>

#include <doctest/doctest.h>

#include "stats/contingency/fisher_exact.h"
#include "stats/contingency/fisher_table.h"
#include "stats/testing/r_reference.h"
#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Json;

CountTable table_of(const std::vector<std::vector<std::int64_t>>& rows) {
  std::vector<std::int64_t> counts;
  for (const auto& row : rows) counts.insert(counts.end(), row.begin(), row.end());
  return CountTable::make(rows.size(), rows[0].size(), counts, "table").value();
}

TEST_CASE("Fisher's test of larger tables agrees with R") {
  const Json expected = testing::r_case("12_exact", "fisher-rxc");
  testing::Agreement agreement;
  for (const auto& [name, entry] : expected.items()) {
    const auto table = table_of(entry.at("t").at("data"));
    const auto test = fisher_table_test(table, {}).value();
    CHECK(test.exact);
    agreement.compare(test.p_value, entry.at("p"));
  }
  testing::verify({"fisher", "3 by 3, 4 by 4 tables", "p-values", "R 4.2.2 fisher.test", 11},
                  agreement);
}

TEST_CASE("a 2 by 2 table has the p-value of its own test") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    testing::Sequence sequence(seed);
    const std::int64_t a = sequence.below(9) + 1;
    const std::int64_t b = sequence.below(9) + 1;
    const std::int64_t c = sequence.below(20) + 1;
    const std::int64_t d = sequence.below(9) + 1;
    CHECK(fisher_table_test(table_of({{a, b}, {c, d}}), {}).value().p_value ==
          doctest::Approx(fisher_test({a, b, c, d}, {}).value().p_value).epsilon(1e-11));
  }
}

// Every table with the margins, one cell after the other.
double naive_p_value(const CountTable& seen) {
  std::vector<std::int64_t> rows = seen.row_totals();
  std::vector<std::int64_t> columns = seen.column_totals();
  const auto log_factorial = [](std::int64_t n) { return std::lgamma(double(n) + 1); };
  double scale = -log_factorial(seen.total());
  for (const auto total : rows) scale += log_factorial(total);
  for (const auto total : columns) scale += log_factorial(total);
  double limit = scale;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < columns.size(); ++j) limit -= log_factorial(seen(i, j));
  }
  double sum = 0;
  const std::function<void(std::size_t, double)> fill = [&](std::size_t cell, double weight) {
    const std::size_t i = cell / columns.size();
    const std::size_t j = cell % columns.size();
    if (i == rows.size()) {
      if (weight <= limit + 1e-7) sum += std::exp(weight);
      return;
    }
    for (std::int64_t count = 0; count <= std::min(rows[i], columns[j]); ++count) {
      const bool last_column = j + 1 == columns.size() && count != rows[i];
      const bool last_row = i + 1 == rows.size() && count != columns[j];
      if (last_column || last_row) continue;
      rows[i] -= count;
      columns[j] -= count;
      fill(cell + 1, weight - log_factorial(count));
      rows[i] += count;
      columns[j] += count;
    }
  };
  fill(0, scale);
  return sum;
}

TEST_CASE("the p-value is the sum over all tables, whichever way the table is turned") {
  for (const auto& rows : std::vector<std::vector<std::vector<std::int64_t>>>{
           {{3, 1, 2}, {0, 4, 1}}, {{2, 2}, {5, 0}, {1, 3}}, {{1, 0, 3}, {2, 2, 0}, {0, 3, 1}}}) {
    const CountTable table = table_of(rows);
    std::vector<std::vector<std::int64_t>> turned(table.columns());
    for (std::size_t j = 0; j < table.columns(); ++j) {
      for (std::size_t i = 0; i < table.rows(); ++i) turned[j].push_back(table(i, j));
    }
    const double p_value = fisher_table_test(table, {}).value().p_value;
    CHECK(p_value == doctest::Approx(naive_p_value(table)).epsilon(1e-11));
    CHECK(fisher_table_test(table_of(turned), {}).value().p_value ==
          doctest::Approx(p_value).epsilon(1e-12));
  }
}

TEST_CASE("too large a table is sampled, with the same bits on any number of threads") {
  const CountTable table = table_of({{3, 1, 0}, {2, 5, 2}, {0, 3, 6}});
  const auto exact = fisher_table_test(table, {}).value();
  const auto one = fisher_table_test(table, {.steps_max = 10, .replicates = 20'000}).value();
  CHECK_FALSE(one.exact);
  CHECK(std::abs(one.p_value - exact.p_value) < 4 * *one.monte_carlo_error);
  for (const unsigned threads : {2U, 8U}) {
    CHECK(fisher_table_test(table, {.steps_max = 10, .replicates = 20'000, .threads = threads})
              .value()
              .p_value == one.p_value);
  }
  CHECK_FALSE(fisher_table_test(table, {.steps_max = 10, .replicates = 0}));
}

}  // namespace
}  // namespace kensho::stats
