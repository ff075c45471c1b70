// The fast kernels against the definition, the closed forms of Therneau's small sets, properties
// and hard inputs.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/survival/cox_bootstrap.h"
#include "stats/survival/cox_curve.h"
#include "stats/survival/cox_exact.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_model.h"
#include "stats/survival/cox_newton.h"
#include "stats/survival/cox_residuals.h"
#include "stats/survival/cox_wide.h"
#include "stats/testing/cox_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::CoxColumns;

// ---- made-up samples --------------------------------------------------------------------------

struct Shape {
  std::size_t rows;
  std::size_t columns;
  int distinct_times;
  int strata = 1;
  bool starts = false;
  bool weights = false;
};

CoxColumns made_up(std::uint64_t seed, const Shape& shape) {
  Rng rng(seed, 0);
  CoxColumns columns;
  columns.covariates.resize(shape.columns);
  for (std::size_t i = 0; i < shape.rows; ++i) {
    for (std::size_t a = 0; a < shape.columns; ++a) {
      columns.covariates[a].push_back(a % 2 == 0 ? rng.normal() : double(rng.below(2)));
    }
    const double time = 1 + rng.below(std::uint32_t(shape.distinct_times));
    columns.time.push_back(time);
    columns.event.push_back(rng.bernoulli(0.6) ? 1 : 0);
    if (shape.starts) columns.start.push_back(rng.below(std::uint32_t(time)));
    if (shape.strata > 1) columns.stratum.push_back(int(rng.below(std::uint32_t(shape.strata))));
    if (shape.weights) columns.weight.push_back(rng.below(4) * 0.5);
  }
  return columns;
}

void compare_points(Agreement& agreement, const Likelihood& got, const Likelihood& plain) {
  agreement.compare(got.value, plain.value);
  double scale = 0;
  for (std::size_t a = 0; a < got.score.size(); ++a) {
    scale = std::max(scale, plain.information(a, a));
  }
  for (std::size_t a = 0; a < got.score.size(); ++a) {
    agreement.compare(1 + (got.score[a] - plain.score[a]) / scale, 1);
    for (std::size_t b = 0; b < got.score.size(); ++b) {
      agreement.compare(1 + (got.information(a, b) - plain.information(a, b)) / scale, 1);
    }
  }
}

TEST_CASE("the fast likelihood equals its definition: ties, strata, starts, weights, many sizes") {
  Agreement agreement;
  std::uint64_t seed = 0;
  for (const std::size_t rows : {3UL, 40UL, 127UL, 128UL, 129UL, 300UL, 700UL}) {
    for (const int distinct : {3, 60, 5000}) {
      for (int variant = 0; variant < 16; ++variant) {
        CoxColumns columns =
            made_up(++seed, {rows, std::size_t(1 + variant % 5), distinct, variant & 2 ? 7 : 1,
                             (variant & 4) != 0, (variant & 8) != 0});
        columns.event[0] = 1;
        if (!columns.weight.empty()) columns.weight[0] = 1;
        const CoxSample sample = CoxSample::make(columns.data()).value();
        std::vector<double> b(sample.columns());
        for (std::size_t a = 0; a < b.size(); ++a) b[a] = 0.4 * std::cos(double(a + seed));
        for (const CoxTies ties : {CoxTies::efron, CoxTies::breslow}) {
          const CoxLayout& layout = sample.layout();
          CoxLikelihood fast(layout, layout.weight, ties, 1);
          compare_points(agreement, fast.at(b), wide_likelihood(layout, layout.weight, ties, b));
        }
      }
    }
  }
  testing::verify({"cox", "336 made-up samples", "value, score, information of the fast kernel",
                   "the definition, cox_wide.cc", 11},
                  agreement);
}

TEST_CASE("large linear predictors are measured from their largest, with the same result") {
  CoxColumns columns = made_up(3, {300, 2, 50, 3, false, false});
  Agreement agreement;
  for (const double factor : {60.0, 90.0}) {  // predictors beyond 100, then beyond 300 apart
    const CoxSample sample = CoxSample::make(columns.data()).value();
    const CoxLayout& layout = sample.layout();
    CoxLikelihood likelihood(layout, layout.weight, CoxTies::efron, 1);
    const std::vector<double> b = {factor, 1};
    compare_points(agreement, likelihood.at(b),
                   wide_likelihood(layout, layout.weight, CoxTies::efron, b));
  }
  CHECK(agreement.worst() <= 1e-11);
}

// The exact tied likelihood with every subset written out.
double subsets(const std::vector<double>& risk, std::size_t from, std::size_t members) {
  if (members == 0) return 1;
  double sum = 0;
  for (std::size_t i = from; i + members <= risk.size(); ++i) {
    sum += risk[i] * subsets(risk, i + 1, members - 1);
  }
  return sum;
}

TEST_CASE("the exact likelihood equals the sum over all subsets, its derivatives differences") {
  CoxColumns columns = made_up(11, {14, 2, 2, 1, false, false});
  const CoxSample sample = CoxSample::make(columns.data()).value();
  const CoxLayout& layout = sample.layout();
  CoxLikelihood likelihood(layout, layout.weight, CoxTies::exact, 1);
  const auto naive = [&](const std::vector<double>& b) {
    double value = 0;
    for (const double time : {1.0, 2.0}) {
      std::vector<double> risk;
      std::size_t deaths = 0;
      for (std::size_t i = 0; i < columns.time.size(); ++i) {
        const double linear = (columns.covariates[0][i] - layout.center[0]) * b[0] +
                              (columns.covariates[1][i] - layout.center[1]) * b[1];
        if (columns.time[i] >= time) risk.push_back(std::exp(linear));
        if (columns.time[i] != time || columns.event[i] == 0) continue;
        value += linear;
        ++deaths;
      }
      value -= std::log(subsets(risk, 0, deaths));
    }
    return value;
  };
  const std::vector<double> b = {0.3, -0.4};
  const Likelihood point = likelihood.at(b);
  CHECK(point.value == doctest::Approx(naive(b)).epsilon(1e-13));
  const double h = 1e-5;
  for (std::size_t a = 0; a < 2; ++a) {
    std::vector<double> up = b;
    std::vector<double> down = b;
    up[a] += h;
    down[a] -= h;
    CHECK(point.score[a] == doctest::Approx((naive(up) - naive(down)) / (2 * h)).epsilon(1e-8));
    const Likelihood above = likelihood.at(up);
    const Likelihood below = likelihood.at(down);
    for (std::size_t c = 0; c < 2; ++c) {
      CHECK(point.information(a, c) ==
            doctest::Approx((below.score[c] - above.score[c]) / (2 * h)).epsilon(1e-7));
    }
  }
}

// ---- Therneau's first set, whose quantities have closed forms ---------------------------------

CoxColumns first_set() {
  return {{{1, 1, 1, 0, 0, 0}}, {"x"}, {1, 1, 6, 6, 8, 9}, {1, 0, 1, 1, 0, 1}, {}, {}, {}, {}, {}};
}

TEST_CASE("the first validation set has its closed forms, Breslow and Efron") {
  CoxColumns columns = first_set();
  const CoxSample sample = CoxSample::make(columns.data()).value();
  Agreement agreement;

  // Breslow: score 2 - r / (r + 1) - 2 r / (r + 3); at zero score 1 and information 5/8.
  const CoxFit breslow = fit_cox(sample, {.ties = CoxTies::breslow}).value();
  const double r = std::exp(breslow.coefficients[0]);
  agreement.compare(breslow.log_likelihood,
                    2 * breslow.coefficients[0] - std::log(3 * r + 3) - 2 * std::log(r + 3));
  agreement.compare(1 / breslow.model_covariance(0, 0),
                    r / ((r + 1) * (r + 1)) + 6 * r / ((r + 3) * (r + 3)));
  agreement.compare(breslow.log_likelihood_null, -std::log(6) - 2 * std::log(4));
  agreement.compare(breslow.coefficients[0], std::log((3 + std::sqrt(33)) / 2));
  agreement.compare(breslow.score->chi_square, 1 / (5.0 / 8));

  const CoxFit efron = fit_cox(sample).value();
  const double e = std::exp(efron.coefficients[0]);
  agreement.compare(efron.log_likelihood, 2 * efron.coefficients[0] - std::log(3 * e + 3) -
                                              std::log(e + 3) - std::log(e / 2 + 2.5));
  agreement.compare(e * e * e, 23 * e + 30);  // where its score is 0
  testing::verify({"cox", "Therneau's set 1", "closed forms of likelihood, information, estimate",
                   "survival vignette validate, formulas", 13},
                  agreement);
}

// ---- properties -------------------------------------------------------------------------------

TEST_CASE("the number of threads changes no bit") {
  CoxColumns columns = made_up(5, {30'000, 7, 900, 3, false, true});
  const CoxData data = columns.data();
  const CoxFit one = fit_cox(data, {.threads = 1}).value();
  for (const unsigned threads : {2U, 8U}) {
    const CoxFit many = fit_cox(data, {.threads = threads}).value();
    CHECK(many.coefficients == one.coefficients);
    CHECK(many.covariance == one.covariance);
    CHECK(many.log_likelihood == one.log_likelihood);
  }
}

TEST_CASE("order of rows, unit of time and shifts of covariates change nothing") {
  CoxColumns columns = made_up(6, {400, 3, 40, 2, true, true});
  const CoxFit fit = fit_cox(columns.data()).value();
  CoxColumns other;
  other.covariates.resize(3);
  for (std::size_t k = 0; k < columns.time.size(); ++k) {
    const std::size_t i = (k * 171 + 5) % columns.time.size();
    for (std::size_t a = 0; a < 3; ++a) {
      other.covariates[a].push_back(columns.covariates[a][i] + (a == 0 ? 1e4 : 0));
    }
    other.time.push_back(columns.time[i] * 0.25);
    other.start.push_back(columns.start[i] * 0.25);
    other.event.push_back(columns.event[i]);
    other.stratum.push_back(-columns.stratum[i]);
    other.weight.push_back(columns.weight[i]);
  }
  const CoxFit again = fit_cox(other.data()).value();
  for (std::size_t a = 0; a < 3; ++a) {
    CHECK(again.coefficients[a] == doctest::Approx(fit.coefficients[a]).epsilon(1e-10));
  }
  CHECK(again.log_likelihood == doctest::Approx(fit.log_likelihood).epsilon(1e-12));
}

TEST_CASE("a weight of 2 is the row twice with Breslow's ties, a weight of 0 no row") {
  CoxColumns columns = made_up(7, {200, 2, 30, 1, false, false});
  CoxColumns doubled = columns;
  CoxColumns weighted = columns;
  for (std::size_t i = 0; i < 200; ++i) {
    weighted.weight.push_back(i < 100 ? 2 : 1);
    if (i >= 100) continue;
    for (std::size_t a = 0; a < 2; ++a) doubled.covariates[a].push_back(columns.covariates[a][i]);
    doubled.time.push_back(columns.time[i]);
    doubled.event.push_back(columns.event[i]);
  }
  const CoxChoice breslow{.ties = CoxTies::breslow};
  const CoxFit by_weight = fit_cox(weighted.data(), breslow).value();
  CHECK(by_weight.coefficients[0] ==
        doctest::Approx(fit_cox(doubled.data(), breslow).value().coefficients[0]).epsilon(1e-10));

  const CoxFit fit = fit_cox(columns.data()).value();
  CoxColumns more = columns;
  more.weight.assign(200, 1);
  for (std::size_t i = 0; i < 50; ++i) {
    for (std::size_t a = 0; a < 2; ++a) more.covariates[a].push_back(9);
    more.time.push_back(columns.time[i]);
    more.event.push_back(1);
    more.weight.push_back(0);
  }
  CHECK(fit_cox(more.data()).value().coefficients[0] ==
        doctest::Approx(fit.coefficients[0]).epsilon(1e-10));
}

TEST_CASE("follow-up cut in two rows gives the same model, residuals add up") {
  CoxColumns columns = made_up(8, {150, 2, 40, 1, false, false});
  CoxColumns cut;
  cut.covariates.resize(2);
  for (std::size_t i = 0; i < 150; ++i) {
    const double middle = 7.5;
    const bool split = columns.time[i] > middle;
    for (int part = 0; part < (split ? 2 : 1); ++part) {
      const bool last = !split || part == 1;
      for (std::size_t a = 0; a < 2; ++a) cut.covariates[a].push_back(columns.covariates[a][i]);
      cut.start.push_back(part == 0 ? 0 : middle);
      cut.time.push_back(last ? columns.time[i] : middle);
      cut.event.push_back(last ? columns.event[i] : 0);
    }
  }
  const CoxSample whole = CoxSample::make(columns.data()).value();
  const CoxSample parts = CoxSample::make(cut.data()).value();
  const CoxFit fit = fit_cox(whole).value();
  const CoxFit again = fit_cox(parts).value();
  CHECK(again.coefficients[0] == doctest::Approx(fit.coefficients[0]).epsilon(1e-11));
  CHECK(again.log_likelihood == doctest::Approx(fit.log_likelihood).epsilon(1e-13));
  const auto residuals = cox_row_residuals(parts, again).value();
  double sum = 0;
  for (const double value : residuals.martingale) sum += value;
  CHECK(std::abs(sum) < 1e-10);
  for (std::size_t a = 0; a < 2; ++a) {
    double score = 0;
    for (const double value : residuals.score.column(a)) score += value;
    CHECK(std::abs(score) < 1e-8);
  }
}

TEST_CASE(
    "the bootstrap has the same replicates for any number of threads, about the right spread") {
  CoxColumns columns = made_up(9, {500, 2, 100'000, 1, false, false});
  const CoxSample sample = CoxSample::make(columns.data()).value();
  const CoxFit fit = fit_cox(sample).value();
  const auto one = bootstrap_cox(sample, {.replicates = 400, .seed = 4}).value();
  const auto two = bootstrap_cox(sample, {.replicates = 400, .seed = 4, .threads = 2}).value();
  CHECK(one.failed == 0);
  CHECK(one.coefficients == two.coefficients);
  for (std::size_t a = 0; a < 2; ++a) {
    double mean = 0;
    double squares = 0;
    for (const double value : one.coefficients.column(a)) mean += value / 400;
    for (const double value : one.coefficients.column(a)) {
      squares += (value - mean) * (value - mean) / 399;
    }
    // The standard error of a standard deviation from 400 values is 3.5 %.
    CHECK(std::sqrt(squares / fit.covariance(a, a)) == doctest::Approx(1).epsilon(0.2));
  }
}

// ---- hard inputs ------------------------------------------------------------------------------

std::string refusal(CoxColumns columns, const CoxChoice& choice = {}) {
  const Result<CoxFit> fit = fit_cox(columns.data(), choice);
  return fit ? "" : fit.error().message;
}

TEST_CASE("a coefficient that runs to infinity is refused by its name") {
  CoxColumns columns = made_up(12, {60, 2, 1000, 1, false, false});
  columns.names = {"dose", "arm"};
  for (std::size_t i = 0; i < 60; ++i) {
    if (columns.covariates[1][i] == 1) columns.event[i] = 0;  // no event in this arm
  }
  for (const CoxTies ties : {CoxTies::efron, CoxTies::breslow, CoxTies::exact}) {
    const std::string message = refusal(columns, {.ties = ties});
    CAPTURE(message);
    CHECK(message.find("the coefficient of 'arm' goes to minus infinity") != std::string::npos);
  }
}

TEST_CASE("columns that say nothing or the same are refused by their name") {
  CoxColumns columns = made_up(13, {50, 2, 30, 1, false, false});
  columns.names = {"a", "b"};
  CoxColumns constant = columns;
  constant.covariates[1].assign(50, 3);
  CHECK(refusal(constant).find("column 'b'") != std::string::npos);
  CoxColumns same = columns;
  same.covariates[1] = same.covariates[0];
  CHECK(refusal(same).find("column 'b'") != std::string::npos);
}

TEST_CASE("what is not data of a Cox model is refused with its row") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CoxColumns columns = made_up(14, {20, 1, 9, 1, false, false});
  columns.names = {"age"};
  CoxColumns bad = columns;
  bad.covariates[0][4] = nan;
  CHECK(refusal(bad) == "Cox model: age in row 5 is nan; it must be finite");
  bad = columns;
  bad.event.assign(20, 0);
  CHECK(refusal(bad) == "Cox model: no row of positive weight has the event");
  bad = columns;
  bad.start.assign(20, 100);
  CHECK(refusal(bad).find("row 1 starts at 100") != std::string::npos);
  bad = columns;
  bad.weight.assign(20, 1);
  bad.weight[2] = -1;
  CHECK(refusal(bad).find("the weight in row 3 is -1") != std::string::npos);
  bad.weight[2] = 0.5;
  CHECK(refusal(bad, {.ties = CoxTies::exact}).find("no case weights") != std::string::npos);
  CHECK(refusal({{{1.0}}, {"x"}, {1}, {1}, {}, {}, {}, {}, {}}).find("singular") !=
        std::string::npos);
}

TEST_CASE("all tied, one event, many strata and strata without events are fitted") {
  CoxColumns tied = made_up(15, {80, 1, 1, 1, false, false});
  CHECK(refusal(tied).empty());
  CHECK(refusal(tied, {.ties = CoxTies::exact}).empty());
  CoxColumns single = made_up(16, {80, 1, 50, 1, false, false});
  single.event.assign(80, 0);
  std::size_t middle = 0;  // neither the least nor the largest covariate at risk
  for (std::size_t i = 0; i < 80; ++i) {
    if (single.time[i] < 10 && std::abs(single.covariates[0][i]) < 0.5) middle = i;
  }
  single.event[middle] = 1;
  CHECK(refusal(single).empty());
  CoxColumns strata = made_up(17, {2000, 2, 10, 900, false, false});
  CHECK(refusal(strata).empty());
}

}  // namespace
}  // namespace kensho::stats
