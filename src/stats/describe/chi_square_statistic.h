// A chi-square statistic as several tests give it.
#pragma once

#include <algorithm>

#include "stats/dist/distributions.h"

namespace kensho::stats {

/// A statistic, its degrees of freedom and its upper tail.
struct ChiSquareStatistic {
  double statistic;
  double degrees_of_freedom;
  double p_value;
};

/// With its p-value: 1 without degrees of freedom, and where rounding left it below 0.
inline ChiSquareStatistic chi_square_statistic(double statistic, double degrees_of_freedom) {
  const double p_value = degrees_of_freedom > 0
                             ? chi_square_upper_tail(std::max(0.0, statistic), degrees_of_freedom)
                             : 1;
  return {statistic, degrees_of_freedom, p_value};
}

}  // namespace kensho::stats
