#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/survival/parametric_prediction.h"
#include "stats/survival/parametric_survival.h"
#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Sample {
  std::vector<double> lower;
  std::vector<double> upper;
  Matrix x;
  std::vector<double> weight = {};
  std::vector<int> stratum = {};

  ParametricData data() const {
    return {.lower = lower, .upper = upper, .x = x, .weight = weight, .stratum = stratum};
  }
};

// Weibull times with a covariate and an arm, about a third of them censored.
Sample weibull_sample(std::uint64_t seed, std::size_t n) {
  Rng rng(seed, 1);
  Sample sample{{}, {}, Matrix(n, 3)};
  for (std::size_t i = 0; i < n; ++i) {
    sample.x(i, 0) = 1;
    sample.x(i, 1) = rng.normal();
    sample.x(i, 2) = i % 2 == 0 ? 1 : 0;
    const double time = std::exp(1 + 0.5 * sample.x(i, 1) - 0.3 * sample.x(i, 2) +
                                 0.7 * std::log(rng.exponential()));
    const double end = 6 * rng.uniform();
    sample.lower.push_back(std::min(time, end));
    sample.upper.push_back(time <= end ? time : infinity);
  }
  return sample;
}

Sample rows_of(const Sample& from, const std::vector<std::size_t>& rows) {
  Sample to{{}, {}, Matrix(rows.size(), from.x.columns())};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    to.lower.push_back(from.lower[rows[i]]);
    to.upper.push_back(from.upper[rows[i]]);
    if (!from.weight.empty()) to.weight.push_back(from.weight[rows[i]]);
    for (std::size_t j = 0; j < from.x.columns(); ++j) to.x(i, j) = from.x(rows[i], j);
  }
  return to;
}

const std::vector<ParametricFamily> families = {
    ParametricFamily::exponential,  ParametricFamily::weibull,  ParametricFamily::log_normal,
    ParametricFamily::log_logistic, ParametricFamily::gamma,    ParametricFamily::generalised_gamma,
    ParametricFamily::gaussian,     ParametricFamily::logistic,
};

ParametricFit fitted(const ParametricData& data, ParametricFamily family, unsigned threads = 1) {
  auto fit = fit_parametric(data, family, threads);
  REQUIRE_MESSAGE(fit, (fit ? "" : fit.error().message));
  return std::move(fit).value();
}

double largest_difference(const ParametricFit& a, const ParametricFit& b) {
  double worst = std::abs(a.log_likelihood - b.log_likelihood) / std::abs(a.log_likelihood);
  for (std::size_t j = 0; j < a.coefficients.size(); ++j) {
    worst = std::max(worst, std::abs(a.coefficients[j] - b.coefficients[j]));
  }
  for (std::size_t s = 0; s < a.scales.size(); ++s) {
    worst = std::max(worst, std::abs(a.scales[s] - b.scales[s]));
  }
  for (std::size_t k = 0; k < a.parameters(); ++k) {
    worst = std::max(worst, std::abs(a.covariance(k, k) - b.covariance(k, k)));
  }
  return worst;
}

// The shape of the gamma laws is differentiated numerically.
double tolerance_of(ParametricFamily family) {
  const bool shaped =
      family == ParametricFamily::gamma || family == ParametricFamily::generalised_gamma;
  return shaped ? 1e-6 : 1e-10;
}

// ---- closed forms -----------------------------------------------------------------------------

TEST_CASE("the exponential model without covariates is events over time") {
  Sample sample = weibull_sample(3, 80);
  sample.x = Matrix(80, 1, std::vector<double>(80, 1));
  double events = 0;
  double time = 0;
  for (std::size_t i = 0; i < 80; ++i) {
    events += std::isinf(sample.upper[i]) ? 0 : 1;
    time += sample.lower[i];
  }

  const auto fit = fitted(sample.data(), ParametricFamily::exponential);

  CHECK(fit.coefficients[0] == doctest::Approx(std::log(time / events)).epsilon(1e-14));
  CHECK(fit.covariance(0, 0) == doctest::Approx(1 / events).epsilon(1e-12));
  CHECK(double(fit.events) == events);
  const double rate = events / time;
  CHECK(fit.log_likelihood ==
        doctest::Approx(events * std::log(rate) - rate * time).epsilon(1e-13));
}

TEST_CASE("the gaussian model of observed values is least squares with the scale of n") {
  Sample sample = weibull_sample(4, 60);
  sample.upper = sample.lower;
  const auto fit = fitted(sample.data(), ParametricFamily::gaussian);
  double squares = 0;
  double score = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    double residual = sample.lower[i];
    for (std::size_t j = 0; j < 3; ++j) residual -= sample.x(i, j) * fit.coefficients[j];
    squares += residual * residual;
    score += residual * sample.x(i, 1);
  }
  CHECK(fit.scales[0] == doctest::Approx(std::sqrt(squares / 60)).epsilon(1e-12));
  CHECK(std::abs(score) < 1e-10);
  CHECK(fit.covariance(3, 3) == doctest::Approx(1 / 120.0).epsilon(1e-10));
}

// ---- properties -------------------------------------------------------------------------------

TEST_CASE("a weight of two is a subject twice, a weight of zero none") {
  const Sample once = weibull_sample(5, 250);
  Sample weighted = once;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < 250; ++i) {
    weighted.weight.push_back(double(i % 3));
    for (std::size_t k = 0; k < i % 3; ++k) rows.push_back(i);
  }
  const Sample repeated = rows_of(once, rows);
  for (const ParametricFamily family : families) {
    CAPTURE(std::string(name_of(family)));
    const auto left = fitted(weighted.data(), family);
    const auto right = fitted(repeated.data(), family);
    CHECK(largest_difference(left, right) < tolerance_of(family));
  }
}

TEST_CASE("the order of rows does not matter, nor the number of threads a bit") {
  const Sample sample = weibull_sample(6, 5'000);
  std::vector<std::size_t> rows(5'000);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = (i * 7) % rows.size();
  const Sample shuffled = rows_of(sample, rows);
  for (const ParametricFamily family : families) {
    CAPTURE(std::string(name_of(family)));
    const auto one = fitted(sample.data(), family, 1);
    CHECK(largest_difference(one, fitted(shuffled.data(), family)) < tolerance_of(family));
    for (const unsigned threads : {2U, 8U}) {
      const auto many = fitted(sample.data(), family, threads);
      CHECK(many.coefficients == one.coefficients);
      CHECK(many.scales == one.scales);
      CHECK(many.covariance == one.covariance);
      CHECK(many.log_likelihood == one.log_likelihood);
    }
  }
}

TEST_CASE("the unit of time moves only the intercept of a model of log time") {
  const Sample sample = weibull_sample(7, 200);
  Sample in_days = sample;
  for (double& time : in_days.lower) time *= 365.25;
  for (double& time : in_days.upper) time *= 365.25;
  for (const ParametricFamily family : families) {
    if (!models_logarithm(family)) continue;
    CAPTURE(std::string(name_of(family)));
    const auto years = fitted(sample.data(), family);
    auto days = fitted(in_days.data(), family);
    days.coefficients[0] -= std::log(365.25);
    days.log_likelihood += double(days.events) * std::log(365.25);
    CHECK(largest_difference(years, days) < tolerance_of(family));
  }
}

TEST_CASE("strata with their own intercepts and scales are separate fits") {
  const Sample all = weibull_sample(8, 300);
  std::vector<std::vector<std::size_t>> rows(2);
  Sample stratified{all.lower, all.upper, Matrix(300, 2)};
  for (std::size_t i = 0; i < 300; ++i) {
    stratified.stratum.push_back(i % 2 == 0 ? 40 : -3);
    stratified.x(i, i % 2 == 0 ? 1 : 0) = 1;
    rows[i % 2 == 0 ? 1 : 0].push_back(i);
  }
  const auto joint = fitted(stratified.data(), ParametricFamily::log_logistic);
  double sum = 0;
  for (std::size_t s = 0; s < 2; ++s) {
    Sample part = rows_of(all, rows[s]);
    part.x = Matrix(rows[s].size(), 1, std::vector<double>(rows[s].size(), 1));
    const auto alone = fitted(part.data(), ParametricFamily::log_logistic);
    CHECK(joint.coefficients[s] == doctest::Approx(alone.coefficients[0]).epsilon(1e-11));
    CHECK(joint.scales[s] == doctest::Approx(alone.scales[0]).epsilon(1e-11));
    sum += alone.log_likelihood;
  }
  CHECK(joint.log_likelihood == doctest::Approx(sum).epsilon(1e-13));
  CHECK(joint.strata == std::vector<int>{-3, 40});
}

TEST_CASE("an offset is a shift of the location") {
  const Sample sample = weibull_sample(9, 150);
  std::vector<double> offset;
  for (std::size_t i = 0; i < 150; ++i) offset.push_back(0.3 * sample.x(i, 1));
  ParametricData shifted = sample.data();
  shifted.offset = offset;
  const auto plain = fitted(sample.data(), ParametricFamily::weibull);
  const auto with = fitted(shifted, ParametricFamily::weibull);
  CHECK(with.coefficients[1] + 0.3 == doctest::Approx(plain.coefficients[1]).epsilon(1e-11));
  CHECK(with.log_likelihood == doctest::Approx(plain.log_likelihood).epsilon(1e-13));
}

TEST_CASE("prediction: the survival at a quantile is its complement, and both intervals hold it") {
  const Sample sample = weibull_sample(10, 250);
  const std::vector<double> row = {1, 0.4, 1};
  for (const ParametricFamily family : families) {
    CAPTURE(std::string(name_of(family)));
    const auto fit = fitted(sample.data(), family);
    const auto quantile = predict_quantiles(fit, {row}, std::vector{0.25}).value()[0];
    const auto alive = predict_survival(fit, {row}, std::vector{quantile.time}).value()[0];
    CHECK(alive.survival == doctest::Approx(0.75).epsilon(1e-10));
    CHECK(alive.interval.lower < 0.75);
    CHECK(alive.interval.upper > 0.75);
    CHECK(quantile.interval.lower < quantile.time);
    CHECK(quantile.interval.upper > quantile.time);
    // the two delta methods are one: dS = -f dt
    const auto later =
        predict_survival(fit, {row}, std::vector{quantile.time * (1 + 1e-6)}).value();
    const double density = (0.75 - later[0].survival) / (quantile.time * 1e-6);
    CHECK(alive.std_error == doctest::Approx(density * quantile.std_error).epsilon(1e-4));
  }
}

// ---- torture and refusals ---------------------------------------------------------------------

TEST_CASE("heavy censoring, few events and wild scales still converge") {
  Sample sample = weibull_sample(11, 400);
  for (std::size_t i = 6; i < 400; ++i) sample.upper[i] = infinity;
  for (double& time : sample.lower) time *= 1e9;
  for (double& time : sample.upper) time *= 1e9;
  for (std::size_t i = 0; i < 400; ++i) sample.x(i, 1) *= 1e-6;
  for (const ParametricFamily family :
       {ParametricFamily::exponential, ParametricFamily::weibull, ParametricFamily::log_normal,
        ParametricFamily::log_logistic}) {
    CAPTURE(std::string(name_of(family)));
    CHECK(fit_parametric(sample.data(), family));
  }
}

TEST_CASE("huge linear predictors and many strata are no trouble; more than 1000 are refused") {
  Sample sample = weibull_sample(14, 2002);
  const std::vector<double> far(2002, 900);  // exp(900) is no double
  ParametricData shifted = sample.data();
  shifted.offset = far;
  const auto plain = fitted(sample.data(), ParametricFamily::weibull);
  const auto moved = fitted(shifted, ParametricFamily::weibull);
  CHECK(moved.coefficients[0] + 900 == doctest::Approx(plain.coefficients[0]).epsilon(1e-9));
  CHECK(moved.log_likelihood == doctest::Approx(plain.log_likelihood).epsilon(1e-12));

  for (std::size_t i = 0; i < 2002; ++i) sample.stratum.push_back(int(i % 91));
  CHECK(fitted(sample.data(), ParametricFamily::log_logistic).scales.size() == 91);
  for (std::size_t i = 0; i < 2002; ++i) sample.stratum[i] = int(i / 2);
  const auto refused = fit_parametric(sample.data(), ParametricFamily::weibull);
  CHECK(refused.error().message.find("1001 strata") != std::string::npos);
}

std::string refusal(const Sample& sample, ParametricFamily family = ParametricFamily::weibull) {
  const auto fit = fit_parametric(sample.data(), family);
  return fit ? "" : fit.error().message;
}

TEST_CASE("what has no maximum is refused with its reason") {
  Sample tied = weibull_sample(12, 30);
  tied.lower.assign(30, 2.5);
  tied.upper.assign(30, 2.5);
  CHECK(refusal(tied).find("fit every time exactly") != std::string::npos);

  Sample no_event = weibull_sample(12, 30);
  no_event.upper.assign(30, infinity);
  CHECK(refusal(no_event) == "parametric survival: there is no event among 30 subjects");

  Sample left = weibull_sample(12, 30);
  left.upper.assign(30, 3);
  left.lower.assign(30, 0);
  CHECK(refusal(left) == "parametric survival: every time is left-censored");

  Sample group_without_events = weibull_sample(12, 60);
  for (std::size_t i = 0; i < 60; i += 2) group_without_events.upper[i] = infinity;
  for (const ParametricFamily family : families) {
    CAPTURE(std::string(name_of(family)));
    CHECK(refusal(group_without_events, family) != "");
  }
  MESSAGE(refusal(group_without_events));

  Sample collinear = weibull_sample(12, 60);
  for (std::size_t i = 0; i < 60; ++i) collinear.x(i, 2) = 1 - collinear.x(i, 0);
  CHECK(refusal(collinear) != "");

  Sample single = rows_of(weibull_sample(12, 60), {0});
  single.x = Matrix(1, 1, {1});
  single.upper = single.lower;
  CHECK(refusal(single) != "");
}

TEST_CASE("what is no data is refused with its row") {
  const Sample good = weibull_sample(13, 20);
  const auto with = [&](auto change) {
    Sample bad = good;
    change(bad);
    return refusal(bad);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(with([&](Sample& s) { s.lower[4] = nan; }).find("row 5") != std::string::npos);
  CHECK(with([&](Sample& s) {
          s.lower[4] = 0;
          s.upper[4] = 0;
        }).find("above 0") != std::string::npos);
  CHECK(with([&](Sample& s) { s.upper[4] = s.lower[4] / 2; }).find("no interval") !=
        std::string::npos);
  CHECK(with([&](Sample& s) {
          s.lower[4] = -infinity;
          s.upper[4] = infinity;
        }).find("row 5") != std::string::npos);
  CHECK(with([&](Sample& s) { s.x(3, 1) = nan; }) != "");
  CHECK(with([&](Sample& s) { s.weight.assign(20, -1); }).find("row 1") != std::string::npos);
  CHECK(with([&](Sample& s) { s.weight.assign(3, 1); }).find("3 weights") != std::string::npos);
  CHECK(with([&](Sample& s) { s.lower.clear(); }) != "");

  const auto fit = fitted(good.data(), ParametricFamily::weibull);
  const std::vector<double> row = {1, 0, 0};
  CHECK_FALSE(predict_quantiles(fit, {row}, std::vector{1.0}));
  CHECK_FALSE(predict_quantiles(fit, {std::span(row).first(2)}, std::vector{0.5}));
  CHECK_FALSE(predict_survival(fit, {row}, std::vector{-1.0}));
  CHECK_FALSE(predict_survival(fit, {row, 0, 1}, std::vector{1.0}));
  CHECK(predict_survival(fit, {row}, std::vector{0.0}).value()[0].survival == 1);
  CHECK_FALSE(right_censored_ends(std::vector{1.0}, std::vector{2}));
}

}  // namespace
}  // namespace kensho::stats
