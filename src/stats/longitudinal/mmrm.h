// The mixed model for repeated measures (MMRM): outcomes of each subject at planned visits.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/longitudinal/covariance_structure.h"
#include "stats/longitudinal/marginal_contrast.h"
#include "stats/longitudinal/marginal_fit.h"

namespace kensho::stats {

/// One row an observed outcome; visits that were missed have no row.
struct RepeatedMeasures {
  const Matrix& x;  // the caller's; rows by coefficients
  std::span<const double> y;
  std::span<const int> subject;        // any whole numbers
  std::span<const int> visit;          // any whole numbers, in the order of time
  std::span<const int> group;          // whose covariances differ; empty: all are alike
  std::span<const std::string> names;  // of the coefficients, for messages
};

/// How to fit it.
struct MmrmOptions {
  CovarianceKind covariance = CovarianceKind::us;
  MarginalOptions fit = {};
  std::vector<double> visit_times = {};  // of the distinct visits in order, for sp_exp
};

/// A fitted MMRM.
struct Mmrm {
  MarginalFit fit;
  std::vector<std::string> parameter_names;
  std::vector<int> visits;               // distinct, ascending
  std::vector<int> groups;               // distinct, ascending; one 0 without groups
  std::vector<Matrix> visit_covariance;  // of each group, visits by visits
  Matrix robust;                         // sandwich covariance of the coefficients (CR0)
  std::vector<double> between_within;    // degrees of freedom of each coefficient
  std::size_t observations;
  std::size_t subjects;
  double deviance;  // -2 log (restricted) likelihood
  double aic;       // parameters counted: of the covariance, and under ML the coefficients too
  double bic;       // with log(subjects)
};

/// Fits the model y = x b + e, where the e of a subject have a covariance by visit and those of
/// different subjects are independent. Rows may come in any order: no bit depends on it.
///
/// Shapes  x[n, p]; y, subject, visit n long; group n or 0.
/// Errors  invalid_argument: lengths differ; a value not finite; two rows of one subject and visit;
///         a group that changes within a subject; a collinear column (named); fewer than 2 visits;
///         a visit without variance; for us, two visits that no subject has both of; a covariance
///         that is singular at the optimum. not_converged with iterations and gradient.
/// Cost    O(n m p^2) once (m visits of a subject), then O(patterns m^3 p^2) an iteration: the
///         number of subjects is in none of them.
/// Source  Mallinckrodt et al. 2008, Drug Inf. J. 42:303-319; see pattern_likelihood.h.
/// Checked against REML to machine precision and R mmrm 0.3.16, nlme 3.1 gls,
///         tests/reference/r/06_longitudinal.json.
Result<Mmrm> fit_mmrm(const RepeatedMeasures& data, const MmrmOptions& options = {});

/// Whose degrees of freedom.
enum class DegreesOfFreedom : unsigned char {
  residual,        // n - p
  between_within,  // by whether a coefficient varies within subjects; the least of a contrast
  satterthwaite,
  kenward_roger,  // with the adjusted covariance, which the fit must have been asked for
};

/// sum l_j b_j with its standard error and degrees of freedom.
/// Shapes  l[p].
/// Errors  invalid_argument: every l is 0; kenward_roger without it in the fit.
/// Cost    O(q p^2), q covariance parameters.
/// Source  Pinheiro & Bates 2000, sec. 2.4.2 (between-within); see marginal_contrast.h.
Result<ContrastEstimate> mmrm_contrast(const Mmrm& model, std::span<const double> l,
                                       DegreesOfFreedom method);

}  // namespace kensho::stats
