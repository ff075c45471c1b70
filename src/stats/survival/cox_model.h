// The proportional hazards model of Cox: coefficients, tests and variances.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/optimize/newton.h"
#include "stats/survival/cox_risk_sets.h"
#include "stats/survival/cox_sample.h"

namespace kensho::stats {

/// How the covariance of the coefficients is estimated.
enum class CoxVariance : unsigned char {
  model,  // inverse information
  robust  // sandwich of score residuals, added up over clusters (or rows)
};

/// How to fit. Clusters in the data make the variance robust whatever is chosen.
struct CoxChoice {
  CoxTies ties = CoxTies::efron;
  CoxVariance variance = CoxVariance::model;
  unsigned threads = 1;
  NewtonLimits limits = {};
};

/// A chi-square test that all coefficients are zero.
struct CoxTest {
  double chi_square;
  int degrees_of_freedom;
  double p_value;
};

/// A fitted model.
struct CoxFit {
  std::vector<double> coefficients;  // log hazard ratios
  Matrix covariance;                 // of the chosen kind
  Matrix model_covariance;           // inverse information
  double log_likelihood;
  double log_likelihood_null;               // all coefficients zero
  std::optional<CoxTest> likelihood_ratio;  // these are absent where there is no covariate
  std::optional<CoxTest> wald;              // with `covariance`
  std::optional<CoxTest> score;             // model based
  std::optional<CoxTest> robust_score;      // where the variance is robust
  std::size_t rows;                         // as given
  std::size_t events;                       // rows with the event
  CoxTies ties;
  CoxVariance variance;
  int iterations;
  double decrement;  // U' I^-1 U where it stopped
};

/// Maximum partial likelihood estimate of a Cox model, with strata, case weights, offset, left
/// truncation and time-dependent covariates (several rows a subject) as the sample has them.
///
/// Shapes  p coefficients, p = columns of the sample, may be 0.
/// Errors  invalid_argument: a covariate that the others determine, or that does not vary in any
///         risk set, by name; a coefficient that runs to infinity because the likelihood rises
///         without end along it (monotone likelihood), by name; weights other than 1 with exact
///         ties; robust variance with exact ties; not_converged: iterations and gradient.
/// Cost    O(n p^2 / 2 + K p) an iteration for K event times, on `threads` threads; the result has
///         the same bits for any number of them. Exact ties of d events among m at risk O(m d p^2).
/// Source  Cox 1972, JRSS B 34:187-220; Efron 1977, JASA 72:557-565; Breslow 1974, Biometrics
///         30:89-99; Gail, Lubin & Rubinstein 1981, Biometrika 68:703-707; Lin & Wei 1989, JASA
///         84:1074-1078 (robust variance).
/// Checked against R survival::coxph, tests/reference/r/02_cox.json; cox_model_test.cc.
Result<CoxFit> fit_cox(const CoxSample& sample, const CoxChoice& choice = {});
Result<CoxFit> fit_cox(const CoxData& data, const CoxChoice& choice = {});

}  // namespace kensho::stats
