// Cox models and concordance on samples as large as a national registry.
#include <cmath>
#include <string>

#include "base/rng.h"
#include "stats/survival/concordance.h"
#include "stats/survival/conditional_logistic.h"
#include "stats/survival/cox_bootstrap.h"
#include "stats/survival/cox_model.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

struct Shape {
  std::size_t rows;
  std::size_t columns;
  double distinct_times;  // 0: continuous
};

// Half the covariates are indicators; hazards rise by small coefficients; about half is censored.
Columns survival_columns(const Shape& shape) {
  Rng rng(20261122, shape.rows + shape.columns);
  Columns columns;
  auto& x = columns["x"];
  std::vector<double> linear(shape.rows);
  for (std::size_t a = 0; a < shape.columns; ++a) {
    const double b =
        0.3 * std::cos(static_cast<double>(a)) / std::sqrt(static_cast<double>(shape.columns) / 10);
    for (std::size_t i = 0; i < shape.rows; ++i) {
      const double value = a % 2 == 0 ? rng.normal() : (rng.bernoulli(0.4) ? 1 : 0);
      x.push_back(value);
      linear[i] += b * value;
    }
  }
  for (std::size_t i = 0; i < shape.rows; ++i) {
    const double event = rng.exponential() * std::exp(-linear[i]);
    const double censored = rng.exponential();
    double time = std::min(event, censored);
    if (shape.distinct_times > 0) {
      time = std::ceil((1 - std::exp(-time)) * shape.distinct_times);
    }
    columns["time"].push_back(time);
    columns["event"].push_back(event < censored ? 1 : 0);
  }
  return columns;
}

std::vector<int> whole(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

Matrix design(const Columns& columns) {
  const std::size_t rows = columns.at("time").size();
  return {rows, columns.at("x").size() / rows, columns.at("x")};
}

// What a caller has before the fit: bench/stats/cox.R does not time its matrix either.
struct Prepared {
  explicit Prepared(const Columns& columns)
      : x(design(columns)), event(whole(columns.at("event"))) {}
  Matrix x;
  std::vector<int> event;
};

// Of the one case a process times.
const Prepared& prepared(const Columns& columns) {
  static const Prepared data(columns);
  return data;
}

std::vector<double> run_cox(const Columns& columns, unsigned threads) {
  const auto& [x, event] = prepared(columns);
  const CoxFit fit =
      fit_cox({.x = x, .time = columns.at("time"), .event = event}, {.threads = threads}).value();
  std::vector<double> values = fit.coefficients;
  for (std::size_t a = 0; a < fit.coefficients.size(); ++a) {
    values.push_back(std::sqrt(fit.covariance(a, a)));
  }
  values.push_back(fit.log_likelihood);
  return values;
}

const Registered p1{{.id = "P1",
                     .title = "Cox Efron, n = 1,000,000, p = 10, 1,000 distinct times",
                     .make = [] { return survival_columns({1'000'000, 10, 1000}); },
                     .run = run_cox,
                     .goal_seconds = 0.15}};
const Registered p2{{.id = "P2",
                     .title = "Cox Efron, n = 100,000, p = 50, 1,000 distinct times",
                     .make = [] { return survival_columns({100'000, 50, 1000}); },
                     .run = run_cox,
                     .goal_seconds = 0.06}};
const Registered p3{{.id = "P3",
                     .title = "Cox Efron, n = 1,000,000, p = 10, continuous times",
                     .make = [] { return survival_columns({1'000'000, 10, 0}); },
                     .run = run_cox,
                     .goal_seconds = 0.2}};

// 50,000 pairs of a case and a control.
Columns matched_pairs() {
  constexpr std::size_t pairs = 50'000;
  Rng rng(20261122, 4);
  Columns columns;
  auto& x = columns["x"];
  std::vector<double> first;
  for (std::size_t a = 0; a < 5; ++a) {
    for (std::size_t i = 0; i < 2 * pairs; ++i) x.push_back(rng.normal());
  }
  for (std::size_t k = 0; k < pairs; ++k) {
    const double difference = 0.5 * (x[2 * k] - x[2 * k + 1]);
    const bool is_first = rng.bernoulli(1 / (1 + std::exp(-difference)));
    columns["event"].push_back(is_first ? 1 : 0);
    columns["event"].push_back(is_first ? 0 : 1);
    for (int member = 0; member < 2; ++member) {
      columns["set"].push_back(static_cast<double>(k + 1));
      columns["time"].push_back(1);
    }
  }
  return columns;
}

std::vector<double> run_matched(const Columns& columns, unsigned threads) {
  const Matrix x = design(columns);
  const std::vector<int> event = whole(columns.at("event"));
  const std::vector<int> set = whole(columns.at("set"));
  const auto fit = conditional_logistic({.x = x, .is_case = event, .set = set}, threads).value();
  std::vector<double> values = fit.fit.coefficients;
  values.push_back(fit.fit.log_likelihood);
  return values;
}

const Registered p4{{.id = "P4",
                     .title = "conditional logistic regression, n = 100,000 in 50,000 pairs, p = 5",
                     .make = matched_pairs,
                     .run = run_matched,
                     .goal_seconds = 0.03}};

std::vector<double> run_concordance(const Columns& columns, unsigned threads) {
  const std::vector<int> event = whole(columns.at("event"));
  const Matrix none(event.size(), 0);
  const auto sample =
      CoxSample::make({.x = none, .time = columns.at("time"), .event = event}, threads).value();
  const auto marker = std::span(columns.at("x")).subspan(0, event.size());
  const Concordance result = concordance(sample, marker, {.threads = threads}).value();
  return {result.concordance, result.std_error};
}

const Registered p6{{.id = "P6",
                     .title = "concordance with its variance, n = 1,000,000, continuous times",
                     .make = [] { return survival_columns({1'000'000, 1, 0}); },
                     .run = run_concordance,
                     .goal_seconds = 0.25}};

std::vector<double> run_bootstrap(const Columns& columns, unsigned threads) {
  const Matrix x = design(columns);
  const std::vector<int> event = whole(columns.at("event"));
  const auto sample =
      CoxSample::make({.x = x, .time = columns.at("time"), .event = event}, threads).value();
  const auto result =
      bootstrap_cox(sample, {.replicates = 1000, .seed = 13, .threads = threads}).value();
  return {static_cast<double>(result.coefficients.rows())};
}

const Registered p13{{.id = "P13",
                      .title = "bootstrap of a Cox model, B = 1,000, n = 1,000, p = 5",
                      .make = [] { return survival_columns({1'000, 5, 0}); },
                      .run = run_bootstrap,
                      .goal_seconds = 0.12}};

}  // namespace
}  // namespace kensho::stats::testing
