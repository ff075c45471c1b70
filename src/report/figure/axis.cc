#include "report/figure/axis.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "report/number_format.h"

namespace kensho::report {
namespace {

constexpr int decimals_max = 6;

// A step of `digit` (1, 2 or 5) times ten to the `exponent`.
struct Step {
  int digit;
  int exponent;

  // The `count`-th multiple. Dividing by an exact power of ten rounds once, so 3 x 0.1 is 0.3.
  double multiple(double count) const {
    const double power = std::pow(10.0, std::abs(exponent));
    return exponent < 0 ? count * digit / power : count * digit * power;
  }
  Step coarser() const {
    if (digit == 1) return {2, exponent};
    if (digit == 2) return {5, exponent};
    return {1, exponent + 1};
  }
};

// Values a rounding error away from a tick count as on it: 1e-9 of a step is invisible.
constexpr double slack = 1e-9;

double first_multiple(double lowest, const Step& step) {
  return std::ceil(lowest / step.multiple(1) - slack);
}

double last_multiple(double highest, const Step& step) {
  return std::floor(highest / step.multiple(1) + slack);
}

}  // namespace

bool can_be_axis(double from, double to) {
  const double size = std::max(std::fabs(from), std::fabs(to));
  return size <= 1e12 && to - from >= 1e-9 * std::max(1.0, size);
}

Ticks nice_ticks(double lowest, double highest, int count_max) {
  ENSURE(can_be_axis(lowest, highest) && count_max >= 2);
  // Start finer than needed: range / count_max, rounded down to a power of ten.
  Step step{1, static_cast<int>(std::floor(std::log10((highest - lowest) / count_max)))};
  while (last_multiple(highest, step) - first_multiple(lowest, step) + 1 > count_max) {
    step = step.coarser();
  }
  Ticks ticks;
  ticks.decimals = std::clamp(-step.exponent, 0, 17);
  const double first = first_multiple(lowest, step);
  const auto count = static_cast<int>(last_multiple(highest, step) - first) + 1;
  for (int i = 0; i < count; ++i) ticks.values.push_back(step.multiple(first + i));
  return ticks;
}

Ticks ticks_at(std::vector<double> values) {
  int decimals = 0;
  for (const double value : values) {
    double scaled = value * std::pow(10.0, decimals);
    while (decimals < decimals_max && std::fabs(scaled - std::round(scaled)) > slack) {
      scaled = value * std::pow(10.0, ++decimals);
    }
  }
  return {std::move(values), decimals};
}

std::vector<std::string> tick_labels(const Ticks& ticks) {
  std::vector<std::string> labels;
  labels.reserve(ticks.values.size());
  for (const double value : ticks.values) labels.push_back(format_fixed(value, ticks.decimals));
  return labels;
}

}  // namespace kensho::report
