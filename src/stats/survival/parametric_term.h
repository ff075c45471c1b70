// What one subject adds to the log-likelihood of an accelerated failure time model.
#pragma once

#include "stats/survival/parametric_error.h"

namespace kensho::stats {

/// What is known of one time on the scale y of the model: it lies in [lower, upper]. Equal ends are
/// an observed time; -infinity and infinity are allowed (left- and right-censored).
struct CensoredValue {
  double lower;
  double upper;
};

/// Where the law of y stands for a subject: y = location + exp(log_scale) w.
struct ErrorFrame {
  double location;
  double log_scale;
};

/// Log-likelihood of one subject on the scale y and its derivatives in location and log scale.
struct SubjectTerm {
  double value;
  double location;
  double log_scale;
  double location_location;
  double location_scale;
  double scale_scale;
};

/// Observed: log f(w) - log scale; else the logarithm of the probability of the interval. value is
/// -infinity where the law gives it none.
/// Checked against central differences, parametric_term_test.cc.
SubjectTerm subject_term(const ErrorLaw& law, const CensoredValue& y, const ErrorFrame& frame);

/// The same with the shape Q of the generalised gamma as a third parameter.
struct ShapedTerm {
  SubjectTerm at;
  double shape;
  double location_shape;
  double scale_shape;
  double shape_shape;
};

/// Derivatives in the shape by central differences of fourth order, good to about 1e-10.
ShapedTerm shaped_term(double shape, const CensoredValue& y, const ErrorFrame& frame);

}  // namespace kensho::stats
