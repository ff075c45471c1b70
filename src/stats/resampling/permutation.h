// Permutation tests of means: exact where all permutations can be counted, else sampled.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "stats/describe/alternative.h"

namespace kensho::stats {

/// What is asked of a permutation test.
struct PermutationQuestion {
  Alternative alternative = Alternative::two_sided;
  std::uint64_t exact_max = 5'000'000;  // permutations; more are sampled
  int replicates = 100'000;             // sampled
  std::uint64_t seed = 1;
  unsigned threads = 1;
};

/// The place of the observed statistic among the permuted ones.
struct PermutationTest {
  double statistic;                         // difference of means, or mean of the differences
  double p_value;                           // sampled: (1 + as extreme) / (1 + replicates), never 0
  bool exact;                               // whether all permutations were counted
  std::uint64_t permutations;               // counted, or sampled
  std::optional<double> monte_carlo_error;  // of a sampled p-value: its standard error
};

/// Whether two groups are exchangeable, by the difference of their means; two-sided: as far from
/// zero on either side. Differences equal to 1e-10 of the spread count as equal.
///
/// Errors  invalid_argument: an empty group, a value that is not finite, all values equal, fewer
///         than 1 replicate where sampled.
/// Cost    exact: permutations; sampled: replicates times n. Stream r of the seed makes permutation
///         r: the same bits for any number of threads.
/// Source  Pitman 1937, JRSS Suppl. 4:119-130; Phipson & Smyth 2010 (p-value of a sample).
/// Checked against R, tests/reference/r/09_mi_boot.json.
Result<PermutationTest> permutation_test(std::span<const double> first,
                                         std::span<const double> second,
                                         const PermutationQuestion& question);

/// Whether differences are symmetric about zero, by their mean, over all changes of sign.
/// Errors  as permutation_test; all differences zero.
Result<PermutationTest> sign_flip_test(std::span<const double> differences,
                                       const PermutationQuestion& question);

}  // namespace kensho::stats
