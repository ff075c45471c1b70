// Two methods that measure the same thing: limits of agreement and concordance.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// A limit of agreement with its interval.
struct AgreementLimit {
  double estimate;
  Interval interval;
};

/// Bland and Altman's analysis of first - second.
struct LimitsOfAgreement {
  std::size_t n;
  double bias;
  Interval bias_interval;     // by Student's t
  double standard_deviation;  // of the differences
  AgreementLimit lower;       // bias -+ z standard deviations: where `level` of differences lie
  AgreementLimit upper;
};

/// Shapes  first[n], second[n]: the pairs.
/// Errors  invalid_argument: fewer than 3 pairs, lengths that differ, a value that is not finite,
///         constant differences, level outside (0, 1).
/// Source  Bland & Altman 1999, Stat. Methods Med. Res. 8:135-160.
/// Checked against R, tests/reference/r/15_diagnostic.json.
Result<LimitsOfAgreement> limits_of_agreement(std::span<const double> first,
                                              std::span<const double> second,
                                              double confidence_level);

/// Lin's concordance correlation: how near the pairs are to the line of identity.
struct ConcordanceCorrelation {
  double estimate;
  double pearson;                    // precision
  double bias_factor;                // accuracy: estimate / pearson
  std::optional<Interval> interval;  // by Lin's variance on Fisher's scale; none where it is 0
};

/// Errors  as limits_of_agreement; a constant variable.
/// Source  Lin 1989, Biometrics 45:255-268, corrected 2000, 56:324-325.
/// Checked against R, tests/reference/r/15_diagnostic.json.
Result<ConcordanceCorrelation> concordance_correlation(std::span<const double> first,
                                                       std::span<const double> second,
                                                       double confidence_level);

}  // namespace kensho::stats
