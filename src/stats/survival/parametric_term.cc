#include "stats/survival/parametric_term.h"

#include <cmath>

namespace kensho::stats {
namespace {

// From derivatives in w to those in location and log scale; w falls with both.
SubjectTerm chained(const LogDerivatives& at, double w, double scale) {
  return {at.value,
          -at.first / scale,
          -w * at.first,
          at.second / (scale * scale),
          (at.first + w * at.second) / scale,
          w * (at.first + w * at.second)};
}

// log(F(b) - F(a)) from the smaller tails, so that nothing cancels but b - a itself.
double log_interval_probability(const ErrorLaw& law, double a, double b) {
  const double tail_a = log_error_survival(law, a).value;
  const double tail_b = log_error_survival(law, b).value;
  if (tail_a < -0.7) return tail_a + std::log(-std::expm1(tail_b - tail_a));
  const double below_a = log_error_cumulative(law, a).value;
  const double below_b = log_error_cumulative(law, b).value;
  return below_b + std::log(-std::expm1(below_a - below_b));
}

SubjectTerm interval_term(const ErrorLaw& law, double a, double b, double scale) {
  const double value = log_interval_probability(law, a, b);
  const LogDerivatives at_a = log_error_density(law, a);
  const LogDerivatives at_b = log_error_density(law, b);
  const double ratio_a = std::exp(at_a.value - value);
  const double ratio_b = std::exp(at_b.value - value);
  const double first = ratio_b - ratio_a;
  const double moment = b * ratio_b - a * ratio_a;
  const double aa = -ratio_a * at_a.first - ratio_a * ratio_a;
  const double bb = ratio_b * at_b.first - ratio_b * ratio_b;
  const double ab = ratio_a * ratio_b;
  return {value,
          -first / scale,
          -moment,
          (aa + 2 * ab + bb) / (scale * scale),
          (first + a * aa + (a + b) * ab + b * bb) / scale,
          moment + a * a * aa + 2 * a * b * ab + b * b * bb};
}

}  // namespace

SubjectTerm subject_term(const ErrorLaw& law, const CensoredValue& y, const ErrorFrame& frame) {
  const double scale = std::exp(frame.log_scale);
  const double a = (y.lower - frame.location) / scale;
  const double b = (y.upper - frame.location) / scale;
  if (y.lower == y.upper) {  // observed: the caller gave one time twice
    SubjectTerm term = chained(log_error_density(law, a), a, scale);
    term.value -= frame.log_scale;
    term.log_scale -= 1;
    return term;
  }
  if (std::isinf(b)) return chained(log_error_survival(law, a), a, scale);
  if (std::isinf(a)) return chained(log_error_cumulative(law, b), b, scale);
  return interval_term(law, a, b, scale);
}

ShapedTerm shaped_term(double shape, const CensoredValue& y, const ErrorFrame& frame) {
  constexpr double h = 2e-3;
  const auto at = [&](double steps) {
    return subject_term({ErrorLawKind::generalised_gamma, shape + steps * h}, y, frame);
  };
  const SubjectTerm centre = at(0);
  const SubjectTerm minus2 = at(-2);
  const SubjectTerm minus1 = at(-1);
  const SubjectTerm plus1 = at(1);
  const SubjectTerm plus2 = at(2);
  const auto slope = [&](double SubjectTerm::* part) {
    return (8 * (plus1.*part - minus1.*part) - (plus2.*part - minus2.*part)) / (12 * h);
  };
  const double bend =
      (16 * (plus1.value + minus1.value) - (plus2.value + minus2.value) - 30 * centre.value) /
      (12 * h * h);
  return {centre, slope(&SubjectTerm::value), slope(&SubjectTerm::location),
          slope(&SubjectTerm::log_scale), bend};
}

}  // namespace kensho::stats
