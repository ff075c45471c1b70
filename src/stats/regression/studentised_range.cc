#include "stats/regression/studentised_range.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/optimize/root.h"

namespace kensho::stats {
namespace {

/// P(range of k normals > w) = 1 - k * integral of phi(z) (Phi(z) - Phi(z - w))^(k-1), as the
/// integral of what the range exceeds, so that a small tail keeps its digits.
double normal_range_upper_tail(double w, double k) {
  constexpr double step = 0.125;
  constexpr double end = 9;
  double sum = 0;
  for (double z = -end; z <= end; z += step) {
    const double density = normal_density(z);
    const double below = normal_cdf(z);
    const double outside = normal_cdf(z - w);
    // below^(k-1) - (below - outside)^(k-1)
    const double ratio = below > 0 ? outside / below : 0;
    sum += density * std::pow(below, k - 1) * -std::expm1((k - 1) * std::log1p(-ratio));
  }
  return std::clamp(k * step * sum, 0.0, 1.0);
}

}  // namespace

double studentised_range_upper_tail(double q, const RangeShape& shape) {
  ENSURE(q >= 0 && shape.groups >= 2 && shape.degrees_of_freedom > 0);
  if (q == 0) return 1;
  const double nu = shape.degrees_of_freedom;
  if (std::isinf(nu)) return normal_range_upper_tail(q, shape.groups);
  // t = log of the estimated deviation; its density has its peak at 0.
  const auto log_density = [&](double t) { return nu * t - nu / 2 * std::expm1(2 * t); };
  const double constant =
      std::numbers::ln2 + nu / 2 * std::log(nu / 2) - log_gamma(nu / 2) - nu / 2;
  const double step = 0.2 / std::sqrt(2 * nu + 1);
  double sum = 0;
  for (const double direction : {-1.0, 1.0}) {
    for (double t = direction < 0 ? 0 : step; log_density(t) > -42; t += direction * step) {
      sum += std::exp(log_density(t) + constant) *
             normal_range_upper_tail(q * std::exp(t), shape.groups);
    }
  }
  return std::clamp(sum * step, 0.0, 1.0);
}

Result<double> studentised_range_quantile(double probability, const RangeShape& shape) {
  if (!(probability > 0 && probability < 1)) {
    return Error{Errc::invalid_argument,
                 fmt::format("studentised range: the probability {} is not above 0 and below 1",
                             probability)};
  }
  double upper = 4;
  while (studentised_range_upper_tail(upper, shape) > 1 - probability) upper *= 2;
  return find_root(
      [&](double q) { return studentised_range_upper_tail(q, shape) - (1 - probability); },
      {0, upper}, "studentised range");
}

}  // namespace kensho::stats
