#include "stats/location/pairwise_order.h"

#include <bit>
#include <cstddef>
#include <limits>

#include "base/check.h"

namespace kensho::stats {
namespace {

// Whole numbers in the order of the doubles they stand for.
std::uint64_t ordinal(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  constexpr std::uint64_t SIGN = std::uint64_t{1} << 63U;
  return (bits & SIGN) != 0 ? ~bits : bits | SIGN;
}

double from_ordinal(std::uint64_t position) {
  constexpr std::uint64_t SIGN = std::uint64_t{1} << 63U;
  return std::bit_cast<double>((position & SIGN) != 0 ? position & ~SIGN : ~position);
}

// The smallest double that at least k pairs do not exceed.
template <class CountAtMost>
double smallest_reaching(std::uint64_t k, const CountAtMost& count_at_most) {
  std::uint64_t low = ordinal(-std::numeric_limits<double>::infinity());
  std::uint64_t high = ordinal(std::numeric_limits<double>::infinity());
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (count_at_most(from_ordinal(middle)) >= k) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return from_ordinal(low) + 0.0;  // never -0
}

template <class OfRank>
double middle_of(std::uint64_t pairs, const OfRank& of_rank) {
  const double upper = of_rank(pairs / 2 + 1);
  return pairs % 2 == 1 ? upper : (of_rank(pairs / 2) + upper) / 2;
}

std::uint64_t walsh_pairs(std::span<const double> x) {
  return std::uint64_t{x.size()} * (x.size() + 1) / 2;
}

}  // namespace

double difference_of_rank(std::span<const double> x, std::span<const double> y, std::uint64_t k) {
  ENSURE(k >= 1 && k <= std::uint64_t{x.size()} * y.size());
  return smallest_reaching(k, [&](double limit) {
    std::uint64_t count = 0;
    std::size_t from = 0;  // the first y that is large enough; rises with x
    for (const double value : x) {
      while (from < y.size() && !(value - y[from] <= limit)) ++from;
      count += y.size() - from;
    }
    return count;
  });
}

double walsh_average_of_rank(std::span<const double> x, std::uint64_t k) {
  ENSURE(k >= 1 && k <= walsh_pairs(x));
  return smallest_reaching(k, [&](double limit) {
    std::uint64_t count = 0;
    std::size_t end = x.size();  // of the partners that are small enough; falls as x rises
    for (std::size_t i = 0; i < x.size(); ++i) {
      while (end > i && !(x[i] / 2 + x[end - 1] / 2 <= limit)) --end;
      if (end <= i) break;
      count += end - i;
    }
    return count;
  });
}

double median_difference(std::span<const double> x, std::span<const double> y) {
  return middle_of(std::uint64_t{x.size()} * y.size(),
                   [&](std::uint64_t k) { return difference_of_rank(x, y, k); });
}

double median_walsh_average(std::span<const double> x) {
  return middle_of(walsh_pairs(x), [&](std::uint64_t k) { return walsh_average_of_rank(x, k); });
}

}  // namespace kensho::stats
