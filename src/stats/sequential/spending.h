// How much of an error rate has been spent by the time a share of the information is in.
#pragma once

#include <span>

#include "base/result.h"

namespace kensho::stats {

/// The shape of a spending function; see spent.
enum class SpendingShape : unsigned char {
  obrien_fleming,    // Lan and DeMets: 2 - 2 Phi(z(1 - rate / 2) / sqrt t)
  pocock,            // Lan and DeMets: rate log(1 + (e - 1) t)
  kim_demets,        // rate t^parameter, parameter > 0
  hwang_shih_decani  // rate (1 - exp(-parameter t)) / (1 - exp(-parameter)); linear for 0
};

/// A spending function; the first two have no parameter.
struct Spending {
  SpendingShape shape = SpendingShape::obrien_fleming;
  double parameter = 0;
};

/// The part of `rate` that is spent at this share of the information; `rate` at 1.
/// Units   0 < information <= 1, 0 < rate < 1.
/// Source  Lan & DeMets 1983, Biometrika 70:659-663; Kim & DeMets 1987, Biometrika 74:149-154;
///         Hwang, Shih & DeCani 1990, Stat. Med. 9:1439-1445.
/// Checked against the formulas in R, tests/reference/r/11_design.json.
double spent(const Spending& spending, double information, double rate);

/// Errors  invalid_argument: kim_demets with a parameter not above 0, a parameter not finite or
///         beyond 50.
Status check(const Spending& spending);

}  // namespace kensho::stats
