// Order statistics of all pairs of a sample, without making the pairs.
#pragma once

#include <cstdint>
#include <span>

namespace kensho::stats {

/// The k-th smallest (from 1) of the differences x_i - y_j of two ascending samples.
/// 1 <= k <= x.size() * y.size(). Exactly the double that the subtraction gives.
/// Cost    at most 64 scans of O(m + n): bisection over doubles; no memory.
double difference_of_rank(std::span<const double> x, std::span<const double> y, std::uint64_t k);

/// The k-th smallest of the means (x_i + x_j) / 2, i <= j, of an ascending sample (Walsh averages).
/// 1 <= k <= n (n + 1) / 2. Cost as above.
double walsh_average_of_rank(std::span<const double> x, std::uint64_t k);

/// The middle of all differences or averages: the estimates of Hodges and Lehmann.
/// Source  Hodges & Lehmann 1963, Ann. Math. Stat. 34:598-611.
double median_difference(std::span<const double> x, std::span<const double> y);
double median_walsh_average(std::span<const double> x);

}  // namespace kensho::stats
