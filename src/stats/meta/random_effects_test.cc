#include "stats/meta/random_effects.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/meta/mantel_haenszel.h"
#include "stats/meta/meta_regression.h"
#include "stats/meta/small_study_effects.h"
#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;

constexpr std::array ESTIMATORS = {TauEstimator::equal,         TauEstimator::der_simonian_laird,
                                   TauEstimator::paule_mandel,  TauEstimator::restricted_likelihood,
                                   TauEstimator::hedges,        TauEstimator::maximum_likelihood,
                                   TauEstimator::sidik_jonkman, TauEstimator::hunter_schmidt};

std::vector<StudyEffect> random_studies(std::uint64_t seed, std::size_t k, double tau) {
  Rng rng(seed, k);
  std::vector<StudyEffect> studies;
  for (std::size_t i = 0; i < k; ++i) {
    const double variance = 0.02 + 0.5 * rng.uniform();
    studies.push_back({0.3 + rng.normal() * std::sqrt(variance + tau * tau), variance});
  }
  return studies;
}

Matrix ones(std::size_t rows) {
  return {rows, 1, std::vector<double>(rows, 1)};
}

TEST_CASE("pooling is the meta-regression on an intercept, by another path") {
  Agreement agreement;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto studies = random_studies(seed, 3 + seed, 0.5);
    for (const TauEstimator estimator : ESTIMATORS) {
      const PoolingChoice choice{.estimator = estimator, .test = SmallSampleTest::knapp_hartung};
      const PooledEffect effect = pooled_effect(studies, choice).value();
      const MetaRegression model = meta_regression(studies, ones(studies.size()), choice).value();
      agreement.compare(effect.estimate, model.coefficients[0]);
      agreement.compare(effect.std_error, std::sqrt(model.covariance(0, 0)));
      agreement.compare(1 + effect.heterogeneity.tau_squared.estimate,
                        1 + model.heterogeneity.tau_squared.estimate);
      agreement.compare(effect.heterogeneity.h_squared, model.heterogeneity.h_squared);
      agreement.compare(effect.log_likelihood, model.log_likelihood);
      if (effect.heterogeneity.tau_squared.std_error) {
        agreement.compare(*effect.heterogeneity.tau_squared.std_error,
                          *model.heterogeneity.tau_squared.std_error);
      }
    }
  }
  CHECK(agreement.worst() < 1e-11);
}

// The restricted log-likelihood by its definition, without derivatives.
double restricted(const std::vector<StudyEffect>& studies, double tau_squared) {
  long double weights = 0, sum = 0, logs = 0, q = 0;
  for (const auto& [y, v] : studies) {
    weights += 1 / (v + tau_squared);
    sum += y / (v + tau_squared);
    logs += std::log(v + tau_squared);
  }
  for (const auto& [y, v] : studies)
    q += (y - sum / weights) * (y - sum / weights) / (v + tau_squared);
  return static_cast<double>(-0.5L * (logs + std::log(weights) + q));
}

TEST_CASE("no tau^2 on a fine grid has a higher restricted likelihood") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto studies = random_studies(seed, 2 + seed % 12, 0.05 * double(seed % 30));
    const double found = pooled_effect(studies, {}).value().heterogeneity.tau_squared.estimate;
    const double top = restricted(studies, found);
    for (int i = 0; i <= 400; ++i) CHECK(restricted(studies, 1e-4 * i * i) <= top + 1e-12);
  }
}

TEST_CASE("the slope of the restricted likelihood is zero at an estimate above 0") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto studies = random_studies(seed, 8, 1);
    const double t = pooled_effect(studies, {}).value().heterogeneity.tau_squared.estimate;
    if (t == 0) continue;
    const double step = 1e-3 * t;
    const double up = restricted(studies, t + step), down = restricted(studies, t - step);
    const double curvature = (up - 2 * restricted(studies, t) + down) / (step * step);
    CHECK(std::abs((up - down) / (2 * step) / curvature) < 1e-5 * t);  // of third order in step
  }
}

TEST_CASE("scaling the effects scales the answers, shifting them shifts the estimate only") {
  const auto studies = random_studies(4, 9, 0.6);
  auto changed = studies;
  for (StudyEffect& study : changed) study = {8 * study.effect + 100, 64 * study.variance};
  for (const TauEstimator estimator : ESTIMATORS) {
    const PooledEffect a = pooled_effect(studies, {.estimator = estimator}).value();
    const PooledEffect b = pooled_effect(changed, {.estimator = estimator}).value();
    CHECK(b.estimate == doctest::Approx(8 * a.estimate + 100).epsilon(1e-12));
    CHECK(b.std_error == doctest::Approx(8 * a.std_error).epsilon(1e-10));
    CHECK(b.heterogeneity.tau_squared.estimate ==
          doctest::Approx(64 * a.heterogeneity.tau_squared.estimate).epsilon(1e-9));
    CHECK(b.heterogeneity.i_squared == doctest::Approx(a.heterogeneity.i_squared).epsilon(1e-9));
  }
}

TEST_CASE("the order of the studies does not matter") {
  auto studies = random_studies(5, 40, 0.4);
  const PooledEffect a = pooled_effect(studies, {}).value();
  std::ranges::reverse(studies);
  const PooledEffect b = pooled_effect(studies, {}).value();
  CHECK(b.estimate == doctest::Approx(a.estimate).epsilon(1e-13));
  CHECK(b.heterogeneity.tau_squared.estimate ==
        doctest::Approx(a.heterogeneity.tau_squared.estimate).epsilon(1e-12));
}

TEST_CASE("equal effects have no heterogeneity, whatever the estimator") {
  const std::vector<StudyEffect> studies = {{0.4, 0.1}, {0.4, 0.2}, {0.4, 0.05}};
  for (const TauEstimator estimator : ESTIMATORS) {
    const PooledEffect effect = pooled_effect(studies, {.estimator = estimator}).value();
    CHECK(effect.estimate == doctest::Approx(0.4));
    CHECK(effect.heterogeneity.tau_squared.estimate < 1e-15);
    CHECK(effect.heterogeneity.i_squared < 1e-14);
  }
}

TEST_CASE("huge and tiny variances, and two far studies, still converge") {
  const std::vector<StudyEffect> wide = {{0, 1e-12}, {1, 1e12}, {2, 1}, {-3, 1e-3}};
  const std::vector<StudyEffect> far = {{-1e8, 1e-6}, {1e8, 1e-6}};
  for (const TauEstimator estimator : ESTIMATORS) {
    CHECK(pooled_effect(wide, {.estimator = estimator}).value().estimate < 1e9);
    CHECK(pooled_effect(far, {.estimator = estimator}));
  }
  // R metafor 3.8-1: rma(y, v, method, control = list(tau2.init = 1))$tau2 = 5.837593, 3.719606
  const auto wide_tau = [&](TauEstimator estimator) {
    return pooled_effect(wide, {.estimator = estimator}).value().heterogeneity.tau_squared.estimate;
  };
  CHECK(wide_tau(TauEstimator::restricted_likelihood) == doctest::Approx(5.837593).epsilon(1e-6));
  CHECK(wide_tau(TauEstimator::maximum_likelihood) == doctest::Approx(3.719606).epsilon(1e-6));
  CHECK(pooled_effect(far, {}).value().heterogeneity.tau_squared.estimate ==
        doctest::Approx(2e16).epsilon(1e-9));
}

TEST_CASE("columns give what each meta-analysis alone gives, bit for bit on any threads") {
  constexpr std::size_t M = 1000;
  Matrix effects(7, M);
  Matrix variances(7, M);
  for (std::size_t j = 0; j < M; ++j) {
    const auto studies = random_studies(j, 7, 0.3);
    for (std::size_t i = 0; i < 7; ++i) {
      effects(i, j) = studies[i].effect;
      variances(i, j) = studies[i].variance;
    }
  }
  const PoolingChoice choice{.test = SmallSampleTest::knapp_hartung};
  const auto one = pool_columns(effects, variances, choice, 1).value();
  for (const unsigned threads : {2U, 8U}) {
    const auto many = pool_columns(effects, variances, choice, threads).value();
    for (std::size_t j = 0; j < M; ++j) {
      CHECK(many[j].estimate == one[j].estimate);
      CHECK(many[j].std_error == one[j].std_error);
      CHECK(many[j].interval.upper == one[j].interval.upper);
    }
  }
  for (std::size_t j = 0; j < 50; ++j) {
    const PooledEffect alone = pooled_effect(random_studies(j, 7, 0.3), choice).value();
    CHECK(one[j].estimate == alone.estimate);
    CHECK(one[j].tau_squared == alone.heterogeneity.tau_squared.estimate);
    CHECK(one[j].interval.lower == alone.interval.lower);
  }
}

TEST_CASE("the Knapp-Hartung scale can be kept from falling below 1, the prediction be wider") {
  const std::vector<StudyEffect> alike = {{0.40, 0.1}, {0.41, 0.2}, {0.42, 0.05}, {0.40, 0.1}};
  const auto error = [&](SmallSampleTest test) {
    return pooled_effect(alike, {.test = test}).value().std_error;
  };
  CHECK(error(SmallSampleTest::knapp_hartung) < error(SmallSampleTest::normal));
  CHECK(error(SmallSampleTest::knapp_hartung_at_least_1) == error(SmallSampleTest::normal));

  const auto studies = random_studies(3, 6, 1);
  const auto prediction = [&](PredictionSpread spread) {
    return *pooled_effect(studies, {.prediction = spread}).value().prediction;
  };
  const Interval narrow = prediction(PredictionSpread::as_test);
  const Interval wide = prediction(PredictionSpread::one_fewer);
  // Student's t with 4 degrees of freedom over the normal: R qt(.975, 4) / qnorm(.975)
  CHECK((wide.upper - wide.lower) / (narrow.upper - narrow.lower) ==
        doctest::Approx(2.776445105197793 / 1.959963984540054).epsilon(1e-12));
}

TEST_CASE("what is no meta-analysis is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<StudyEffect> two = {{1, 1}, {2, 1}};
  const std::vector<StudyEffect> bad = {{1, 1}, {nan, 1}};
  const std::vector<StudyEffect> flat = {{1, 1}, {2, 0}};
  CHECK(pooled_effect({}, {}).error().message == "meta-analysis: there is no study");
  CHECK(pooled_effect(bad, {}).error().message.find("study 2") != std::string::npos);
  CHECK_FALSE(pooled_effect(flat, {}));
  CHECK_FALSE(pooled_effect(two, {.confidence_level = 1}));
  const auto one = std::span(two).first(1);
  CHECK(pooled_effect(one, {}));
  CHECK_FALSE(pooled_effect(one, {.test = SmallSampleTest::knapp_hartung}));
  CHECK_FALSE(pooled_effect(two, {.prediction = PredictionSpread::one_fewer}));
  CHECK_FALSE(tau_squared_interval(one, 0.95));
  CHECK_FALSE(leave_one_out(one, {}));
  const Matrix twins(4, 2, {1, 1, 1, 1, 2, 2, 2, 2});
  const auto studies = random_studies(1, 4, 0);
  const std::vector<std::string> names = {"(Intercept)", "dose"};
  CHECK(meta_regression(studies, twins, {}, names).error().message.find("dose") !=
        std::string::npos);
  CHECK_FALSE(meta_regression(two, Matrix(2, 2, {1, 1, 0, 1}), {}));
}

TEST_CASE("tables that hold nothing are refused, empty cells are filled") {
  const std::vector<ExposureTable> no_event = {{0, 10, 0, 12}};
  CHECK_FALSE(mantel_haenszel(no_event, BinaryMeasure::log_odds_ratio, 0.95));
  CHECK_FALSE(peto_odds_ratio(no_event, 0.95));
  CHECK_FALSE(binary_effects(no_event, BinaryMeasure::peto_log_odds_ratio));
  CHECK_FALSE(
      binary_effects(std::vector<ExposureTable>{{-1, 2, 3, 4}}, BinaryMeasure::log_risk_ratio));
  CHECK_FALSE(
      binary_effects(std::vector<ExposureTable>{{0, 0, 3, 4}}, BinaryMeasure::log_risk_ratio));
  CHECK_FALSE(proportion_effects(std::vector<EventCount>{{3, 2}}, ProportionMeasure::logit));
  CHECK_FALSE(mean_effects(std::vector<TwoMeans>{{{0, 0, 5}, {0, 1, 5}}}, MeanMeasure::difference));
  const auto filled =
      binary_effects(std::vector<ExposureTable>{{0, 10, 5, 5}}, BinaryMeasure::log_odds_ratio)
          .value();
  CHECK(filled[0].effect == doctest::Approx(std::log(0.5 / 10.5)));
  const std::vector<ExposureTable> one_sided = {{4, 10, 0, 12}, {3, 9, 0, 11}};
  CHECK_FALSE(mantel_haenszel(one_sided, BinaryMeasure::log_risk_ratio, 0.95));
  CHECK(mantel_haenszel(one_sided, BinaryMeasure::risk_difference, 0.95));
}

TEST_CASE("a symmetric funnel is not filled, a one-sided one is") {
  std::vector<StudyEffect> studies;
  for (int i = 1; i <= 6; ++i) {
    studies.push_back({0.1 * i, 0.01 * i});
    studies.push_back({-0.1 * i, 0.01 * i + 0.001});
  }
  CHECK(trim_and_fill(studies, {}).value().filled <= 1);  // ties of rank count for one
  std::vector<StudyEffect> right;
  for (int i = 1; i <= 8; ++i) right.push_back({0.02 * i * i, 0.01 * i});
  const PoolingChoice equal{.estimator = TauEstimator::equal};
  const TrimAndFill trimmed = trim_and_fill(right, equal).value();
  CHECK(trimmed.filled > 0);
  CHECK_FALSE(trimmed.is_right);
  CHECK(trimmed.effect.estimate < pooled_effect(right, equal).value().estimate);
  CHECK(egger_test(right, {}).value().p_value < egger_test(studies, {}).value().p_value);
  CHECK_FALSE(rank_test(std::vector<StudyEffect>{{1, 1}, {2, 1}, {3, 1}}));
}

}  // namespace
}  // namespace kensho::stats
