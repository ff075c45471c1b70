// The error distributions of accelerated failure time models, in logarithms.
#pragma once

namespace kensho::stats {

/// The law of w in y = location + scale * w.
enum class ErrorLawKind : unsigned char {
  extreme_value,     // of the minimum: exp(y) is Weibull
  normal,            // exp(y) is log-normal
  logistic,          // exp(y) is log-logistic
  generalised_gamma  // Prentice's law with a shape: 1 is extreme_value, 0 is normal
};

/// A law and, for the generalised gamma, its shape Q.
struct ErrorLaw {
  ErrorLawKind kind;
  double shape = 0;
};

/// A logarithm and its first two derivatives in w.
struct LogDerivatives {
  double value;
  double first;
  double second;
};

/// log f(w), log P(W > w) and log P(W <= w), w finite. They keep their relative accuracy far in
/// the tails, where the probabilities themselves underflow (not the generalised gamma, which is
/// -infinity there).
/// Source  Kalbfleisch & Prentice 2002, sec. 2.2; Prentice 1974, Biometrika 61:539-544.
/// Checked against R, tests/reference/survival/parametric_gamma.json, 1e-12.
LogDerivatives log_error_density(const ErrorLaw& law, double w);
LogDerivatives log_error_survival(const ErrorLaw& law, double w);
LogDerivatives log_error_cumulative(const ErrorLaw& law, double w);

/// The w with P(W <= w) = probability; 0 < probability < 1.
double error_quantile(const ErrorLaw& law, double probability);

}  // namespace kensho::stats
