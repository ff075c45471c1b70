#include "stats/longitudinal/gee_clusters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

Error refusal(std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("GEE: {}", rule)};
}

Status check_shapes(const GeeData& data) {
  const std::size_t n = data.x.rows();
  if (n == 0 || data.x.columns() == 0) return refusal("the design is empty");
  const auto fits = [n](std::size_t size) { return size == n || size == 0; };
  if (data.outcome.size() != n || data.cluster.size() != n || !fits(data.wave.size()) ||
      !fits(data.offset.size())) {
    return refusal(fmt::format(
        "the design has {} rows, the outcome {}, the clusters {}, the waves {}, the offset {}", n,
        data.outcome.size(), data.cluster.size(), data.wave.size(), data.offset.size()));
  }
  return ok();
}

bool is_possible(double outcome, MeanFamily family) {
  switch (family) {
    case MeanFamily::gaussian:
      return std::isfinite(outcome);
    case MeanFamily::binomial:
      return outcome >= 0 && outcome <= 1;
    case MeanFamily::poisson:
      break;
  }
  return std::isfinite(outcome) && outcome >= 0;
}

Status check_values(const GeeData& data, MeanFamily family) {
  for (std::size_t i = 0; i < data.outcome.size(); ++i) {
    if (!is_possible(data.outcome[i], family)) {
      return refusal(fmt::format("the outcome in row {} is {}, which its family does not have",
                                 i + 1, data.outcome[i]));
    }
    if (!data.offset.empty() && !std::isfinite(data.offset[i])) {
      return refusal(fmt::format("the offset in row {} is not finite", i + 1));
    }
  }
  const auto values = data.x.values();
  const auto bad = std::ranges::find_if(values, [](double value) { return !std::isfinite(value); });
  if (bad == values.end()) return ok();
  const auto index = static_cast<std::size_t>(bad - values.begin());
  return refusal(fmt::format("the design in row {}, column {} is not finite",
                             index % data.x.rows() + 1, index / data.x.rows() + 1));
}

std::vector<std::size_t> sorted_rows(const GeeData& data) {
  std::vector<std::size_t> order(data.outcome.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto before = [&](std::size_t a, std::size_t b) {
    if (data.cluster[a] != data.cluster[b]) return data.cluster[a] < data.cluster[b];
    return !data.wave.empty() && data.wave[a] < data.wave[b];
  };
  if (!std::ranges::is_sorted(order, before)) std::ranges::stable_sort(order, before);
  return order;
}

void gather(Clusters& clusters, const GeeData& data, std::span<const std::size_t> order) {
  const std::size_t n = order.size();
  clusters.x = Matrix(n, data.x.columns());
  for (std::size_t j = 0; j < data.x.columns(); ++j) {
    const auto from = data.x.column(j);
    const auto to = clusters.x.column(j);
    for (std::size_t i = 0; i < n; ++i) to[i] = from[order[i]];
  }
  clusters.offset.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t row = order[i];
    clusters.outcome.push_back(data.outcome[row]);
    if (!data.offset.empty()) clusters.offset[i] = data.offset[row];
    if (i == 0 || data.cluster[row] != clusters.label.back()) {
      clusters.begin.push_back(i);
      clusters.label.push_back(data.cluster[row]);
    }
  }
  clusters.begin.push_back(n);
}

// Numbers the waves 0, 1, ... in their order, or by their place in the cluster.
void number_waves(Clusters& clusters, const GeeData& data, std::span<const std::size_t> order,
                  bool by_distance) {
  for (std::size_t c = 0; c < clusters.label.size(); ++c) {
    for (std::size_t i = clusters.begin[c]; i < clusters.begin[c + 1]; ++i) {
      clusters.wave.push_back(data.wave.empty() ? static_cast<int>(i - clusters.begin[c])
                                                : data.wave[order[i]]);
    }
  }
  std::vector<int> seen = clusters.wave;
  std::ranges::sort(seen);
  seen.erase(std::ranges::unique(seen).begin(), seen.end());
  clusters.waves = seen.size();
  for (int& wave : clusters.wave) {
    const auto place = std::ranges::lower_bound(seen, wave) - seen.begin();
    wave = by_distance ? wave - seen.front() : static_cast<int>(place);
  }
  if (by_distance) clusters.waves = static_cast<std::size_t>(seen.back() - seen.front()) + 1;
}

}  // namespace

Result<Clusters> lay_out(const GeeData& data, const GeeChoice& choice) {
  TRY(check_shapes(data));
  TRY(check_values(data, choice.family));
  const std::vector<std::size_t> order = sorted_rows(data);
  Clusters clusters;
  gather(clusters, data, order);
  number_waves(clusters, data, order, choice.correlation == WorkingCorrelation::ar1);
  clusters.size_max = 0;
  for (std::size_t c = 0; c < clusters.label.size(); ++c) {
    const std::size_t size = clusters.begin[c + 1] - clusters.begin[c];
    clusters.size_max = std::max(clusters.size_max, size);
    for (std::size_t i = clusters.begin[c] + 1; i < clusters.begin[c + 1]; ++i) {
      if (clusters.wave[i] == clusters.wave[i - 1]) {
        return refusal(fmt::format("cluster {} has two rows of one wave", clusters.label[c]));
      }
    }
  }
  if (clusters.label.size() < 2 || clusters.label.size() < data.x.columns()) {
    return refusal(fmt::format("{} clusters cannot give robust errors of {} coefficients",
                               clusters.label.size(), data.x.columns()));
  }
  return clusters;
}

}  // namespace kensho::stats
