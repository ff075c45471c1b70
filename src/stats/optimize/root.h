// Where a function of one number crosses zero, and what it adds up to.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace kensho::stats {

/// A bracket of a root.
struct Bracket {
  double lower;
  double upper;
};

/// The x inside the bracket where `f` changes sign, to the last bits of a double.
/// Errors  invalid_argument: f has the same sign (or is not a number) at both ends; not_converged.
///         The message names `what`.
/// Cost    about 10 calls. Source  Alefeld, Potra & Shi 1995 (TOMS 748), by Boost.Math.
Result<double> find_root(const std::function<double(double)>& f, const Bracket& bracket,
                         std::string_view what);

/// The integral of `f` over [lower, upper] (either may be infinite), to about 1e-12 of the integral
/// of |f|, by adaptive Gauss-Kronrod 31, by Boost.Math.
/// Errors  not_converged with the error reached.
Result<double> integrate(const std::function<double(double)>& f, const Bracket& range,
                         std::string_view what);

}  // namespace kensho::stats
