// Tests and intervals of the Cox family keep their promised rates on simulated samples.
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/dist/distributions.h"
#include "stats/survival/concordance.h"
#include "stats/survival/cox_curve.h"
#include "stats/survival/cox_model.h"
#include "stats/survival/cox_proportional_hazards.h"
#include "stats/survival/cox_sample.h"

namespace kensho::stats {
namespace {

constexpr int samples = 2000;
constexpr std::size_t subjects = 200;
constexpr double slope = 0.5;

struct Simulated {
  Matrix x{subjects, 2};
  std::vector<double> time;
  std::vector<int> event;
};

// A normal covariate with the slope, an indicator without effect; exponential times, about a third
// censored.
Simulated simulate(std::uint64_t stream) {
  Rng rng(20261123, stream);
  Simulated sample;
  for (std::size_t i = 0; i < subjects; ++i) {
    sample.x(i, 0) = rng.normal();
    sample.x(i, 1) = rng.bernoulli(0.5) ? 1 : 0;
    const double event = rng.exponential() / std::exp(slope * sample.x(i, 0));
    const double censored = rng.exponential() * 2;
    sample.time.push_back(std::min(event, censored));
    sample.event.push_back(event < censored ? 1 : 0);
  }
  return sample;
}

// The rate is that promised within four Monte-Carlo standard errors and what asymptotics may miss
// with some 130 events.
void check_rate(const std::string& what, int hits, double promised, double slack) {
  const double rate = static_cast<double>(hits) / samples;
  MESSAGE(what, ": ", rate, ", promised ", promised);
  CHECK(std::abs(rate - promised) <= 4 * std::sqrt(promised * (1 - promised) / samples) + slack);
}

TEST_CASE("Cox intervals cover and tests reject as often as they promise" *
          doctest::test_suite("slow")) {
  const double z = normal_quantile(0.975);
  int covered = 0;
  int covered_robust = 0;
  int rejected = 0;
  int rejected_proportional = 0;
  int curve_covered = 0;
  for (int k = 0; k < samples; ++k) {
    const Simulated data = simulate(static_cast<std::uint64_t>(k));
    const CoxSample sample =
        CoxSample::make({.x = data.x, .time = data.time, .event = data.event}).value();
    const CoxFit fit = fit_cox(sample).value();
    const CoxFit robust = fit_cox(sample, {.variance = CoxVariance::robust}).value();
    covered += std::abs(fit.coefficients[0] - slope) <= z * std::sqrt(fit.covariance(0, 0));
    covered_robust +=
        std::abs(fit.coefficients[0] - slope) <= z * std::sqrt(robust.covariance(0, 0));
    rejected += std::abs(fit.coefficients[1]) > z * std::sqrt(fit.covariance(1, 1));
    rejected_proportional +=
        proportional_hazards_test(sample, fit).value().global.p_value < 0.05 ? 1 : 0;
    const auto curve = cox_curve(sample, fit, {{1, 0}}).value();
    const std::vector<double> time = {0.5};
    const auto reading = read_cox_curve(curve, time).value()[0];
    const double truth = std::exp(-0.5 * std::exp(slope));
    curve_covered += reading.interval->lower <= truth && truth <= reading.interval->upper;
  }
  check_rate("coverage of the coefficient, model variance", covered, 0.95, 0);
  check_rate("coverage of the coefficient, robust variance", covered_robust, 0.95, 0.015);
  check_rate("rejection of a covariate without effect", rejected, 0.05, 0);
  check_rate("rejection of proportional hazards that hold", rejected_proportional, 0.05, 0);
  check_rate("coverage of the predicted survival", curve_covered, 0.95, 0);
}

TEST_CASE("the interval of the concordance of a useless marker covers one half" *
          doctest::test_suite("slow")) {
  int covered = 0;
  for (int k = 0; k < samples; ++k) {
    const Simulated data = simulate(static_cast<std::uint64_t>(10'000 + k));
    const CoxSample sample =
        CoxSample::make({.x = data.x, .time = data.time, .event = data.event}).value();
    Rng rng(7, static_cast<std::uint64_t>(k));
    std::vector<double> marker(subjects);
    for (double& value : marker) value = rng.normal();
    const Concordance c = concordance(sample, marker).value();
    covered += c.interval.lower <= 0.5 && 0.5 <= c.interval.upper;
  }
  check_rate("coverage of the concordance", covered, 0.95, 0);
}

}  // namespace
}  // namespace kensho::stats
