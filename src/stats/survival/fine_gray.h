// The Fine-Gray regression: proportional hazards of the subdistribution of one cause.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// The subjects of a regression with competing risks.
struct CompetingRisksData {
  std::span<const double> time;
  std::span<const int> cause;  // 0 = censored, 1, 2, ... = the cause of the event
};

/// One step of the baseline subdistribution hazard: that of covariates 0.
struct BaselineHazardStep {
  double time;
  double increment;
};

/// A fitted Fine-Gray model.
struct FineGrayFit {
  std::vector<double> coefficients;  // log subdistribution hazard ratios
  Matrix covariance;                 // sandwich, with the estimation of the censoring distribution
  Matrix inverse_information;        // would be the covariance, were the weights no estimates
  double log_likelihood;             // partial
  double log_likelihood_null;        // at coefficients 0
  std::size_t subjects;
  std::size_t events;  // of the cause
  std::size_t competing_events;
  std::size_t censored;
  int iterations;
  double decrement;                          // of Newton's method, where it stopped
  std::vector<BaselineHazardStep> baseline;  // ascending time
};

/// How to fit it.
struct FineGrayChoice {
  int cause = 1;
  unsigned threads = 1;
};

/// Fine-Gray regression for the cumulative incidence of one cause, with right-censored data. The
/// censoring distribution is estimated by one Kaplan-Meier curve of all subjects.
///
/// Shapes  time[n], cause[n], x[n, p] without a column of ones; names[p] or empty.
/// Units   one unit of time; coefficients are of natural logarithms of hazard ratios.
///         Ties between events are Breslow's. A subject censored at t is at risk at t.
/// Errors  invalid_argument: as check_follow_up, x of another length or not finite, no event of
///         the cause, a column the others determine, a likelihood that rises without end (the
///         column named). not_converged with iterations and gradient.
/// Cost    O(n p^2) an iteration, O(n p^2) for the variance, on `threads` threads; O(n p) memory.
///         The same bits for any number of threads.
/// Source  Fine & Gray 1999, JASA 94:496-509: the score of (3), the variance of section 4;
///         docs/methods/fine_gray.md for the scans.
/// Checked against R cmprsk::crr, tests/reference/r/03_competing.json, 8 digits.
Result<FineGrayFit> fine_gray(const CompetingRisksData& data, const Matrix& x,
                              const FineGrayChoice& choice = {},
                              std::span<const std::string> names = {});

/// The predicted cumulative incidence of the cause, 1 - exp(-exp(x b) H(t)), for each row of x
/// (rows) at each time (columns). Before the first event it is 0; after the last, the last is
/// carried on.
/// Errors  invalid_argument: x has not p columns or is not finite; a time is negative or not
///         finite.
Result<Matrix> fine_gray_incidence(const FineGrayFit& fit, const Matrix& x,
                                   std::span<const double> times);

}  // namespace kensho::stats
