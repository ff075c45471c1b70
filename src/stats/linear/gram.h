// Weighted cross-products of a design: the inner loop of every regression.
#pragma once

#include <span>
#include <vector>

#include "stats/linear/matrix.h"

namespace kensho::stats {

/// X' diag(w) X, both triangles; an empty `weight` stands for ones.
/// Rows go through in blocks of 8,192 that are added in order: the same bits for any `threads`.
/// Cost    O(n p^2 / 2) on `threads` threads; each block is packed once, so X is read once.
Matrix weighted_gram(const Matrix& x, std::span<const double> weight, unsigned threads = 1);

/// X' v. The same order of sums.
/// Cost    O(n p).
std::vector<double> transpose_times(const Matrix& x, std::span<const double> v,
                                    unsigned threads = 1);

/// X b.
std::vector<double> times(const Matrix& x, std::span<const double> b, unsigned threads = 1);

}  // namespace kensho::stats
