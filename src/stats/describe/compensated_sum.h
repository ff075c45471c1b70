// A running sum that keeps what rounding loses.
#pragma once

#include <cmath>
#include <span>

namespace kensho::stats {

/// Sum of doubles with a relative error near one rounding, however many terms.
/// Cost    four additions a term.
/// Source  Neumaier 1974, ZAMM 54:39-51 (a Kahan sum that survives terms above the sum).
class CompensatedSum {
 public:
  void add(double term) {
    const double next = sum_ + term;
    lost_ += std::abs(sum_) >= std::abs(term) ? (sum_ - next) + term : (term - next) + sum_;
    sum_ = next;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

/// The mean by that sum, in the order given; NaN of no values.
inline double compensated_mean(std::span<const double> values) {
  CompensatedSum sum;
  for (const double value : values) sum.add(value);
  return sum.value() / static_cast<double>(values.size());
}

}  // namespace kensho::stats
