#include "base/rng.h"

#include <cmath>

#include <Random123/philox.h>

#include "base/check.h"

namespace kensho {
namespace {

constexpr std::uint32_t low_word(std::uint64_t value) {
  return static_cast<std::uint32_t>(value);
}
constexpr std::uint32_t high_word(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32);
}

/// Coefficients of a polynomial, the constant first.
using Coefficients = std::array<double, 8>;

/// A ratio of polynomials in `x`, in the order of operations of AS 241.
double ratio(const Coefficients& above, const Coefficients& below, double x) {
  double numerator = 0, denominator = 0;
  for (std::size_t i = above.size(); i-- > 0;) numerator = numerator * x + above[i];
  for (std::size_t i = below.size(); i-- > 0;) denominator = denominator * x + below[i];
  return numerator / denominator;
}

// AS 241: for |p - 1/2| up to 0.425, then for the nearer and the farther tail.
constexpr Coefficients middle_above = {3.3871328727963666080e0, 1.3314166789178437745e+2,
                                       1.9715909503065514427e3, 1.3731693765509461125e+4,
                                       4.5921953931549871457e4, 6.7265770927008700853e+4,
                                       3.3430575583588128105e4, 2.5090809287301226727e+3};
constexpr Coefficients middle_below = {1,
                                       4.2313330701600911252e1,
                                       6.8718700749205790830e2,
                                       5.3941960214247511077e3,
                                       2.1213794301586595867e4,
                                       3.9307895800092710610e4,
                                       2.8729085735721942674e4,
                                       5.2264952788528545610e3};
constexpr Coefficients near_above = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                     5.76949722146069140550e0,  3.64784832476320460504e0,
                                     1.27045825245236838258e0,  2.41780725177450611770e-1,
                                     2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr Coefficients near_below = {1,
                                     2.05319162663775882187e0,
                                     1.67638483018380384940e0,
                                     6.89767334985100004550e-1,
                                     1.48103976427480074590e-1,
                                     1.51986665636164571966e-2,
                                     5.47593808499534494600e-4,
                                     1.05075007164441684324e-9};
constexpr Coefficients far_above = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                    1.78482653991729133580e0,  2.96560571828504891230e-1,
                                    2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Coefficients far_below = {1,
                                    5.99832206555887937690e-1,
                                    1.36929880922735805310e-1,
                                    1.48753612908506148525e-2,
                                    7.86869131145613259100e-4,
                                    1.84631831751005468180e-5,
                                    1.42151175831644588870e-7,
                                    2.04426310338993978564e-15};

}  // namespace

std::array<std::uint32_t, 4> philox_block(std::uint64_t seed, std::uint64_t stream,
                                          std::uint64_t block) {
  const philox4x32_ctr_t counter = {
      {low_word(block), high_word(block), low_word(stream), high_word(stream)}};
  const philox4x32_key_t key = {{low_word(seed), high_word(seed)}};
  const philox4x32_ctr_t out = philox4x32_R(10, counter, key);
  return {out[0], out[1], out[2], out[3]};
}

std::uint32_t Rng::bits() {
  if (used_ == words_.size()) {
    words_ = philox_block(seed_, stream_, block_++);
    used_ = 0;
  }
  return words_[used_++];
}

double Rng::uniform() {
  const std::uint64_t low = bits();
  const std::uint64_t high = bits();
  const std::uint64_t part = (high << 32 | low) >> 12;  // 52 bits: the middle stays exact
  return (static_cast<double>(part) + 0.5) * 0x1p-52;
}

std::uint32_t Rng::below(std::uint32_t n) {
  ENSURE(n > 0);
  std::uint64_t product = std::uint64_t{bits()} * n;
  const std::uint32_t rejected = (0U - n) % n;  // so many low words would be one too many
  while (low_word(product) < rejected) product = std::uint64_t{bits()} * n;
  return high_word(product);
}

int Rng::between(int first, int last) {
  ENSURE(first <= last);
  const std::int64_t count = std::int64_t{last} - first + 1;
  return static_cast<int>(first + std::int64_t{below(static_cast<std::uint32_t>(count))});
}

double Rng::normal() {
  return normal_quantile(uniform());
}

double Rng::exponential() {
  return -std::log(uniform());
}

bool Rng::bernoulli(double probability) {
  return uniform() < probability;
}

double normal_quantile(double p) {
  ENSURE(p > 0 && p < 1);
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return q * ratio(middle_above, middle_below, 0.180625 - q * q);
  const double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  const double magnitude =
      r <= 5 ? ratio(near_above, near_below, r - 1.6) : ratio(far_above, far_below, r - 5);
  return q < 0 ? -magnitude : magnitude;
}

}  // namespace kensho
