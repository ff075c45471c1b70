#include "stats/normality/shapiro_wilk.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/describe/sample.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

constexpr std::size_t SIZE_MAX_TESTED = 5000;  // as far as Royston's polynomials were fitted

// c0 + c1 x + c2 x^2 + ...
double polynomial(std::initializer_list<double> coefficients, double x) {
  double value = 0;
  for (auto c = std::rbegin(coefficients); c != std::rend(coefficients); ++c)
    value = value * x + *c;
  return value;
}

// The weights of the upper half of the sample, the largest value's first. Royston's equations for
// the first two; the others are normal scores, scaled so that all squares sum to 1/2.
std::vector<double> upper_weights(std::size_t n) {
  const std::size_t half = n / 2;
  if (n == 3) return {std::numbers::sqrt2 / 2};
  std::vector<double> weights(half);
  double squares = 0;  // of all scores, both halves
  for (std::size_t i = 0; i < half; ++i) {
    weights[i] =
        -normal_quantile((static_cast<double>(i) + 1 - 0.375) / (static_cast<double>(n) + 0.25));
    squares += 2 * weights[i] * weights[i];
  }
  const double root = 1 / std::sqrt(static_cast<double>(n));
  const double norm = std::sqrt(squares);
  const double first_score = weights[0];
  const double first = polynomial({0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056}, root) +
                       first_score / norm;
  std::size_t fitted = 1;
  double rest = squares - 2 * first_score * first_score;
  double left = 1 - 2 * first * first;
  if (n > 5) {
    const double second_score = weights[1];
    const double second =
        polynomial({0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633}, root) +
        second_score / norm;
    rest -= 2 * second_score * second_score;
    left -= 2 * second * second;
    weights[1] = second;
    fitted = 2;
  }
  weights[0] = first;
  const double scale = std::sqrt(rest / left);
  for (std::size_t i = fitted; i < half; ++i) weights[i] /= scale;
  return weights;
}

// 1 - W, which keeps its digits where W is near 1.
double complement_of_w(const std::vector<double>& ascending, const SampleMoments& moments) {
  const std::size_t n = ascending.size();
  const std::vector<double> weights = upper_weights(n);
  const double norm = std::sqrt(moments.squares);
  // The correlation of values and weights: sum of (weight - standardised value)^2, both of length
  // one, is 2 (1 - r).
  CompensatedSum apart;
  for (std::size_t i = 0; i < n; ++i) {
    double weight = 0;
    if (i < weights.size()) weight = -weights[i];
    if (n - 1 - i < weights.size()) weight = weights[n - 1 - i];
    const double difference = weight - (ascending[i] - moments.mean) / norm;
    apart.add(difference * difference);
  }
  const double below_one = apart.value() / 2;  // 1 - r
  return below_one * (2 - below_one);          // 1 - r^2
}

double p_value_of(double complement, std::size_t size) {
  const auto n = static_cast<double>(size);
  if (size == 3) {  // exact
    const double w = 1 - complement;
    const double p = 6 / std::numbers::pi * (std::asin(std::sqrt(w)) - std::asin(std::sqrt(0.75)));
    return std::clamp(p, 0.0, 1.0);
  }
  double y = std::log(complement);
  double mean = 0;
  double spread = 0;
  if (size <= 11) {
    const double bound = polynomial({-2.273, 0.459}, n);
    if (y >= bound) return 1e-99;  // below what the approximation can tell, as AS R94 says
    y = -std::log(bound - y);
    mean = polynomial({0.544, -0.39978, 0.025054, -6.714e-4}, n);
    spread = std::exp(polynomial({1.3822, -0.77857, 0.062767, -0.0020322}, n));
  } else {
    const double log_n = std::log(n);
    mean = polynomial({-1.5861, -0.31082, -0.083751, 0.0038915}, log_n);
    spread = std::exp(polynomial({-0.4803, -0.082676, 0.0030302}, log_n));
  }
  return normal_cdf(-(y - mean) / spread);
}

}  // namespace

Result<ShapiroWilkTest> shapiro_wilk_test(std::span<const double> values) {
  TRY(check_sample(values, "Shapiro-Wilk test", 3));
  if (values.size() > SIZE_MAX_TESTED) {
    return Error{Errc::invalid_argument,
                 fmt::format("Shapiro-Wilk test: {} values; the approximation ends at {}",
                             values.size(), SIZE_MAX_TESTED)};
  }
  std::vector<double> ascending(values.begin(), values.end());
  std::ranges::sort(ascending);
  const SampleMoments moments = sample_moments(ascending);
  if (!(moments.squares > 0)) {
    return Error{Errc::invalid_argument, "Shapiro-Wilk test: all values are equal"};
  }
  const double complement = complement_of_w(ascending, moments);
  return ShapiroWilkTest{values.size(), 1 - complement, p_value_of(complement, values.size())};
}

}  // namespace kensho::stats
