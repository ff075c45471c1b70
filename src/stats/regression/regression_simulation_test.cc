// What intervals and tests promise, counted on simulated data. Slow: run by name.
#include <cmath>
#include <functional>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/dist/distributions.h"
#include "stats/regression/firth_logistic.h"
#include "stats/regression/glm_inference.h"
#include "stats/regression/linear_model.h"
#include "stats/regression/mantel_haenszel.h"
#include "stats/regression/negative_binomial.h"
#include "stats/regression/one_way.h"
#include "stats/regression/proportional_odds.h"
#include "stats/regression/standardised_risk.h"
#include "stats/regression/trend_in_proportions.h"

namespace kensho::stats {
namespace {

/// The share of replicates in which `holds` is true, beside the share it should be.
void check_share(double expected, int replicates, double slack,
                 const std::function<bool(Rng&)>& holds) {
  int count = 0;
  for (int r = 0; r < replicates; ++r) {
    Rng rng(20261122, static_cast<std::uint64_t>(r));
    count += holds(rng) ? 1 : 0;
  }
  const double share = double(count) / replicates;
  const double four_errors = 4 * std::sqrt(expected * (1 - expected) / replicates);
  MESSAGE("share ", share, ", expected ", expected);
  CHECK(std::abs(share - expected) <= four_errors + slack);
}

/// A constant, a normal column and a treatment.
struct Sample {
  Matrix x;
  std::vector<double> y;
  std::vector<double> eta;
};

Sample sample_of(Rng& rng, std::size_t rows, double effect) {
  Sample sample{Matrix(rows, 3), std::vector<double>(rows), std::vector<double>(rows)};
  for (std::size_t i = 0; i < rows; ++i) {
    sample.x(i, 0) = 1;
    sample.x(i, 1) = rng.normal();
    sample.x(i, 2) = i % 2 == 0 ? 1 : 0;
    sample.eta[i] = -0.2 + 0.4 * sample.x(i, 1) + effect * sample.x(i, 2);
  }
  return sample;
}

void draw_binary(Rng& rng, Sample& sample) {
  for (std::size_t i = 0; i < sample.y.size(); ++i) {
    sample.y[i] = rng.bernoulli(1 / (1 + std::exp(-sample.eta[i]))) ? 1 : 0;
  }
}

double poisson_count(Rng& rng, double mean) {
  double count = 0;
  for (double at = rng.exponential(); at < mean; at += rng.exponential()) ++count;
  return count;
}

bool covers(double estimate, double variance, double multiplier, double truth) {
  return std::abs(estimate - truth) <= multiplier * std::sqrt(variance);
}

constexpr double z95 = 1.959963984540054;  // R qnorm(0.975)

TEST_CASE("linear model: t intervals cover exactly, HC3 under unequal variances nearly" *
          doctest::test_suite("slow")) {
  check_share(0.95, 4000, 0, [](Rng& rng) {
    Sample sample = sample_of(rng, 20, 0.5);
    for (std::size_t i = 0; i < 20; ++i) sample.y[i] = sample.eta[i] + rng.normal();
    const LinearModel model = linear_model(sample.x, sample.y).value();
    const double t = student_t_quantile(0.975, model.degrees_of_freedom);
    return covers(model.fit.coefficients[2], model.covariance(2, 2), t, 0.5);
  });
  check_share(0.95, 2000, 0.01, [](Rng& rng) {
    Sample sample = sample_of(rng, 100, 0.5);
    for (std::size_t i = 0; i < 100; ++i) {
      sample.y[i] = sample.eta[i] + rng.normal() * (sample.x(i, 2) + 0.3);
    }
    const LinearModel model = linear_model(sample.x, sample.y).value();
    const Matrix robust = robust_covariance(model, sample.x, RobustKind::hc3).value();
    const double t = student_t_quantile(0.975, model.degrees_of_freedom);
    return covers(model.fit.coefficients[2], robust(2, 2), t, 0.5);
  });
}

TEST_CASE("logistic: Wald and profile intervals cover" * doctest::test_suite("slow")) {
  check_share(0.95, 2000, 0.01, [](Rng& rng) {
    Sample sample = sample_of(rng, 200, 0.8);
    draw_binary(rng, sample);
    const Glm fit = fit_glm({sample.x, sample.y}, {}).value();
    return covers(fit.coefficients[2], fit.covariance(2, 2), z95, 0.8);
  });
  check_share(0.95, 500, 0.01, [](Rng& rng) {
    Sample sample = sample_of(rng, 100, 0.8);
    draw_binary(rng, sample);
    const GlmData data{sample.x, sample.y};
    const Glm fit = fit_glm(data, {}).value();
    const ProfileInterval ends = profile_interval(data, {}, fit, 2, 0.95).value();
    return ends.lower.value() <= 0.8 && 0.8 <= ends.upper.value();
  });
}

TEST_CASE("Poisson and negative binomial: Wald intervals cover" * doctest::test_suite("slow")) {
  check_share(0.95, 2000, 0.005, [](Rng& rng) {
    Sample sample = sample_of(rng, 100, 0.5);
    for (std::size_t i = 0; i < 100; ++i) {
      sample.y[i] = poisson_count(rng, std::exp(sample.eta[i]));
    }
    const Glm fit = fit_glm({sample.x, sample.y}, {{Family::poisson, Link::log}}).value();
    return covers(fit.coefficients[2], fit.covariance(2, 2), z95, 0.5);
  });
  check_share(0.95, 600, 0.015, [](Rng& rng) {
    Sample sample = sample_of(rng, 300, 0.5);
    for (std::size_t i = 0; i < 300; ++i) {  // gamma mixture of shape 1: theta = 1
      sample.y[i] = poisson_count(rng, std::exp(sample.eta[i]) * rng.exponential());
    }
    const NegativeBinomial result = fit_negative_binomial({sample.x, sample.y}).value();
    return covers(result.fit.coefficients[2], result.fit.covariance(2, 2), z95, 0.5);
  });
}

TEST_CASE("modified Poisson, clustered: robust intervals of a risk ratio cover" *
          doctest::test_suite("slow")) {
  check_share(0.95, 1000, 0.015, [](Rng& rng) {
    constexpr std::size_t clusters = 80;
    Matrix x(clusters * 5, 2);
    std::vector<double> y(clusters * 5);
    std::vector<int> cluster(clusters * 5);
    for (std::size_t g = 0; g < clusters; ++g) {
      const double common = 0.7 + 0.6 * rng.uniform();  // mean 1: the ratio stays what it is
      for (std::size_t k = 0; k < 5; ++k) {
        const std::size_t i = g * 5 + k;
        x(i, 0) = 1;
        x(i, 1) = g % 2 == 0 ? 1 : 0;
        y[i] = rng.bernoulli(0.3 * (1 + x(i, 1)) * common) ? 1 : 0;
        cluster[i] = int(g);
      }
    }
    const GlmData data{x, y};
    const Glm fit = fit_glm(data, {{Family::poisson, Link::log}}).value();
    const Matrix robust = clustered_covariance(data, fit, cluster, ClusterFactor::clusters).value();
    return covers(fit.coefficients[1], robust(1, 1), z95, std::log(2));
  });
}

TEST_CASE("Firth: penalised profile intervals cover with few events" *
          doctest::test_suite("slow")) {
  check_share(0.95, 500, 0.02, [](Rng& rng) {
    Sample sample = sample_of(rng, 40, 0.8);
    for (double& eta : sample.eta) eta -= 1;
    draw_binary(rng, sample);
    const FirthData data{sample.x, sample.y};
    const FirthLogistic fit = firth_logistic(data).value();
    const Interval ends = penalised_profile(data, fit, 2, 0.95).value().interval;
    return ends.lower <= 0.8 && 0.8 <= ends.upper;
  });
}

TEST_CASE("proportional odds: Wald intervals cover" * doctest::test_suite("slow")) {
  check_share(0.95, 1000, 0.01, [](Rng& rng) {
    Sample sample = sample_of(rng, 200, 0.6);
    const Matrix x(200, 2, {sample.x.values().begin() + 200, sample.x.values().end()});
    std::vector<int> grade(200);
    for (std::size_t i = 0; i < 200; ++i) {
      const double u = rng.uniform();
      const double latent = sample.eta[i] + std::log(u / (1 - u));
      grade[i] = latent < -1 ? 0 : latent < 0 ? 1 : latent < 1.2 ? 2 : 3;
    }
    const ProportionalOdds fit = proportional_odds({x, grade}).value();
    return covers(fit.coefficients[1], fit.covariance(1, 1), z95, 0.6);
  });
}

TEST_CASE("standardised risk differences cover without an effect" * doctest::test_suite("slow")) {
  check_share(0.95, 1000, 0.01, [](Rng& rng) {
    Sample sample = sample_of(rng, 200, 0);
    draw_binary(rng, sample);
    const Glm fit = fit_glm({sample.x, sample.y}, {}).value();
    std::vector<Matrix> scenarios = {sample.x, sample.x};
    for (std::size_t i = 0; i < 200; ++i) {
      scenarios[0](i, 2) = 1;
      scenarios[1](i, 2) = 0;
    }
    const auto means = standardised_means(fit, fit.covariance, scenarios).value();
    const Interval ends = mean_difference(means, 0, 1, 0.95).value().interval;
    return ends.lower <= 0 && 0 <= ends.upper;
  });
}

TEST_CASE("Tukey's comparisons: one false difference in twenty families" *
          doctest::test_suite("slow")) {
  check_share(0.05, 2000, 0, [](Rng& rng) {
    std::vector<double> values;
    std::vector<int> group;
    for (int i = 0; i < 40; ++i) {
      values.push_back(rng.normal());
      group.push_back(i % 4);
    }
    const OneWayAnova anova = one_way_anova({values, group}).value();
    double widest = 0;  // balanced: the widest pair decides
    for (const double a : anova.means) {
      for (const double b : anova.means) widest = std::max(widest, std::abs(a - b));
    }
    static const double q = 3.808798;  // R qtukey(0.95, 4, 36)
    return widest / (anova.residual_sd / std::sqrt(10)) > q;
  });
}

TEST_CASE("Mantel-Haenszel: intervals cover in sparse strata, the test keeps its level" *
          doctest::test_suite("slow")) {
  const auto pairs = [](Rng& rng, double log_odds) {
    std::vector<ExposureTable> strata(60);
    for (ExposureTable& t : strata) {
      const double eta = rng.normal();
      for (int k = 0; k < 3; ++k) {
        (rng.bernoulli(1 / (1 + std::exp(-eta - log_odds))) ? t.exposed_events
                                                            : t.exposed_others) += 1;
        (rng.bernoulli(1 / (1 + std::exp(-eta))) ? t.unexposed_events : t.unexposed_others) += 1;
      }
    }
    return strata;
  };
  check_share(0.95, 2000, 0.01, [&](Rng& rng) {
    const auto fit = mantel_haenszel(pairs(rng, 0.7), 0.95).value();
    return fit.odds_ratio->interval.lower <= std::exp(0.7) &&
           std::exp(0.7) <= fit.odds_ratio->interval.upper;
  });
  check_share(0.05, 2000, 0.005, [&](Rng& rng) {
    return mantel_haenszel(pairs(rng, 0), 0.95).value().association.p_value < 0.05;
  });
}

TEST_CASE("the trend test keeps its level" * doctest::test_suite("slow")) {
  check_share(0.05, 4000, 0.005, [](Rng& rng) {
    std::vector<double> events(4);
    for (double& count : events) {
      for (int i = 0; i < 50; ++i) count += rng.bernoulli(0.3) ? 1 : 0;
    }
    const std::vector<double> trials(4, 50);
    const std::vector<double> score = {0, 1, 2, 3};
    return proportion_trend(events, trials, score).value().trend.p_value < 0.05;
  });
}

}  // namespace
}  // namespace kensho::stats
