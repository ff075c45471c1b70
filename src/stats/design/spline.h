// Bases that let the effect of a number bend, straight beyond the outer knots.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// Natural cubic splines in the B-spline basis: second derivative zero at the smallest and the
/// largest value, no constant; interior knots at equally spaced quantiles (definition 7).
class NaturalSpline {
 public:
  /// Places the knots by the values that are not NaN; `name` is what errors call the variable.
  /// Errors  invalid_argument: a value is infinite, degrees_of_freedom < 1, so few distinct values
  ///         that two knots coincide.
  static Result<NaturalSpline> make(std::span<const double> values, int degrees_of_freedom,
                                    std::string_view name);

  /// Interior knots, ascending.
  std::span<const double> knots() const { return knots_; }
  double lower_boundary() const { return lower_; }
  double upper_boundary() const { return upper_; }

  /// values.size() by degrees_of_freedom; a straight line beyond the boundaries, NaN where the
  /// value is NaN.
  /// Cost    O(n * degrees_of_freedom).
  /// Source  de Boor 2001, A Practical Guide to Splines; the null space of the two end conditions
  ///         is taken by the Householder reflections R takes, so that coefficients are comparable.
  /// Checked against R splines::ns, tests/reference/design/design_matrix.json, 1e-12.
  Matrix basis(std::span<const double> values) const;

 private:
  NaturalSpline(std::vector<double> knots, double lower, double upper);

  double lower_;
  double upper_;
  std::vector<double> knots_;
  std::vector<double> all_knots_;  // boundaries four times
  Matrix reflections_;             // Householder vectors of the end conditions, two columns
};

/// Restricted cubic splines as truncated powers: the first column is the value itself, the others
/// bend, all in its unit (divided by the square of the distance of the outer knots).
class RestrictedCubicSpline {
 public:
  /// Knots at equally spaced quantiles from 0.10 (3 knots), 0.05 (4 to 6) or 0.025 (7 and more)
  /// to the opposite one; below 100 values the outer knots are the fifth from each end.
  /// Errors  invalid_argument: a value is infinite, knot_count < 3, fewer than 6 values, so few
  ///         distinct ones that two knots coincide.
  static Result<RestrictedCubicSpline> make(std::span<const double> values, int knot_count,
                                            std::string_view name);

  std::span<const double> knots() const { return knots_; }

  /// values.size() by knot_count - 1.
  /// Source  Harrell 2015, Regression Modeling Strategies, section 2.4.5, with the knots of
  ///         Hmisc::rcspline.eval.
  /// Checked against the formula written in R, tests/reference/design/design_matrix.json, 1e-12.
  Matrix basis(std::span<const double> values) const;

 private:
  explicit RestrictedCubicSpline(std::vector<double> knots) : knots_(std::move(knots)) {}
  std::vector<double> knots_;
};

}  // namespace kensho::stats
