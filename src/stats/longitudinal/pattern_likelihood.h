// The likelihood of repeated measures from cross-products by pattern: subjects drop out of it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// V(row, column) = V(column, row) has `value` times covariance parameter `parameter` in it.
struct BasisEntry {
  std::size_t row;
  std::size_t column;  // <= row
  std::size_t parameter;
  double value;
};

/// All subjects whose outcomes have the same covariance matrix V.
struct Pattern {
  double subjects;
  std::size_t rows;               // of a subject: V is rows by rows
  std::vector<BasisEntry> basis;  // V as a linear function of the covariance parameters
  Matrix cross;   // sum over subjects of z z', z = its rows of [x, y] one after another
  Matrix packed;  // the lower triangle of the symmetric part of each block of `cross`, see below
};

/// The pattern of these cross-products. What most sums need of the block of rows a >= b is
/// S(a, b) + S(b, a) (or S(a, a)), whose triangle stands in column pair_index(a, b) of `packed`.
Pattern make_pattern(double subjects, std::size_t rows, std::vector<BasisEntry> basis,
                     Matrix cross);

/// The sufficient statistics of a linear model of the mean with covariances by pattern. The design
/// they are made of is orthonormal (see WorkingDesign), the outcome a residual of least squares.
struct PatternSums {
  std::vector<Pattern> patterns;
  std::size_t coefficients;  // columns of x; z has one more
  std::size_t parameters;    // of the covariance
  double observations;
};

/// A design made orthonormal, and the outcome less its least-squares fit, so that sums of squares
/// keep their digits whatever the units of the columns.
struct WorkingDesign {
  Matrix z;  // rows by [q, residual], x = q r
  Matrix r;  // upper triangle
  Matrix r_inverse;
  std::vector<double> least_squares;  // coefficients of x
  double log_determinant;             // of x'x
};

/// Errors  invalid_argument: a value not finite, no more rows than columns, a column that the ones
///         before it determine (named), an outcome that the design fits exactly.
/// Cost    O(n p^2).
Result<WorkingDesign> working_design(const Matrix& x, std::span<const double> y,
                                     std::span<const std::string> names);

enum class Criterion : unsigned char { reml, ml };

/// The log-likelihood with the coefficients at their best, and its derivatives by the covariance
/// parameters, in coordinates of the working design.
struct PatternLikelihood {
  double log_likelihood;             // of the working design
  std::vector<double> coefficients;  // generalised least squares
  Matrix coefficient_covariance;     // (X' W X)^-1
  std::vector<double> score;
  Matrix expected;                      // information
  Matrix observed;                      // minus the Hessian
  std::vector<Matrix> gram_derivative;  // of X' W X by each parameter; only where asked for
};

/// What to compute: without the derivatives of X' W X the information lacks terms of order p/n,
/// which a search can do without.
enum class Depth : unsigned char { search, all };

/// Cost    O(sum over patterns of rows^2 (p + 1)^2), times rows for Depth::all; no subject is
///         visited.
/// Errors  invalid_argument: a V that is not positive definite, or X' W X that is not.
/// Source  Harville 1977, JASA 72:320-338 (derivatives of REML); Jennrich & Schluchter 1986,
///         Biometrics 42:805-820 (incomplete patterns).
Result<PatternLikelihood> pattern_likelihood(const PatternSums& sums,
                                             std::span<const double> parameters,
                                             Criterion criterion, Depth depth);

/// Sum over i, j of c(i, j) X' W (dV/di) W (dV/dj) W X: what the small-sample covariance of
/// Kenward and Roger needs.
/// Errors  as pattern_likelihood.
Result<Matrix> weighted_second_products(const PatternSums& sums, std::span<const double> parameters,
                                        const Matrix& c);

}  // namespace kensho::stats
