#include "stats/optimize/newton.h"

#include <cmath>

#include <doctest/doctest.h>

using namespace kensho;
using namespace kensho::stats;

namespace {

/// Poisson counts 2, 3, 7 with one mean exp(b): the maximum is log 4 in closed form.
Likelihood poisson(std::span<const double> b) {
  const double mean = std::exp(b[0]);
  Matrix information(1, 1);
  information(0, 0) = 3 * mean;
  return {12 * b[0] - 3 * mean, {12 - 3 * mean}, information};
}

}  // namespace

TEST_CASE("Newton's method finds a maximum known in closed form to the last digit") {
  for (const double start : {0.0, -3.0, 5.0}) {
    const auto found = maximise(poisson, {start}, "a mean");
    REQUIRE(found);
    CHECK(std::abs((*found).parameters[0] - std::log(4.0)) < 1e-15);
    CHECK((*found).covariance(0, 0) == doctest::Approx(1.0 / 12).epsilon(1e-14));
  }
}

TEST_CASE("a likelihood without a maximum is an error that names iterations and gradient") {
  const auto rising = [](std::span<const double> b) {
    Matrix information(1, 1);
    information(0, 0) = std::exp(-b[0]);
    return Likelihood{-std::exp(-b[0]), {std::exp(-b[0])}, information};
  };

  const auto found = maximise(rising, {0.0}, "a line", {}, {.decrement = 0, .iterations_max = 20});

  REQUIRE(!found);
  CHECK(found.error().code == Errc::not_converged);
  CHECK(found.error().message.starts_with("a line: did not converge in 20 iterations"));
}
