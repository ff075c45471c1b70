#include "stats/sequential/stage_process.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include <Eigen/Core>

namespace kensho::stats {
namespace {

using Array = Eigen::ArrayXd;
using ArrayView = Eigen::Map<const Array>;

// So many standard deviations from the mean nothing is left: P < 1e-13.
constexpr double REACH = 7.5;
constexpr std::size_t NODES = 16;
// A panel this many standard deviations wide is integrated to 1e-14 by 16 nodes.
constexpr double PANEL_WIDTH = 5;

struct Rule {
  std::array<double, NODES> node;    // in (-1, 1)
  std::array<double, NODES> weight;  // sum 2
};

// Gauss-Legendre: Newton on the Legendre polynomial, by its three-term recurrence.
Rule make_rule() {
  Rule rule{};
  constexpr auto n = static_cast<double>(NODES);
  for (std::size_t i = 0; i < NODES; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
    double slope = 0;
    for (int step = 0; step < 50; ++step) {
      double before = 1;
      double value = x;
      for (double k = 2; k <= n; ++k) {
        const double next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
        before = value;
        value = next;
      }
      slope = n * (before - x * value) / (1 - x * x);
      const double change = value / slope;
      x -= change;
      if (std::abs(change) < 1e-15) break;
    }
    rule.node[i] = x;
    rule.weight[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return rule;
}

const Rule& rule() {
  static const Rule made = make_rule();
  return made;
}

double upper_tail(double z) {
  return 0.5 * std::erfc(z * std::numbers::sqrt2 / 2);
}

// Z at a look given z at the one before: normal with mean offset + slope z.
struct Step {
  double slope;
  double offset;
  double deviation;
};

Step step_of(double from, double to, double drift) {
  return {std::sqrt(from / to), drift * (to - from) / std::sqrt(to), std::sqrt((to - from) / to)};
}

}  // namespace

double StageProcess::above(double z, double information) const {
  const Step step = step_of(information_, information, drift_);
  double sum = 0;
  for (std::size_t i = 0; i < z_.size(); ++i) {
    sum += mass_[i] * upper_tail((z - step.offset - step.slope * z_[i]) / step.deviation);
  }
  return sum;
}

double StageProcess::below(double z, double information) const {
  const Step step = step_of(information_, information, drift_);
  double sum = 0;
  for (std::size_t i = 0; i < z_.size(); ++i) {
    sum += mass_[i] * upper_tail((step.offset + step.slope * z_[i] - z) / step.deviation);
  }
  return sum;
}

double StageProcess::density(double z, double information) const {
  const Step step = step_of(information_, information, drift_);
  const ArrayView from(z_.data(), static_cast<Eigen::Index>(z_.size()));
  const ArrayView mass(mass_.data(), static_cast<Eigen::Index>(mass_.size()));
  const double norm = std::numbers::inv_sqrtpi / std::numbers::sqrt2 / step.deviation;
  const Array scaled = ((z - step.offset) - step.slope * from) / step.deviation;
  return norm * (mass * (-0.5 * scaled.square()).exp()).sum();
}

void StageProcess::pass(const Continuation& region, double information, double next_information) {
  const double mean = drift_ * std::sqrt(information);
  const double lower = std::max(region.lower, mean - REACH);
  // a bound far out is kept: what little lies below it may be what a later look spends
  const double upper = std::isfinite(region.upper) ? region.upper : mean + REACH;
  std::vector<double> nodes;
  std::vector<double> mass;
  if (lower < upper) {
    // the product of the density here and of the next kernel, both as narrow as their steps
    const double here = information / (information - information_);
    const double next = information / (next_information - information);
    const double width = PANEL_WIDTH / std::sqrt(here + next);
    const auto panels = static_cast<std::size_t>(std::ceil((upper - lower) / width));
    const double half = 0.5 * (upper - lower) / static_cast<double>(panels);
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const double centre = lower + half * static_cast<double>(2 * panel + 1);
      for (std::size_t i = 0; i < NODES; ++i) {
        const double z = centre + half * rule().node[i];
        nodes.push_back(z);
        mass.push_back(half * rule().weight[i] * density(z, information));
      }
    }
  }
  z_ = std::move(nodes);
  mass_ = std::move(mass);
  information_ = information;
}

double StageProcess::remaining() const {
  double sum = 0;
  for (const double mass : mass_) sum += mass;
  return sum;
}

}  // namespace kensho::stats
