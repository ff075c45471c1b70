// The piecewise exponential model: proportional hazards, constant between given times.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// One piece of the time axis.
struct HazardPiece {
  double from;
  double to;  // infinite in the last
  double events;
  double time;  // followed in it
};

/// The fit. Parameters in order: log hazard of each piece where x = 0, coefficients.
struct PiecewiseExponential {
  std::vector<HazardPiece> pieces;
  std::vector<double> log_hazards;
  std::vector<double> coefficients;  // log hazard ratios
  Matrix covariance;
  double log_likelihood;  // of the times
  std::size_t rows;       // of person-time, subjects times the pieces they reached
};

/// Maximum likelihood, as a Poisson model of the events in each subject's time in each piece.
/// Shapes  time[n], event[n], x[n, p] without a column of ones (p may be 0); cuts ascending, above
///         0: k cuts make k + 1 pieces (from, to].
/// Errors  invalid_argument: as check_follow_up, a time of 0, cuts out of order, a piece or group
///         without events, by name, columns that depend on each other.
/// Cost    O(n k p^2) an iteration.
/// Source  Friedman 1982, Ann Stat 10:101-113; Laird & Olivier 1981, JASA 76:231-240.
/// Checked against R survSplit and glm(poisson), tests/reference/r/04_parametric.json, 1e-10.
Result<PiecewiseExponential> fit_piecewise_exponential(std::span<const double> time,
                                                       std::span<const int> event, const Matrix& x,
                                                       std::span<const double> cuts,
                                                       std::span<const std::string> names = {},
                                                       unsigned threads = 1);

}  // namespace kensho::stats
