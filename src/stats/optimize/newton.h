// Maximising a smooth log-likelihood by Newton's method.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// A log-likelihood at one point.
struct Likelihood {
  double value;               // -infinity or NaN where the point is impossible: the step is halved
  std::vector<double> score;  // its gradient
  Matrix information;         // minus its Hessian, or its expectation; positive definite
};

/// When to stop.
struct NewtonLimits {
  double decrement = 1e-14;  // U' I^-1 U, relative to 1 + |value| where larger than 1e3
  int iterations_max = 50;
  int halvings_max = 30;
};

/// Where it stopped.
struct Maximum {
  std::vector<double> parameters;
  Likelihood at;
  Matrix covariance;    // I^-1 there
  double decrement;     // U' I^-1 U there
  double gradient_max;  // largest |U| there
  int iterations;
};

/// Climbs from `start` by U' I^-1 steps, halved while the value falls, until the Newton decrement
/// is below the limit. A last step is taken when it is, so that coefficients have the digits the
/// decrement promises.
/// Errors  invalid_argument: the information is singular (the message names the parameter);
///         not_converged: iterations ran out, with their number, the decrement and the gradient.
/// Cost    one likelihood and one Cholesky (O(p^3)) an iteration.
/// Source  Boyd & Vandenberghe 2004, sec. 9.5.
Result<Maximum> maximise(const std::function<Likelihood(std::span<const double>)>& likelihood,
                         std::vector<double> start, std::string_view what,
                         std::span<const std::string> names = {}, const NewtonLimits& limits = {});

}  // namespace kensho::stats
