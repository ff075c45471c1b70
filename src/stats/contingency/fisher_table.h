// Fisher's exact test of a table of any size (Freeman and Halton).
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "stats/contingency/count_table.h"

namespace kensho::stats {

/// How much work the exact p-value may be, and what is drawn where it is more.
struct TableQuestion {
  std::uint64_t steps_max = 20'000'000;
  int replicates = 100'000;
  std::uint64_t seed = 1;
  unsigned threads = 1;
};

/// Whether rows and columns are independent, given the margins.
struct FisherTableTest {
  double p_value;                           // all tables no more likely than the one seen
  bool exact;                               // whether all tables were counted
  std::optional<int> replicates;            // of a sampled p-value, (1 + count) / (1 + replicates)
  std::optional<double> monte_carlo_error;  // its standard error
};

/// The exact test. Tables that differ only in the order of a column's counts over equal rows are
/// counted together; the columns are halved, and the two halves meet at each state of the row
/// totals, so that the work is nearer the root of the number of tables than that number.
///
/// Errors  invalid_argument: fewer than 1 replicate where sampled.
/// Cost    up to steps_max; else replicates times the total count. Stream r of the seed makes table
///         r: the same bits for any number of threads.
/// Source  Freeman & Halton 1951, Biometrika 38:141-149.
/// Checked against R fisher.test, tests/reference/r/12_exact.json.
Result<FisherTableTest> fisher_table_test(const CountTable& table, const TableQuestion& question);

}  // namespace kensho::stats
