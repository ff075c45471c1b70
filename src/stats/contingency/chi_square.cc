#include "stats/contingency/chi_square.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {

ChiSquareTest chi_square_test(const CountTable& table, YatesCorrection correction) {
  const bool two_by_two = table.rows() == 2 && table.columns() == 2;
  double moved = 0;
  if (correction == YatesCorrection::applied && two_by_two) {
    // All four differences of a 2 by 2 table are equal in size.
    moved = std::min(0.5, std::abs(static_cast<double>(table(0, 0)) - table.expected(0, 0)));
  }
  ChiSquareTest test{.chi_square = 0,
                     .degrees_of_freedom = double((table.rows() - 1) * (table.columns() - 1)),
                     .p_value = 1,
                     .expected_min = std::numeric_limits<double>::infinity(),
                     .residuals = Matrix(table.rows(), table.columns())};
  CompensatedSum sum;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    for (std::size_t j = 0; j < table.columns(); ++j) {
      const double expected = table.expected(i, j);
      const double difference = static_cast<double>(table(i, j)) - expected;
      const double kept = std::abs(difference) - moved;
      sum.add(kept * kept / expected);
      test.residuals(i, j) = difference / std::sqrt(expected);
      test.expected_min = std::min(test.expected_min, expected);
    }
  }
  test.chi_square = sum.value();
  test.p_value = chi_square_upper_tail(test.chi_square, test.degrees_of_freedom);
  return test;
}

Result<ChiSquareTest> goodness_of_fit_test(std::span<const double> counts,
                                           std::span<const double> probabilities) {
  const auto refusal = [](std::string why) {
    return Error{Errc::invalid_argument, "goodness of fit: " + std::move(why)};
  };
  if (counts.size() < 2 || counts.size() != probabilities.size()) {
    return refusal(fmt::format("{} counts and {} probabilities; needs as many, at least 2",
                               counts.size(), probabilities.size()));
  }
  double total = 0;
  double whole = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!(counts[i] >= 0 && std::isfinite(counts[i]) && probabilities[i] > 0)) {
      return refusal(fmt::format("count {} with probability {} in class {}", counts[i],
                                 probabilities[i], i + 1));
    }
    total += counts[i];
    whole += probabilities[i];
  }
  if (total == 0 || !(std::abs(whole - 1) <= 1e-8)) {
    return refusal(fmt::format("{} in all, probabilities sum to {}", total, whole));
  }
  ChiSquareTest test{.chi_square = 0,
                     .degrees_of_freedom = double(counts.size() - 1),
                     .p_value = 1,
                     .expected_min = std::numeric_limits<double>::infinity(),
                     .residuals = Matrix(1, counts.size())};
  CompensatedSum sum;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = total * probabilities[i];
    test.residuals(0, i) = (counts[i] - expected) / std::sqrt(expected);
    test.expected_min = std::min(test.expected_min, expected);
    sum.add(test.residuals(0, i) * test.residuals(0, i));
  }
  test.chi_square = sum.value();
  test.p_value = chi_square_upper_tail(test.chi_square, test.degrees_of_freedom);
  return test;
}

}  // namespace kensho::stats
