#include "stats/longitudinal/mmrm.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/testing/longitudinal_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::LongitudinalSample;

Result<Mmrm> fit(const LongitudinalSample& sample, const MmrmOptions& options = {},
                 std::span<const int> group = {}) {
  return fit_mmrm({sample.x, sample.y, sample.subject, sample.visit, group, {}}, options);
}

/// The rows in another order.
LongitudinalSample reordered(const LongitudinalSample& sample, std::span<const std::size_t> order) {
  LongitudinalSample other{Matrix(order.size(), sample.x.columns()), {}, {}, {}};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < sample.x.columns(); ++j) other.x(i, j) = sample.x(order[i], j);
    other.y.push_back(sample.y[order[i]]);
    other.subject.push_back(sample.subject[order[i]]);
    other.visit.push_back(sample.visit[order[i]]);
  }
  return other;
}

std::string refusal(const Result<Mmrm>& model) {
  REQUIRE_FALSE(model);
  return model.error().message;
}

TEST_CASE("without missing visits an unstructured MMRM is least squares visit by visit") {
  // visit means, no covariates: the covariance is the sample covariance
  Rng rng(1, 0);
  LongitudinalSample sample{Matrix(60, 3), {}, {}, {}};
  double sums[3] = {0, 0, 0};
  for (int i = 0; i < 20; ++i) {
    const double own = rng.normal();
    for (int v = 0; v < 3; ++v) {
      const auto row = static_cast<std::size_t>(3 * i + v);
      sample.x(row, static_cast<std::size_t>(v)) = 1;
      sample.y.push_back(10 + v + own + rng.normal());
      sample.subject.push_back(i);
      sample.visit.push_back(v);
      sums[v] += sample.y.back();
    }
  }

  const Mmrm model = fit(sample).value();

  Agreement agreement;
  for (std::size_t a = 0; a < 3; ++a) {
    agreement.compare(model.fit.coefficients[a], sums[a] / 20);
    for (std::size_t b = 0; b < 3; ++b) {
      double products = 0;
      for (std::size_t i = 0; i < 20; ++i) {
        products += (sample.y[3 * i + a] - sums[a] / 20) * (sample.y[3 * i + b] - sums[b] / 20);
      }
      agreement.compare(model.visit_covariance[0](a, b), products / 19);
    }
    std::vector<double> l(3, 0.0);
    l[a] = 1;
    agreement.compare(
        mmrm_contrast(model, l, DegreesOfFreedom::satterthwaite).value().degrees_of_freedom, 19);
  }
  testing::verify({"mmrm", "complete data, visit means", "means, covariance, df",
                   "sample moments (closed form)", 10},
                  agreement);
}

TEST_CASE("the order of rows changes no bit of an MMRM") {
  const LongitudinalSample sample = testing::fev_sample();
  std::vector<std::size_t> backwards(sample.y.size());
  std::iota(backwards.rbegin(), backwards.rend(), std::size_t{0});

  const Mmrm forward = fit(sample).value();
  const Mmrm backward = fit(reordered(sample, backwards)).value();

  CHECK(forward.fit.coefficients == backward.fit.coefficients);
  CHECK(forward.fit.covariance == backward.fit.covariance);
  CHECK(forward.fit.parameters == backward.fit.parameters);
}

TEST_CASE("a change of scale scales an MMRM, and a shifted covariate moves only the intercept") {
  const LongitudinalSample sample = testing::orthodont_sample();
  LongitudinalSample other = sample;
  for (double& y : other.y) y = 1e6 * y;
  for (double& age : other.x.column(2)) age += 1000;
  for (std::size_t i = 0; i < other.y.size(); ++i) other.x(i, 3) = other.x(i, 1) * other.x(i, 2);

  const Mmrm before = fit(sample).value();
  const Mmrm after = fit(other).value();

  CHECK(testing::difference(after.fit.coefficients[2], 1e6 * before.fit.coefficients[2]) < 1e-7);
  CHECK(testing::difference(after.fit.coefficients[3], 1e6 * before.fit.coefficients[3]) < 1e-7);
  CHECK(testing::difference(after.visit_covariance[0](2, 1),
                            1e12 * before.visit_covariance[0](2, 1)) < 1e-7);
}

TEST_CASE("groups whose covariances differ are fitted as by themselves when the means are") {
  const LongitudinalSample sample = testing::orthodont_sample();
  std::vector<int> group;
  std::vector<std::size_t> rows[2];
  for (std::size_t i = 0; i < sample.y.size(); ++i) {
    group.push_back(static_cast<int>(sample.x(i, 1)));
    rows[group.back()].push_back(i);
  }

  const Mmrm both = fit(sample, {}, group).value();

  CHECK(both.groups == std::vector<int>{0, 1});
  Agreement agreement;
  double log_likelihood = 0;
  for (std::size_t g = 0; g < 2; ++g) {
    LongitudinalSample part = reordered(sample, rows[g]);
    Matrix x(part.y.size(), 2);
    std::ranges::copy(part.x.column(0), x.column(0).begin());
    std::ranges::copy(part.x.column(2), x.column(1).begin());
    part.x = x;
    const Mmrm alone = fit(part).value();
    log_likelihood += alone.fit.log_likelihood;
    for (std::size_t a = 0; a < 4; ++a) {
      for (std::size_t b = 0; b < 4; ++b) {
        agreement.compare(both.visit_covariance[g](a, b), alone.visit_covariance[0](a, b));
      }
    }
  }
  agreement.compare(both.fit.log_likelihood, log_likelihood);
  CHECK(agreement.correct_digits() > 9);
}

TEST_CASE("structures nest: a richer one has the higher likelihood") {
  const LongitudinalSample sample = testing::fev_sample();
  const auto log_likelihood = [&](CovarianceKind kind) {
    return fit(sample, {.covariance = kind, .fit = {}, .visit_times = {}})
        .value()
        .fit.log_likelihood;
  };

  const double us = log_likelihood(CovarianceKind::us);
  CHECK(us > log_likelihood(CovarianceKind::toeph));
  CHECK(log_likelihood(CovarianceKind::toeph) > log_likelihood(CovarianceKind::csh));
  CHECK(log_likelihood(CovarianceKind::toeph) > log_likelihood(CovarianceKind::ar1h));
  CHECK(log_likelihood(CovarianceKind::adh) > log_likelihood(CovarianceKind::ar1h));
  CHECK(log_likelihood(CovarianceKind::ad) > log_likelihood(CovarianceKind::ar1));
  CHECK(log_likelihood(CovarianceKind::toep) > log_likelihood(CovarianceKind::cs));
  CHECK(log_likelihood(CovarianceKind::ad) < log_likelihood(CovarianceKind::adh));
}

TEST_CASE("exponential decay over equal steps is autoregression") {
  const LongitudinalSample sample = testing::fev_sample();
  const Mmrm spatial =
      fit(sample, {.covariance = CovarianceKind::sp_exp, .fit = {}, .visit_times = {0, 2, 4, 6}})
          .value();
  const Mmrm autoregressive =
      fit(sample, {.covariance = CovarianceKind::ar1, .fit = {}, .visit_times = {}}).value();

  CHECK(testing::difference(std::pow(spatial.fit.parameters[1], 2),
                            autoregressive.fit.parameters[1]) < 1e-9);
  CHECK(testing::difference(spatial.fit.log_likelihood, autoregressive.fit.log_likelihood) < 1e-13);
}

TEST_CASE("between-within degrees of freedom follow where a column varies") {
  const Mmrm model = fit(testing::fev_sample()).value();  // 537 rows of 197 subjects
  const auto df = [&](std::size_t column) {
    std::vector<double> l(model.fit.coefficients.size(), 0.0);
    l[column] = 1;
    return mmrm_contrast(model, l, DegreesOfFreedom::between_within).value().degrees_of_freedom;
  };

  CHECK(df(4) == static_cast<double>(model.subjects) - 1 - 4);    // arm: between
  CHECK(df(5) == static_cast<double>(537 - model.subjects) - 6);  // visit: within
  CHECK(df(0) == static_cast<double>(537 - model.subjects) - 6);  // the intercept as well
  std::vector<double> mixed(model.fit.coefficients.size(), 0.0);
  mixed[4] = mixed[8] = 1;
  CHECK(mmrm_contrast(model, mixed, DegreesOfFreedom::between_within).value().degrees_of_freedom ==
        std::min(df(4), df(8)));
}

TEST_CASE("an MMRM says why it cannot be fitted") {
  const LongitudinalSample good = testing::orthodont_sample();
  const auto changed = [&](auto change) {
    LongitudinalSample sample = good;
    change(sample);
    return refusal(fit(sample));
  };

  CHECK(changed([](auto& s) { s.visit[1] = s.visit[0]; }).find("two rows") != std::string::npos);
  CHECK(changed([](auto& s) {
          s.y[3] = std::numeric_limits<double>::quiet_NaN();
        }).find("finite") != std::string::npos);
  CHECK(changed([](auto& s) {
          s.x(5, 2) = std::numeric_limits<double>::infinity();
        }).find("finite") != std::string::npos);
  CHECK(changed([](auto& s) { std::ranges::fill(s.x.column(2), 3.0); }).find("determined") !=
        std::string::npos);
  CHECK(changed([](auto& s) { s.visit.pop_back(); }).find("as many") != std::string::npos);
  CHECK(changed([](auto& s) { std::ranges::fill(s.y, 7.0); }).find("exactly") != std::string::npos);
  CHECK(changed([](auto& s) {
          for (std::size_t i = 0; i < s.y.size(); ++i) s.subject[i] = static_cast<int>(i);
        }).find("no subject has both") != std::string::npos);
  CHECK(refusal(fit(good, {.covariance = CovarianceKind::sp_exp, .fit = {}, .visit_times = {1, 2}}))
            .find("times") != std::string::npos);
  std::vector<int> group(good.y.size(), 0);
  group[1] = 1;
  CHECK(refusal(fit(good, {}, group)).find("group changes") != std::string::npos);
}

TEST_CASE("fewer subjects than visits are refused under an unstructured covariance") {
  LongitudinalSample sample = testing::orthodont_sample();
  std::vector<std::size_t> few;
  for (std::size_t i = 0; i < sample.y.size(); ++i) {
    if (sample.subject[i] < 3) few.push_back(i);
  }
  LongitudinalSample part = reordered(sample, few);
  Matrix x(part.y.size(), 1);
  std::ranges::fill(x.column(0), 1.0);
  part.x = x;

  const auto model = fit(part);

  REQUIRE_FALSE(model);
  MESSAGE(model.error().message);
}

TEST_CASE("Kenward-Roger must be asked for, and a contrast must have a weight") {
  const Mmrm model = fit(testing::orthodont_sample()).value();
  const std::vector<double> l = {0, 1, 0, 0};
  const std::vector<double> zero(4, 0.0);

  CHECK_FALSE(mmrm_contrast(model, l, DegreesOfFreedom::kenward_roger));
  CHECK_FALSE(mmrm_contrast(model, zero, DegreesOfFreedom::satterthwaite));
}

}  // namespace
}  // namespace kensho::stats
