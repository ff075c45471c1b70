#include "stats/multiplicity/adjusted_p_values.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

Status check_p_values(std::span<const double> p_values) {
  if (p_values.empty()) return Error{Errc::invalid_argument, "p-values: there is none"};
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (!(p_values[i] >= 0 && p_values[i] <= 1)) {
      return Error{Errc::invalid_argument,
                   fmt::format("p-value {} of {} is {}; it must be from 0 to 1", i + 1,
                               p_values.size(), p_values[i])};
    }
  }
  return ok();
}

// A step-down procedure on ascending p-values: never below the adjusted value before it.
void running_maximum(std::vector<double>& adjusted) {
  for (std::size_t i = 1; i < adjusted.size(); ++i) {
    adjusted[i] = std::max(adjusted[i], adjusted[i - 1]);
  }
}

// A step-up procedure: never above the adjusted value after it.
void running_minimum(std::vector<double>& adjusted) {
  for (std::size_t i = adjusted.size() - 1; i > 0; --i) {
    adjusted[i - 1] = std::min(adjusted[i], adjusted[i - 1]);
  }
}

// The smallest level at which the closed test of Simes' tests rejects, by Wright's algorithm
// (Biometrics 48:1005-1013, 1992).
std::vector<double> hommel(const std::vector<double>& p) {
  const std::size_t m = p.size();
  const auto count = static_cast<double>(m);
  double least = 1;
  for (std::size_t i = 0; i < m; ++i) {
    least = std::min(least, count * p[i] / static_cast<double>(i + 1));
  }
  std::vector<double> adjusted(m, least);
  std::vector<double> simes(m);
  for (std::size_t size = m - 1; size >= 2; --size) {
    const auto width = static_cast<double>(size);
    const std::size_t head = m - size + 1;  // the smallest p-values, in no set of largest ones
    double level = 1;
    for (std::size_t i = head; i < m; ++i) {
      level = std::min(level, width * p[i] / static_cast<double>(2 + i - head));
    }
    for (std::size_t i = 0; i < head; ++i) simes[i] = std::min(width * p[i], level);
    for (std::size_t i = head; i < m; ++i) simes[i] = simes[head - 1];
    for (std::size_t i = 0; i < m; ++i) adjusted[i] = std::max(adjusted[i], simes[i]);
  }
  for (std::size_t i = 0; i < m; ++i) adjusted[i] = std::max(adjusted[i], p[i]);
  return adjusted;
}

double harmonic(std::size_t m) {
  double sum = 0;
  for (std::size_t i = m; i > 0; --i) sum += 1 / static_cast<double>(i);
  return sum;
}

std::vector<double> adjusted_ascending(std::vector<double> p, Adjustment adjustment) {
  const std::size_t m = p.size();
  const auto count = static_cast<double>(m);
  const auto scale = [&](auto factor) {
    for (std::size_t i = 0; i < m; ++i) p[i] *= factor(static_cast<double>(i + 1));
  };
  switch (adjustment) {
    case Adjustment::bonferroni:
      scale([&](double) { return count; });
      break;
    case Adjustment::holm:
      scale([&](double rank) { return count - rank + 1; });
      running_maximum(p);
      break;
    case Adjustment::hochberg:
      scale([&](double rank) { return count - rank + 1; });
      running_minimum(p);
      break;
    case Adjustment::hommel:
      return hommel(p);
    case Adjustment::benjamini_hochberg:
      scale([&](double rank) { return count / rank; });
      running_minimum(p);
      break;
    case Adjustment::benjamini_yekutieli:
      scale([&, sum = harmonic(m)](double rank) { return sum * count / rank; });
      running_minimum(p);
      break;
  }
  return p;
}

}  // namespace

Result<std::vector<double>> adjust_p_values(std::span<const double> p_values,
                                            Adjustment adjustment) {
  TRY(check_p_values(p_values));
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(p_values[i], i); });
  std::vector<double> ascending(p_values.size());
  for (std::size_t i = 0; i < order.size(); ++i) ascending[i] = p_values[order[i]];

  const std::vector<double> adjusted = adjusted_ascending(std::move(ascending), adjustment);
  std::vector<double> in_order(p_values.size());
  for (std::size_t i = 0; i < order.size(); ++i) in_order[order[i]] = std::min(1.0, adjusted[i]);
  return in_order;
}

}  // namespace kensho::stats
