// The nonparametric bootstrap and the jackknife of any statistic of weighted rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"

namespace kensho::stats {

/// A statistic of rows that count as often as their weights say; none where it does not exist for
/// them. It is called from several threads and must not throw.
using WeightedStatistic = std::function<std::optional<double>(std::span<const double> weights)>;

/// How rows are drawn.
struct BootstrapPlan {
  int replicates = 2000;
  std::uint64_t seed = 1;
  unsigned threads = 1;
  std::span<const int> strata = {};  // a code a row: drawn within each; empty = one stratum
};

/// A statistic on the data and on samples drawn from them with replacement.
struct Bootstrap {
  double estimate;
  std::vector<double> replicates;  // in the order of their streams, those that exist
  std::size_t undefined;           // replicates for which the statistic did not exist
};

/// Draws samples of the n rows. Replicate r draws from stream r of the seed alone, so that the
/// bits are the same for any number of threads.
///
/// Errors  invalid_argument: no row, fewer than 2 replicates, strata of another length, a statistic
///         that does not exist on the data, or on more than a tenth of the replicates.
/// Cost    replicates times (n draws + the statistic).
/// Source  Efron 1979, Ann. Stat. 7:1-26.
Result<Bootstrap> bootstrap(std::size_t n, const WeightedStatistic& statistic,
                            const BootstrapPlan& plan);

/// A statistic with one row left out at a time.
struct Jackknife {
  double estimate;
  double bias;
  double std_error;
  std::vector<double> influence;       // (n - 1) (estimate - estimate without the row)
  std::optional<double> acceleration;  // of BCa; none where no row matters
};

/// Leaves out one row at a time; with strata, n is the size of the row's own.
/// Errors  invalid_argument: fewer than 2 rows (of a stratum), strata of another length, a
/// statistic
///         that does not exist on the data or without a row, with its number.
/// Cost    n statistics.
/// Source  Efron & Tibshirani 1993, chapters 11 and 14.
/// Checked against R, tests/reference/r/09_mi_boot.json.
Result<Jackknife> jackknife(std::size_t n, const WeightedStatistic& statistic,
                            std::span<const int> strata = {}, unsigned threads = 1);

/// The intervals of a bootstrap.
struct BootstrapIntervals {
  double bias;
  double std_error;
  Interval normal;  // estimate - bias -+ z standard errors
  Interval basic;   // percentile, turned around the estimate
  Interval percentile;
  std::optional<Interval> bca;  // bias-corrected and accelerated; none without an acceleration, or
                                // where all replicates lie on one side of the estimate
};

/// Quantiles are interpolated on the normal scale, as R's boot does.
/// Errors  invalid_argument: fewer than 2 replicates, level outside (0, 1).
/// Source  Davison & Hinkley 1997, chapter 5; Efron 1987, JASA 82:171-185 (BCa).
/// Checked against R boot::boot.ci, tests/reference/r/09_mi_boot.json.
Result<BootstrapIntervals> bootstrap_intervals(const Bootstrap& bootstrap,
                                               std::optional<double> acceleration,
                                               double confidence_level);

}  // namespace kensho::stats
