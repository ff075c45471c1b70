#include "stats/optimize/root.h"

#include <cmath>
#include <cstdint>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/tools/roots.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <fmt/format.h>

namespace kensho::stats {

Result<double> find_root(const std::function<double(double)>& f, const Bracket& bracket,
                         std::string_view what) {
  const double at_lower = f(bracket.lower);
  const double at_upper = f(bracket.upper);
  if (at_lower == 0) return bracket.lower;  // exactly: the bracket's end is the root
  if (at_upper == 0) return bracket.upper;
  if (!(at_lower * at_upper < 0)) {
    return Error{Errc::invalid_argument,
                 fmt::format("{}: no change of sign between {:.6g} and {:.6g}", what, bracket.lower,
                             bracket.upper)};
  }
  std::uintmax_t calls = 200;
  const auto close = boost::math::tools::eps_tolerance<double>(52);
  const auto [low, high] = boost::math::tools::toms748_solve(f, bracket.lower, bracket.upper,
                                                             at_lower, at_upper, close, calls);
  if (calls >= 200) {
    return Error{Errc::not_converged, fmt::format("{}: root not found in 200 steps", what)};
  }
  return low + (high - low) / 2;
}

Result<double> integrate(const std::function<double(double)>& f, const Bracket& range,
                         std::string_view what) {
  double error = 0;
  double size = 0;
  const double sum = boost::math::quadrature::gauss_kronrod<double, 31>::integrate(
      f, range.lower, range.upper, 15, 1e-13, &error, &size);
  if (!(error <= 1e-10 * size) && !(size == 0)) {
    return Error{Errc::not_converged,
                 fmt::format("{}: the integral is only known to {:.3g}", what, error)};
  }
  return sum;
}

}  // namespace kensho::stats
