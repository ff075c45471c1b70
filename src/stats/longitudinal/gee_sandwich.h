// Small-sample corrections of the clusters' scores that a sandwich variance is made of.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/longitudinal/gee.h"

namespace kensho::stats {

/// Corrects the score u = D' V^-1 r of a cluster for its leverage. With G = D' V^-1 D of the
/// cluster and M the sum of all G, all corrections are functions of G M^-1 alone, of p by p, since
/// D' V^-1 f(H) r = f(G M^-1) D' V^-1 r for the leverage H = D M^-1 D' V^-1:
///   Mancl-DeRouen (I - G M^-1)^-1 u, Kauermann-Carroll (I - G M^-1)^-1/2 u,
///   Fay-Graubard diag(1 - min(3/4, (G M^-1)_jj))^-1/2 u.
class ScoreCorrection {
 public:
  /// Errors  invalid_argument: M is singular; the message names the column.
  static Result<ScoreCorrection> make(SandwichCorrection kind, const Matrix& information,
                                      std::span<const std::string> names);

  /// The corrected score of the cluster with this G and u.
  /// Errors  invalid_argument: the cluster alone determines a coefficient (I - G M^-1 is singular).
  /// Cost    O(p^3); O(p) without correction.
  Result<std::vector<double>> apply(std::span<const double> cluster_information,
                                    std::span<const double> score, int label) const;

  /// M^-1.
  const Matrix& inverse() const { return inverse_; }

 private:
  ScoreCorrection(SandwichCorrection kind, Matrix lower, Matrix inverse)
      : kind_(kind), lower_(std::move(lower)), inverse_(std::move(inverse)) {}

  SandwichCorrection kind_;
  Matrix lower_;  // L with M = L L'
  Matrix inverse_;
};

}  // namespace kensho::stats
