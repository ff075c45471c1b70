// Pearson's chi-square tests: of independence in a table, and of given probabilities.
#pragma once

#include <span>

#include "base/result.h"
#include "stats/contingency/count_table.h"

namespace kensho::stats {

/// Whether the differences of a 2 by 2 table are moved towards zero by 1/2.
enum class YatesCorrection : unsigned char { none, applied };

/// A chi-square test.
struct ChiSquareTest {
  double chi_square;
  double degrees_of_freedom;
  double p_value;
  double expected_min;  // the smallest expected count: below 5 prefer an exact test
  Matrix residuals;     // (observed - expected) / sqrt(expected)
};

/// Independence of rows and columns. The correction acts on 2 by 2 tables only, and never moves a
/// difference past zero, as in R.
/// Source  Pearson 1900, Phil. Mag. 50:157-175; Yates 1934, JRSS Suppl. 1:217-235.
/// Checked against R chisq.test, tests/reference/r/12_exact.json.
ChiSquareTest chi_square_test(const CountTable& table, YatesCorrection correction);

/// Whether counts follow given probabilities.
/// Errors  invalid_argument: fewer than 2 counts, different lengths, a negative count, no count, a
///         probability not above 0, a sum of probabilities that is not 1 to 1e-8.
Result<ChiSquareTest> goodness_of_fit_test(std::span<const double> counts,
                                           std::span<const double> probabilities);

}  // namespace kensho::stats
