// A logistic GEE with exchangeable correlation on 2,000 clusters of 5.
#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "stats/longitudinal/gee.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

constexpr int clusters = 2000;
constexpr int size = 5;

Columns make() {
  Columns columns;
  Rng rng(20261122, 23);
  for (int c = 0; c < clusters; ++c) {
    const double shared = 0.8 * rng.normal();
    for (int visit = 0; visit < size; ++visit) {
      const double age = rng.normal();
      const double eta = -0.5 + 0.6 * (c % 2) + 0.2 * visit - 0.3 * age + shared;
      columns["cluster"].push_back(c);
      columns["treated"].push_back(c % 2);
      columns["visit"].push_back(visit);
      columns["age"].push_back(age);
      columns["outcome"].push_back(rng.bernoulli(1 / (1 + std::exp(-eta))) ? 1 : 0);
    }
  }
  return columns;
}

std::vector<double> run(const Columns& columns, unsigned threads) {
  const auto& outcome = columns.at("outcome");
  Matrix x(outcome.size(), 4);
  const std::vector<double> ones(outcome.size(), 1);
  std::ranges::copy(ones, x.column(0).begin());
  std::ranges::copy(columns.at("treated"), x.column(1).begin());
  std::ranges::copy(columns.at("visit"), x.column(2).begin());
  std::ranges::copy(columns.at("age"), x.column(3).begin());
  const auto& label = columns.at("cluster");
  const std::vector<int> cluster(label.begin(), label.end());
  const GeeFit fit = fit_gee({x, outcome, cluster},
                             {MeanFamily::binomial, WorkingCorrelation::exchangeable}, threads)
                         .value();
  std::vector<double> values = fit.coefficients;
  for (std::size_t j = 0; j < 4; ++j) values.push_back(std::sqrt(fit.sandwich(j, j)));
  return values;
}

const Registered registered{{.id = "P23",
                             .title = "GEE binomial, exchangeable, 2,000 clusters of 5, p = 4",
                             .make = make,
                             .run = run,
                             .goal_seconds = 0.004}};

}  // namespace
}  // namespace kensho::stats::testing
