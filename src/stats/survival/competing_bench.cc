// Fine-Gray regressions with their sandwich.
#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "stats/survival/fine_gray.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

// Two causes, the first with proportional subdistribution hazards; about a quarter censored.
Columns make(std::size_t subjects, std::size_t covariates) {
  Columns columns;
  Rng rng(20261122, 7);
  for (std::size_t i = 0; i < subjects * covariates; ++i) columns["x"].push_back(rng.normal());
  for (std::size_t i = 0; i < subjects; ++i) {
    double predictor = 0;
    for (std::size_t j = 0; j < covariates; ++j) {
      predictor += columns["x"][j * subjects + i] * (j % 2 == 0 ? 0.2 : -0.1);
    }
    const double first = rng.exponential() * 2 / std::exp(predictor);
    const double second = rng.exponential() * 3;
    const double censoring = rng.exponential() * 4;
    const double event = std::min(first, second);
    columns["time"].push_back(std::min(event, censoring));
    columns["cause"].push_back(censoring < event ? 0 : first < second ? 1 : 2);
  }
  return columns;
}

std::vector<double> run(const Columns& columns, unsigned threads) {
  const auto& time = columns.at("time");
  const auto& cause = columns.at("cause");
  const auto& x = columns.at("x");
  const Matrix design(time.size(), x.size() / time.size(), x);
  const std::vector<int> causes(cause.begin(), cause.end());
  const auto fit = fine_gray({time, causes}, design, {.threads = threads});
  std::vector<double> answer = fit.value().coefficients;
  for (std::size_t j = 0; j < design.columns(); ++j) {
    answer.push_back(std::sqrt(fit.value().covariance(j, j)));
  }
  return answer;
}

const Registered small{{.id = "P7s",
                        .title = "Fine-Gray with sandwich, n = 2,000, p = 5",
                        .make = [] { return make(2'000, 5); },
                        .run = run}};
const Registered middle{{.id = "P7",
                         .title = "Fine-Gray with sandwich, n = 8,000, p = 5",
                         .make = [] { return make(8'000, 5); },
                         .run = run,
                         .goal_seconds = 0.005}};
const Registered large{{.id = "P7b",
                        .title = "Fine-Gray with sandwich, n = 1,000,000, p = 10",
                        .make = [] { return make(1'000'000, 10); },
                        .run = run,
                        .goal_seconds = 0.5}};

}  // namespace
}  // namespace kensho::stats::testing
