#include "stats/survival/cox_exact.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"

namespace kensho::stats {
namespace {

constexpr double value_max = 1e150;

// Elementary symmetric sums of the risks, of 0 .. d members, with derivatives.
class SymmetricSums {
 public:
  SymmetricSums(std::size_t members, std::size_t columns)
      : members_(members),
        columns_(columns),
        value_(members + 1),
        gradient_((members + 1) * columns),
        hessian_((members + 1) * columns * columns) {
    value_[0] = 1;
  }

  void add(double risk, std::span<const double> x) {
    ++seen_;
    for (std::size_t k = std::min(members_, seen_); k > 0; --k) add_to(k, risk, x);
    if (value_[members_] > value_max || value_[std::min(members_, seen_)] > value_max) rescale();
  }

  // Adds the logarithm of the last sum, and its derivatives.
  void add_log_to(TiedSums& sums) const {
    const double total = value_[members_];
    const double* gradient = gradient_.data() + members_ * columns_;
    const double* hessian = hessian_.data() + members_ * columns_ * columns_;
    sums.value += std::log(total) + log_scale_;
    for (std::size_t a = 0; a < columns_; ++a) {
      sums.gradient[a] += gradient[a] / total;
      for (std::size_t b = 0; b < columns_; ++b) {
        const double low = hessian[std::max(a, b) * columns_ + std::min(a, b)] / total;
        sums.hessian(a, b) += low - gradient[a] / total * (gradient[b] / total);
      }
    }
  }

 private:
  void add_to(std::size_t k, double risk, std::span<const double> x) {
    const double fewer = value_[k - 1];
    const double* fewer_gradient = gradient_.data() + (k - 1) * columns_;
    const double* fewer_hessian = hessian_.data() + (k - 1) * columns_ * columns_;
    double* gradient = gradient_.data() + k * columns_;
    double* hessian = hessian_.data() + k * columns_ * columns_;
    for (std::size_t a = 0; a < columns_; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        hessian[a * columns_ + b] +=
            risk * (fewer_hessian[a * columns_ + b] + x[a] * fewer_gradient[b] +
                    x[b] * fewer_gradient[a] + x[a] * x[b] * fewer);
      }
      gradient[a] += risk * (fewer_gradient[a] + x[a] * fewer);
    }
    value_[k] += risk * fewer;
  }

  void rescale() {
    for (auto* values : {&value_, &gradient_, &hessian_}) {
      for (double& value : *values) value /= value_max;
    }
    log_scale_ += std::log(value_max);
  }

  std::size_t members_;
  std::size_t columns_;
  std::size_t seen_ = 0;
  double log_scale_ = 0;
  std::vector<double> value_;
  std::vector<double> gradient_;
  std::vector<double> hessian_;  // lower triangles
};

void add_event(const CoxLayout& layout, const EventTime& event, std::size_t deaths,
               std::span<const double> risk, TiedSums& sums) {
  double largest = 0;
  const auto at_risk = [&](std::size_t i) {
    return layout.start.empty() || layout.start[i] < event.time;
  };
  for (std::size_t i = event.first_row; i < event.risk_end; ++i) {
    if (at_risk(i)) largest = std::max(largest, risk[i]);
  }
  SymmetricSums symmetric(deaths, layout.columns());
  std::vector<double> x(layout.columns());
  for (std::size_t i = event.first_row; i < event.risk_end; ++i) {
    if (!at_risk(i) || risk[i] == 0) continue;
    for (std::size_t a = 0; a < x.size(); ++a) x[a] = layout.x(i, a);
    symmetric.add(risk[i] / largest, x);
  }
  symmetric.add_log_to(sums);
  sums.value += static_cast<double>(deaths) * std::log(largest);
}

}  // namespace

TiedSums exact_tied_sums(const CoxLayout& layout, const RiskSets& sets, unsigned threads) {
  const std::size_t columns = layout.columns();
  const TiedSums zero{0, std::vector<double>(columns), Matrix(columns, columns)};
  const auto map = [&](const Block& block) {
    TiedSums part = zero;
    for (std::size_t j = block.begin; j < block.end; ++j) {
      const std::size_t deaths = sets.terms()[j].deaths;
      if (deaths > 1) add_event(layout, layout.events[j], deaths, sets.weighted_risk(), part);
    }
    return part;
  };
  const auto fold = [](TiedSums sum, const TiedSums& part) {
    sum.value += part.value;
    for (std::size_t a = 0; a < sum.gradient.size(); ++a) sum.gradient[a] += part.gradient[a];
    for (std::size_t i = 0; i < sum.hessian.values().size(); ++i) {
      sum.hessian.values()[i] += part.hessian.values()[i];
    }
    return sum;
  };
  return parallel_reduce({.count = layout.events.size(), .block_size = 64, .threads = threads},
                         zero, map, fold);
}

}  // namespace kensho::stats
