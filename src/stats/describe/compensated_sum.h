// A running sum that keeps what rounding loses.
#pragma once

#include <cmath>

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

}  // namespace kensho::stats
