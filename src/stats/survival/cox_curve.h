// Survival curves predicted by a Cox model.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/linear/matrix.h"
#include "stats/survival/cox_model.h"
#include "stats/survival/cox_sample.h"
#include "stats/survival/kaplan_meier.h"

namespace kensho::stats {

/// For whom a curve is predicted: covariates as in the data (not centred), p of them, an offset,
/// and the label of the stratum whose baseline counts.
struct CoxSubject {
  std::vector<double> x;
  double offset = 0;
  int stratum = 0;
};

/// A predicted curve at one time.
struct CoxCurveStep {
  double time;
  double cumulative_hazard;
  double hazard_std_error;  // of the cumulative hazard, hence of -log survival
  double survival;          // exp(-cumulative_hazard)
  double std_error;         // of survival
  std::optional<Interval> interval;
};

/// The curve at every distinct event time of the subject's stratum, ascending, with the steps of
/// the baseline hazard that belong to the ties of the fit. The error counts both the baseline and
/// the coefficients (with `covariance` of the fit, so robust where that is). Errors
/// invalid_argument: as cox_row_residuals; a covariate not finite or their number not p; a
///         stratum without any row; level outside (0, 1).
/// Cost    O(n p + K p) for K event times and O(K p^2) for the errors.
/// Source  Tsiatis 1981, Ann Stat 9:93-108; Link 1984, Biometrics 40:601-610; Efron's steps:
/// Therneau
///         & Grambsch 2000, sec. 10.2.
/// Checked against R survfit.coxph, tests/reference/r/02_cox.json.
Result<std::vector<CoxCurveStep>> cox_curve(const CoxSample& sample, const CoxFit& fit,
                                            const CoxSubject& subject,
                                            const IntervalChoice& choice = {});

/// The curve read at times, in any order: before the first event hazard 0, survival 1; after the
/// last the last step is carried on.
/// Errors  invalid_argument: a time negative or not finite.
Result<std::vector<CoxCurveStep>> read_cox_curve(std::span<const CoxCurveStep> curve,
                                                 std::span<const double> times);

/// The mean of the curves of many subjects at the given times: survival standardised to their
/// covariates. For a contrast of treatments give the same subjects twice, with the treatment set to
/// each value. Without an error: take it from the bootstrap.
/// Errors  as cox_curve and read_cox_curve; no subject.
/// Cost    O(m p + m T + n p) for m subjects and T times.
/// Source  direct standardisation (g-formula): Makuch 1982, J Chron Dis 35:437-443.
Result<std::vector<double>> standardised_survival(const CoxSample& sample, const CoxFit& fit,
                                                  std::span<const CoxSubject> subjects,
                                                  std::span<const double> times);

}  // namespace kensho::stats
