#include "report/figure/label_spread.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace kensho::report {
namespace {

std::vector<std::size_t> order_by_center(const std::vector<SpreadLabel>& labels) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t first, std::size_t second) {
    return std::pair(labels[first].center, first) < std::pair(labels[second].center, second);
  });
  return order;
}

// Distance of each centre from the first one when the labels, in this order, just touch.
std::vector<double> touching_offsets(const std::vector<SpreadLabel>& labels,
                                     const std::vector<std::size_t>& order) {
  std::vector<double> offsets(order.size(), 0);
  for (std::size_t i = 1; i < order.size(); ++i) {
    const double gap = (labels[order[i - 1]].height + labels[order[i]].height) / 2;
    offsets[i] = offsets[i - 1] + gap;
  }
  return offsets;
}

struct Pool {
  double sum;
  std::size_t count;
  double mean() const { return sum / static_cast<double>(count); }
};

// The non-decreasing sequence nearest to `values`.
std::vector<double> isotonic(const std::vector<double>& values) {
  std::vector<Pool> pools;
  for (const double value : values) {
    pools.push_back({value, 1});
    while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back().sum += last.sum;
      pools.back().count += last.count;
    }
  }
  std::vector<double> fitted;
  for (const Pool& pool : pools) fitted.insert(fitted.end(), pool.count, pool.mean());
  return fitted;
}

}  // namespace

std::optional<std::vector<double>> spread_labels(const std::vector<SpreadLabel>& labels,
                                                 double lowest, double highest) {
  if (labels.empty()) return std::vector<double>();
  const std::vector<std::size_t> order = order_by_center(labels);
  const std::vector<double> offsets = touching_offsets(labels, order);
  const double first_min = lowest + labels[order.front()].height / 2;
  const double first_max = highest - labels[order.back()].height / 2 - offsets.back();
  if (first_min > first_max) return std::nullopt;

  std::vector<double> shifted(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) shifted[i] = labels[order[i]].center - offsets[i];
  const std::vector<double> fitted = isotonic(shifted);
  std::vector<double> centers(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    centers[order[i]] = std::clamp(fitted[i], first_min, first_max) + offsets[i];
  }
  return centers;
}

}  // namespace kensho::report
