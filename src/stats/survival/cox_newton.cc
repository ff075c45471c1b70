#include "stats/survival/cox_newton.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "stats/linear/positive_definite.h"
#include "stats/linear/vector.h"
#include "stats/survival/cox_exact.h"
#include "stats/survival/cox_wide.h"

namespace kensho::stats {
namespace {

constexpr double slow_decrement_max = 1e-2;  // regular problems converge quadratically from here on
constexpr double slow_ratio_min = 0.05;
constexpr int slow_steps_max = 3;
constexpr double negligible = 1e-21;  // leaves the covariance 1e-10 of itself

// The covariate whose part of the linear predictor the step moves most.
std::size_t fastest(const CoxLayout& layout, std::span<const double> step) {
  std::size_t found = 0;
  double most = -1;
  for (std::size_t a = 0; a < step.size(); ++a) {
    double squares = 0;
    for (std::size_t i = 0; i < layout.rows; ++i) squares += layout.x(i, a) * layout.x(i, a);
    const double move = std::abs(step[a]) * std::sqrt(squares);
    if (move > most) {
      most = move;
      found = a;
    }
  }
  return found;
}

Error runs_away(const CoxLayout& layout, std::span<const double> at, std::span<const double> step) {
  const std::size_t a = fastest(layout, step);
  return {Errc::invalid_argument,
          fmt::format("Cox model: the likelihood rises without end as the coefficient of '{}' goes "
                      "to {} infinity (it passed {:.4g}): no event, or every event, happens at its "
                      "extreme; leave it out or join groups",
                      layout.names[a], step[a] > 0 ? "plus" : "minus", at[a])};
}

// A small fall of a large sum is rounding.
bool rises(double to, double from) {
  return to >= from - 1e-12 * (1 + std::abs(from));
}

}  // namespace

Likelihood CoxLikelihood::at(std::span<const double> coefficients) {
  wide_ = !sets_.update(coefficients);
  if (wide_) return wide_likelihood(layout_, weight_, ties_, coefficients);
  CoxMoments moments = sets_.moments();
  Likelihood result{sets_.log_likelihood(), std::move(moments.score),
                    std::move(moments.information)};
  if (ties_ != CoxTies::exact) return result;
  const TiedSums tied = exact_tied_sums(layout_, sets_, threads_);
  result.value -= tied.value;
  for (std::size_t a = 0; a < result.score.size(); ++a) {
    result.score[a] -= tied.gradient[a];
    for (std::size_t b = 0; b < result.score.size(); ++b) {
      result.information(a, b) += tied.hessian(a, b);
    }
  }
  return result;
}

Result<Maximum> climb(CoxLikelihood& likelihood, const CoxLayout& layout, std::vector<double> start,
                      Likelihood here, const NewtonLimits& limits, LastPoint last) {
  std::vector<double> at = std::move(start);
  double before = std::numeric_limits<double>::infinity();
  double decrement = 0;
  int slow_steps = 0;
  bool polished = false;
  for (int iteration = 0; iteration <= limits.iterations_max; ++iteration) {
    const CholeskyFactor factor =
        TRY(CholeskyFactor::make(here.information, "Cox model", layout.names));
    const std::vector<double> step = factor.solve(here.score);
    decrement = dot(here.score, step);
    slow_steps =
        decrement < slow_decrement_max && decrement > slow_ratio_min * before ? slow_steps + 1 : 0;
    // The decrement itself is known to the rounding of the likelihood's sums only.
    const double enough = limits.decrement * std::max(1.0, std::abs(here.value) / 1e3);
    if (decrement <= enough) {
      // The last step gives the coefficients all their digits. The covariance would change by about
      // sqrt(decrement / events) of itself: where that is not nothing, it is computed once more.
      for (std::size_t a = 0; a < at.size(); ++a) at[a] += step[a];
      const auto events = static_cast<double>(layout.event_rows);
      if (polished || last == LastPoint::skipped || decrement <= negligible * events) {
        return Maximum{at, here, factor.inverse(), decrement, largest(here.score), iteration};
      }
      polished = true;
      here = likelihood.at(at);
      continue;
    }
    if (slow_steps >= slow_steps_max) return runs_away(layout, at, step);
    before = decrement;
    double by = 1;
    std::vector<double> next(at.size());
    Likelihood there;
    for (int halvings = 0; halvings <= limits.halvings_max; ++halvings, by /= 2) {
      for (std::size_t a = 0; a < at.size(); ++a) next[a] = at[a] + by * step[a];
      there = likelihood.at(next);
      if (rises(there.value, here.value)) break;
    }
    if (!rises(there.value, here.value)) break;
    at = std::move(next);
    here = std::move(there);
  }
  return Error{Errc::not_converged,
               fmt::format("Cox model: did not converge in {} iterations (Newton decrement {:.3g}, "
                           "largest gradient {:.3g})",
                           limits.iterations_max, decrement, largest(here.score))};
}

}  // namespace kensho::stats
