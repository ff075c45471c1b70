// Logistic and Poisson regression on a million rows.
#include <cmath>

#include "base/rng.h"
#include "stats/regression/glm.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

constexpr std::size_t rows = 1'000'000;
constexpr std::size_t columns_of_design = 21;

/// A constant, ten normal columns, ten of zeros and ones; y by the given rule.
template <class Outcome>
Columns made(const Outcome& outcome) {
  Rng rng(20261122, 8);
  std::vector<double> x(rows * columns_of_design);
  std::vector<double> y(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    double eta = -1;
    for (std::size_t j = 0; j < columns_of_design; ++j) {
      const double value = j == 0 ? 1 : j <= 10 ? rng.normal() : rng.bernoulli(0.3) ? 1 : 0;
      x[j * rows + i] = value;
      if (j > 0) eta += value * 0.05 * (static_cast<double>(j % 5) - 1.5);
    }
    y[i] = outcome(rng, eta);
  }
  return {{"x", std::move(x)}, {"y", std::move(y)}};
}

Columns binary() {
  return made(
      [](Rng& rng, double eta) { return rng.uniform() < 1 / (1 + std::exp(-eta)) ? 1.0 : 0; });
}

/// A count by the gaps of a Poisson process.
Columns counts() {
  return made([](Rng& rng, double eta) {
    double count = 0;
    for (double at = rng.exponential(); at < std::exp(eta); at += rng.exponential()) ++count;
    return count;
  });
}

std::vector<double> fitted(const Columns& columns, const GlmChoice& choice) {
  // Once a program, which times one case: R is not timed on reading its matrix either.
  static const Matrix x(rows, columns_of_design, columns.at("x"));
  const Glm fit = fit_glm({x, columns.at("y")}, choice).value();
  std::vector<double> answer = fit.coefficients;
  for (std::size_t j = 0; j < columns_of_design; ++j) {
    answer.push_back(std::sqrt(fit.covariance(j, j)));
  }
  answer.push_back(fit.deviance);
  return answer;
}

std::vector<double> logistic(const Columns& columns, unsigned threads) {
  return fitted(columns, {{Family::binomial, Link::logit}, Dispersion::of_family, threads});
}

std::vector<double> poisson(const Columns& columns, unsigned threads) {
  return fitted(columns, {{Family::poisson, Link::log}, Dispersion::of_family, threads});
}

const Registered p8a{{.id = "P8",
                      .title = "logistic regression, n = 1,000,000, p = 21",
                      .make = binary,
                      .run = logistic,
                      .goal_seconds = 0.35}};
const Registered p8b{{.id = "P8b",
                      .title = "Poisson regression, n = 1,000,000, p = 21",
                      .make = counts,
                      .run = poisson,
                      .goal_seconds = 0.35}};

}  // namespace
}  // namespace kensho::stats::testing
