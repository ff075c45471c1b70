#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/dist/distributions.h"
#include "stats/survival/parametric_prediction.h"
#include "stats/survival/parametric_survival.h"

namespace kensho::stats {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int runs = 1200;

struct Trial {
  std::vector<double> lower;
  std::vector<double> upper;
  Matrix x;
};

// Log time = 1 + effect * arm + scale * error, about 40 % censored; visits every 0.5 where the
// times are known to intervals only.
Trial simulated(std::uint64_t seed, const ErrorLaw& law, double scale, bool intervals) {
  constexpr std::size_t n = 250;
  Rng rng(seed, 9);
  Trial trial{{}, {}, Matrix(n, 2)};
  for (std::size_t i = 0; i < n; ++i) {
    trial.x(i, 0) = 1;
    trial.x(i, 1) = i % 2 == 0 ? 1 : 0;
    const double error = error_quantile(law, rng.uniform());
    const double time = std::exp(1 + 0.4 * trial.x(i, 1) + scale * error);
    double end = 8 * rng.uniform();
    if (intervals) end = std::floor(end * 2) / 2;  // the last visit
    if (time > end) {
      trial.lower.push_back(std::max(end, 1e-9));
      trial.upper.push_back(infinity);
    } else {
      trial.lower.push_back(intervals ? std::floor(time * 2) / 2 : time);
      trial.upper.push_back(intervals ? trial.lower.back() + 0.5 : time);
    }
  }
  return trial;
}

void check_rate(int hits, double expected) {
  const double error = std::sqrt(expected * (1 - expected) / runs);
  // 4 standard errors, and 1 % for samples of 250 where the theory is of large ones
  CHECK(std::abs(double(hits) / runs - expected) < 4 * error + 0.01);
}

struct Setting {
  ParametricFamily family;
  ErrorLaw law;
  bool intervals;
};

void check_coverage(const Setting& setting) {
  int effect = 0;
  int median = 0;
  int survival = 0;
  const double true_median = std::exp(1.4 + 0.7 * error_quantile(setting.law, 0.5));
  const std::vector<double> row = {1, 1};
  for (int run = 0; run < runs; ++run) {
    const Trial trial = simulated(std::uint64_t(run), setting.law, 0.7, setting.intervals);
    const auto fit =
        fit_parametric({.lower = trial.lower, .upper = trial.upper, .x = trial.x}, setting.family)
            .value();
    const double error = std::sqrt(fit.covariance(1, 1));
    effect += std::abs(fit.coefficients[1] - 0.4) < 1.96 * error ? 1 : 0;
    const auto quantile = predict_quantiles(fit, {row}, std::vector{0.5}).value()[0];
    median += quantile.interval.lower < true_median && true_median < quantile.interval.upper;
    const auto alive = predict_survival(fit, {row}, std::vector{true_median}).value()[0];
    survival += alive.interval.lower < 0.5 && 0.5 < alive.interval.upper;
  }
  check_rate(effect, 0.95);
  check_rate(median, 0.95);
  check_rate(survival, 0.95);
}

TEST_CASE("intervals of effect, median and survival cover: Weibull" * doctest::test_suite("slow")) {
  check_coverage({ParametricFamily::weibull, {ErrorLawKind::extreme_value}, false});
}

TEST_CASE("intervals of effect, median and survival cover: log-normal in intervals" *
          doctest::test_suite("slow")) {
  check_coverage({ParametricFamily::log_normal, {ErrorLawKind::normal}, true});
}

TEST_CASE("intervals of effect, median and survival cover: log-logistic" *
          doctest::test_suite("slow")) {
  check_coverage({ParametricFamily::log_logistic, {ErrorLawKind::logistic}, false});
}

TEST_CASE("the likelihood-ratio test of no effect keeps its level" * doctest::test_suite("slow")) {
  int rejected = 0;
  for (int run = 0; run < runs; ++run) {
    Trial trial = simulated(std::uint64_t(run) + 5'000, {ErrorLawKind::extreme_value}, 0.7, false);
    Rng rng(std::uint64_t(run), 3);
    for (std::size_t i = 0; i < trial.lower.size(); ++i) {  // an arm of no meaning
      trial.x(i, 1) = rng.bernoulli(0.5) ? 1 : 0;
    }
    const Matrix ones(trial.x.rows(), 1, std::vector<double>(trial.x.rows(), 1));
    const auto likelihood = [&](const Matrix& x) {
      return fit_parametric({.lower = trial.lower, .upper = trial.upper, .x = x},
                            ParametricFamily::weibull)
          .value()
          .log_likelihood;
    };
    const double chi_square = std::max(0.0, 2 * (likelihood(trial.x) - likelihood(ones)));
    rejected += chi_square_upper_tail(chi_square, 1) < 0.05 ? 1 : 0;
  }
  check_rate(rejected, 0.05);
}

}  // namespace
}  // namespace kensho::stats
