#include "stats/association/concordance_count.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

namespace kensho::stats {
namespace {

// Sums over groups of t tied values that the variance needs.
struct TieSums {
  double pairs = 0;    // t (t - 1) / 2
  double triples = 0;  // t (t - 1) (t - 2)
  double spread = 0;   // t (t - 1) (2 t + 5)

  void add(double t) {
    pairs += t * (t - 1) / 2;
    triples += t * (t - 1) * (t - 2);
    spread += t * (t - 1) * (2 * t + 5);
  }
};

template <class Value>
TieSums ties_of(const std::vector<Value>& ascending) {
  TieSums sums;
  for (std::size_t first = 0; first < ascending.size();) {
    std::size_t end = first + 1;
    while (end < ascending.size() && ascending[end] == ascending[first]) ++end;  // ties
    sums.add(static_cast<double>(end - first));
    first = end;
  }
  return sums;
}

// Sorts by merging and counts how many pairs stood in the wrong order.
double sort_and_count(std::vector<double>& values) {
  std::vector<double> merged(values.size());
  double inversions = 0;
  for (std::size_t width = 1; width < values.size(); width *= 2) {
    for (std::size_t begin = 0; begin < values.size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, values.size());
      const std::size_t end = std::min(begin + 2 * width, values.size());
      std::size_t left = begin;
      std::size_t right = middle;
      for (std::size_t out = begin; out < end; ++out) {
        if (right == end || (left < middle && values[left] <= values[right])) {
          merged[out] = values[left++];
        } else {
          inversions += static_cast<double>(middle - left);
          merged[out] = values[right++];
        }
      }
    }
    values.swap(merged);
  }
  return inversions;
}

double score_variance(double n, const TieSums& x, const TieSums& y) {
  const double untied = n * (n - 1) * (2 * n + 5);
  return (untied - x.spread - y.spread) / 18 + 2 * x.pairs * y.pairs / (n * (n - 1)) +
         x.triples * y.triples / (9 * n * (n - 1) * (n - 2));
}

}  // namespace

ConcordanceCount count_concordance(std::span<const double> x, std::span<const double> y) {
  std::vector<std::pair<double, double>> pairs(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) pairs[i] = {x[i], y[i]};
  std::ranges::sort(pairs);
  std::vector<double> ascending_x(x.size());
  std::vector<double> by_x(x.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) std::tie(ascending_x[i], by_x[i]) = pairs[i];
  const double discordant = sort_and_count(by_x);  // now ascending in y
  const TieSums ties_x = ties_of(ascending_x);
  const TieSums ties_y = ties_of(by_x);
  const double ties_both = ties_of(pairs).pairs;
  const auto n = static_cast<double>(x.size());
  const double all = n * (n - 1) / 2;
  const double untied = all - ties_x.pairs - ties_y.pairs + ties_both;
  return {.score = untied - 2 * discordant,
          .pairs = all,
          .tied_x = ties_x.pairs,
          .tied_y = ties_y.pairs,
          .variance = score_variance(n, ties_x, ties_y)};
}

double kendall_score_cdf(double score, int n) {
  // The share of orders of n things with each number of concordant pairs.
  std::vector<double> share = {1};
  for (int size = 2; size <= n; ++size) {
    std::vector<double> next(share.size() + static_cast<std::size_t>(size) - 1);
    for (std::size_t i = 0; i < share.size(); ++i) {
      for (std::size_t added = 0; added < static_cast<std::size_t>(size); ++added) {
        next[i + added] += share[i] / size;
      }
    }
    share = std::move(next);
  }
  const double concordant = std::floor((score + double(share.size() - 1)) / 2);
  double sum = 0;
  for (std::size_t i = 0; i < share.size() && static_cast<double>(i) <= concordant; ++i) {
    sum += share[i];
  }
  return std::min(1.0, sum);
}

}  // namespace kensho::stats
