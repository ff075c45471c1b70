// Exact inference on an odds ratio from a count whose distribution, given all margins, it decides.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stats/describe/alternative.h"

namespace kensho::stats {

/// The margins of a two by two table: totals of both rows and of the first column.
struct TableMargins {
  double row;
  double other_row;
  double column;
};

/// A count with P(X = x) proportional to weight(x) * odds^x on least()..most(): the first cell of a
/// table given its margins (Fisher's noncentral hypergeometric distribution), or a sum of such.
class ConditionalCount {
 public:
  /// The constant 0.
  ConditionalCount() = default;
  /// The first cell of a table. Cost  O(possible tables), as every function here.
  explicit ConditionalCount(const TableMargins& margins);
  /// Adds an independent count of the same odds. Cost  the product of both numbers of values.
  void add(const ConditionalCount& other);

  double least() const { return least_; }
  double most() const { return least_ + static_cast<double>(log_weight_.size() - 1); }

  double mean(double log_odds) const;
  /// P(X <= x) and P(X >= x); x from least() to most(), here and below.
  double at_most(double x, double log_odds) const;
  double at_least(double x, double log_odds) const;
  /// The p-value of odds 1. Two-sided: the probability of all values no more likely than x.
  double p_value(double x, Alternative alternative) const;

 private:
  std::size_t index(double x) const { return static_cast<std::size_t>(x - least_); }
  std::vector<double> probabilities(double log_odds) const;
  double sum(double log_odds, double from, double to) const;

  double least_ = 0;
  std::vector<double> log_weight_ = {0};  // of least(), least() + 1, ...
};

/// The odds ratio with its exact limits and test.
struct ConditionalOdds {
  double p_value;
  std::optional<double> odds_ratio;  // conditional maximum likelihood; none: infinite
  double lower;                      // 0 where x is the least possible
  std::optional<double> upper;       // none where x is the most possible: infinite
};

/// Estimate and limits from the count x; the p-value of `alternative`.
/// Errors  not_converged, named `what`.
/// Source  Cornfield 1956, Proc. 3rd Berkeley Symp. 4:135-148.
/// Checked against R by its callers fisher_test and exact_common_odds.
Result<ConditionalOdds> conditional_odds(const ConditionalCount& count, double x,
                                         double confidence_level, Alternative alternative,
                                         std::string_view what);

}  // namespace kensho::stats
