#include "stats/optimize/newton.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/linear/positive_definite.h"
#include "stats/linear/vector.h"

namespace kensho::stats {
namespace {

std::vector<double> moved(std::span<const double> from, std::span<const double> step, double by) {
  std::vector<double> to(from.begin(), from.end());
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += by * step[i];
  return to;
}

/// A value below this one means the step went too far; rounding of large sums is not a fall.
double floor_of(double value) {
  return value - 1e-12 * (1 + std::abs(value));
}

Error not_converged(std::string_view what, int iterations, double decrement, double gradient) {
  return {Errc::not_converged,
          fmt::format("{}: did not converge in {} iterations (Newton decrement {:.3g}, largest "
                      "gradient {:.3g}); the data may not determine every parameter",
                      what, iterations, decrement, gradient)};
}

}  // namespace

Result<Maximum> maximise(const std::function<Likelihood(std::span<const double>)>& likelihood,
                         std::vector<double> start, std::string_view what,
                         std::span<const std::string> names, const NewtonLimits& limits) {
  std::vector<double> at = std::move(start);
  Likelihood here = likelihood(at);
  if (!std::isfinite(here.value)) {
    return Error{Errc::invalid_argument, fmt::format("{}: impossible at its start", what)};
  }
  double decrement = 0;
  bool polished = false;
  for (int iteration = 0; iteration <= limits.iterations_max; ++iteration) {
    const CholeskyFactor factor = TRY(CholeskyFactor::make(here.information, what, names));
    const std::vector<double> step = factor.solve(here.score);
    decrement = dot(here.score, step);
    const bool small = decrement <= limits.decrement * std::max(1.0, std::abs(here.value) / 1e3);
    if (small && polished) {
      return Maximum{at, here, factor.inverse(), decrement, largest(here.score), iteration};
    }
    polished = small;
    double by = 1;
    std::vector<double> next = moved(at, step, by);
    Likelihood there = likelihood(next);
    int halvings = 0;
    while (!(there.value >= floor_of(here.value)) && halvings++ < limits.halvings_max) {
      by /= 2;
      next = moved(at, step, by);
      there = likelihood(next);
    }
    if (!(there.value >= floor_of(here.value))) break;
    at = std::move(next);
    here = std::move(there);
  }
  return not_converged(what, limits.iterations_max, decrement, largest(here.score));
}

}  // namespace kensho::stats
