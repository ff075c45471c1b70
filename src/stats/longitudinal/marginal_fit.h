// Fitting a linear model of the mean with a parametrised covariance, by REML or ML.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"
#include "stats/longitudinal/pattern_likelihood.h"

namespace kensho::stats {

/// The covariance parameters of a pattern likelihood as functions of those to be estimated.
struct Parametrisation {
  std::function<std::vector<double>(std::span<const double>)> value;
  std::function<Matrix(std::span<const double>)> jacobian;
  std::function<std::vector<Matrix>(std::span<const double>)> curvature;  // empty where linear
  std::vector<std::string> names;
};

/// What is known of the covariance parameters, and how the coefficients' covariance depends on
/// them: all that Satterthwaite and Kenward and Roger need.
struct CovarianceUncertainty {
  Matrix observed;  // covariance of the parameters: inverse of the observed information
  Matrix expected;  // of the expected
  std::vector<Matrix> derivative;  // of the coefficients' covariance by each parameter
};

/// Which small-sample covariance of the coefficients to compute.
enum class KenwardRoger : unsigned char {
  none,
  linear,  // without the second derivatives of the covariance, as SAS FIRSTORDER and mmrm's Linear
  full,    // with them
};

/// How to fit.
struct MarginalOptions {
  Criterion criterion = Criterion::reml;
  KenwardRoger kenward_roger = KenwardRoger::none;
  bool expected_information = false;  // for Kenward and Roger: expected instead of observed
};

/// The model at its optimum.
struct MarginalFit {
  std::vector<double> parameters;
  double log_likelihood;
  std::vector<double> coefficients;
  Matrix covariance;          // of the coefficients, (X' W X)^-1
  Matrix adjusted;            // by Kenward and Roger; empty unless asked for
  bool expected_information;  // was it made with
  CovarianceUncertainty uncertainty;
  int iterations;
  double decrement;     // U' I^-1 U at the optimum
  double gradient_max;  // largest |U| times the standard error of its parameter there
};

/// Fisher scoring, then Newton steps with the observed information until the decrement is below
/// 1e-20 (1e-14 where rounding allows no more).
/// Errors  invalid_argument: the covariance or its information is singular (the parameter is
///         named); not_converged with iterations, decrement and gradient.
/// Cost    about ten likelihoods.
/// Source  Kenward & Roger 1997, Biometrics 53:983-997, eq. 3 (small-sample covariance).
Result<MarginalFit> fit_marginal(const PatternSums& sums, const WorkingDesign& design,
                                 const Parametrisation& parametrisation, std::vector<double> start,
                                 const MarginalOptions& options);

}  // namespace kensho::stats
