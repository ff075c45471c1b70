#include "stats/longitudinal/gee.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <Eigen/Dense>
#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/linear/eigen_view.h"
#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::Agreement;

struct Data {
  Matrix x;
  std::vector<double> outcome;
  std::vector<int> cluster;
  std::vector<int> wave;

  GeeData view() const { return {x, outcome, cluster, wave}; }
};

// The events of a unit process before `mean`.
double poisson(Rng& rng, double mean) {
  double count = -1;
  for (double time = 0; time < mean; time += rng.exponential()) ++count;
  return std::max(count, 0.0);
}

// Clusters of up to `size` rows with a shared effect; some rows are missing.
Data sample(std::uint64_t seed, int clusters, int size, MeanFamily family) {
  Rng rng(seed, 1);
  std::vector<double> treated, time;
  Data data;
  for (int c = 0; c < clusters; ++c) {
    const double shared = 0.5 * rng.normal();
    for (int wave = 0; wave < size; ++wave) {
      if (size > 1 && rng.uniform() < 0.2) continue;
      const double x = c % 2, t = wave + 0.1 * rng.normal();
      const double eta = -0.2 + 0.5 * x + 0.1 * t + shared;
      double y = eta + rng.normal();
      if (family == MeanFamily::binomial) y = rng.uniform() < 1 / (1 + std::exp(-eta)) ? 1 : 0;
      if (family == MeanFamily::poisson) y = poisson(rng, std::exp(eta));
      treated.push_back(x);
      time.push_back(t);
      data.outcome.push_back(y);
      data.cluster.push_back(c);
      data.wave.push_back(10 + wave);
    }
  }
  data.x = Matrix(treated.size(), 3);
  std::ranges::fill(data.x.column(0), 1.0);
  std::ranges::copy(treated, data.x.column(1).begin());
  std::ranges::copy(time, data.x.column(2).begin());
  return data;
}

const std::vector<WorkingCorrelation> STRUCTURES = {
    WorkingCorrelation::independence, WorkingCorrelation::exchangeable, WorkingCorrelation::ar1,
    WorkingCorrelation::unstructured};
const std::vector<MeanFamily> FAMILIES = {MeanFamily::gaussian, MeanFamily::binomial,
                                          MeanFamily::poisson};

// ---- the definition, with a dense matrix for each cluster -------------------------------------

double correlation_of(const GeeFit& fit, WorkingCorrelation kind, int first, int second) {
  if (first == second) return 1;
  const int low = std::min(first, second), high = std::max(first, second);
  switch (kind) {
    case WorkingCorrelation::independence:
      return 0;
    case WorkingCorrelation::exchangeable:
      return fit.correlation[0];
    case WorkingCorrelation::ar1:
      return std::pow(fit.correlation[0], high - low);
    case WorkingCorrelation::unstructured:
      break;
  }
  const int waves = fit.correlation.size() == 6 ? 4 : 5;
  return fit.correlation[std::size_t(low * waves - low * (low + 1) / 2 + high - low - 1)];
}

struct DenseCluster {
  MatrixXd d;        // derivative of the mean
  MatrixXd inverse;  // of its working covariance, without the scale
  VectorXd r;        // y - mu
};

std::vector<DenseCluster> dense_clusters(const Data& data, const GeeFit& fit, const GeeChoice& c) {
  std::vector<DenseCluster> dense;
  for (std::size_t first = 0; first < data.outcome.size();) {
    std::size_t end = first;
    while (end < data.outcome.size() && data.cluster[end] == data.cluster[first]) ++end;
    const auto size = Eigen::Index(end - first);
    const MatrixXd x = as_eigen(data.x).middleRows(Eigen::Index(first), size);
    const VectorXd eta = x * as_eigen(std::span(fit.coefficients));
    VectorXd mu = eta, v = VectorXd::Ones(size);
    for (Eigen::Index i = 0; i < size; ++i) {
      if (c.family == MeanFamily::poisson) v(i) = mu(i) = std::exp(eta(i));
      if (c.family == MeanFamily::binomial) {
        mu(i) = 1 / (1 + std::exp(-eta(i)));
        v(i) = mu(i) * (1 - mu(i));
      }
    }
    MatrixXd working(size, size);
    VectorXd r(size);
    for (Eigen::Index i = 0; i < size; ++i) {
      r(i) = data.outcome[first + std::size_t(i)] - mu(i);
      for (Eigen::Index j = 0; j < size; ++j) {
        working(i, j) = std::sqrt(v(i) * v(j)) *
                        correlation_of(fit, c.correlation, data.wave[first + std::size_t(i)] - 10,
                                       data.wave[first + std::size_t(j)] - 10);
      }
    }
    dense.push_back({v.asDiagonal() * x, working.inverse(), r});
    first = end;
  }
  return dense;
}

// The inverse square root of a matrix with positive eigenvalues, by Denman and Beavers' iteration.
MatrixXd inverse_root(const MatrixXd& matrix) {
  MatrixXd y = matrix, z = MatrixXd::Identity(matrix.rows(), matrix.rows());
  for (int i = 0; i < 60; ++i) {
    const MatrixXd next = 0.5 * (y + z.inverse());
    z = 0.5 * (z + y.inverse());
    y = next;
  }
  return z;
}

VectorXd dense_score(const DenseCluster& c, const MatrixXd& bread, SandwichCorrection correction) {
  const MatrixXd identity = MatrixXd::Identity(c.r.size(), c.r.size());
  const MatrixXd rest = identity - c.d * bread * c.d.transpose() * c.inverse;
  const MatrixXd left = c.d.transpose() * c.inverse;
  switch (correction) {
    case SandwichCorrection::none:
      return left * c.r;
    case SandwichCorrection::mancl_derouen:
      return left * rest.inverse() * c.r;
    case SandwichCorrection::kauermann_carroll:
      return left * inverse_root(rest) * c.r;
    case SandwichCorrection::fay_graubard:
      break;
  }
  const MatrixXd share = left * c.d * bread;
  VectorXd u = left * c.r;
  for (Eigen::Index j = 0; j < u.size(); ++j) u(j) /= std::sqrt(1 - std::min(0.75, share(j, j)));
  return u;
}

TEST_CASE("the equations hold and every corrected sandwich is what its paper defines") {
  Agreement equations;
  Agreement covariances;
  for (const MeanFamily family : FAMILIES) {
    const Data data = sample(3, 90, 4, family);
    for (const WorkingCorrelation structure : STRUCTURES) {
      for (const SandwichCorrection correction :
           {SandwichCorrection::none, SandwichCorrection::kauermann_carroll,
            SandwichCorrection::mancl_derouen, SandwichCorrection::fay_graubard}) {
        const GeeChoice choice{family, structure, correction};
        const GeeFit fit = fit_gee(data.view(), choice).value();
        MatrixXd information = MatrixXd::Zero(3, 3);
        VectorXd score = VectorXd::Zero(3);
        const auto dense = dense_clusters(data, fit, choice);
        for (const DenseCluster& c : dense) {
          information += c.d.transpose() * c.inverse * c.d;
          score += c.d.transpose() * c.inverse * c.r;
        }
        const MatrixXd bread = information.inverse();
        const VectorXd step = bread * score;  // how far from the root, in standard errors
        for (Eigen::Index j = 0; j < 3; ++j) {
          equations.compare(1 + step(j) / std::sqrt(fit.scale * bread(j, j)), 1);
        }
        MatrixXd middle = MatrixXd::Zero(3, 3);
        for (const DenseCluster& c : dense) {
          const VectorXd u = dense_score(c, bread, correction);
          middle += u * u.transpose();
        }
        const MatrixXd sandwich = bread * middle * bread;
        for (std::size_t j = 0; j < 3; ++j) {
          const auto k = Eigen::Index(j);
          covariances.compare(fit.sandwich(j, j), sandwich(k, k));
          covariances.compare(fit.model_covariance(j, j), fit.scale * bread(k, k));
        }
      }
    }
  }
  testing::verify({"gee", "90 incomplete clusters, 3 families, 4 structures",
                   "estimating equations at the solution, in standard errors",
                   "written out with dense matrices", 9.5},
                  equations);
  testing::verify(
      {"gee", "90 incomplete clusters, 3 families, 4 structures",
       "sandwich with all corrections, model covariance", "written out with dense matrices", 10},
      covariances);
}

// ---- properties -------------------------------------------------------------------------------

TEST_CASE("the order of the rows and the number of threads change no bit") {
  const Data data = sample(5, 1200, 4, MeanFamily::binomial);
  std::vector<std::size_t> order(data.outcome.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Rng rng(1, 1);
  for (std::size_t i = order.size() - 1; i > 0; --i) {
    std::swap(order[i], order[rng.below(std::uint32_t(i + 1))]);
  }
  Data mixed{Matrix(order.size(), 3), {}, {}, {}};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < 3; ++j) mixed.x(i, j) = data.x(order[i], j);
    mixed.outcome.push_back(data.outcome[order[i]]);
    mixed.cluster.push_back(data.cluster[order[i]]);
    mixed.wave.push_back(data.wave[order[i]]);
  }
  for (const WorkingCorrelation structure : STRUCTURES) {
    const GeeChoice choice{MeanFamily::binomial, structure, SandwichCorrection::mancl_derouen};
    const GeeFit one = fit_gee(data.view(), choice).value();
    for (const unsigned threads : {1U, 2U, 8U}) {
      const GeeFit other = fit_gee(mixed.view(), choice, threads).value();
      CHECK(other.coefficients == one.coefficients);
      CHECK(other.sandwich == one.sandwich);
      CHECK(other.correlation == one.correlation);
    }
  }
}

TEST_CASE("with one row a cluster GEE is the generalised linear model with robust errors") {
  const Data data = sample(8, 200, 1, MeanFamily::poisson);
  const GeeFit fit =
      fit_gee(data.view(), {MeanFamily::poisson, WorkingCorrelation::independence}).value();
  VectorXd score = VectorXd::Zero(3);
  for (std::size_t i = 0; i < data.outcome.size(); ++i) {
    double eta = 0;
    for (std::size_t j = 0; j < 3; ++j) eta += fit.coefficients[j] * data.x(i, j);
    for (std::size_t j = 0; j < 3; ++j) {
      score(Eigen::Index(j)) += data.x(i, j) * (data.outcome[i] - std::exp(eta));
    }
  }
  CHECK(score.cwiseAbs().maxCoeff() < 1e-8);
  CHECK_FALSE(fit_gee(data.view(), {MeanFamily::poisson, WorkingCorrelation::exchangeable}));
}

TEST_CASE("an offset shifts the intercept, a scaled column its coefficient") {
  const Data data = sample(9, 60, 4, MeanFamily::poisson);
  const std::vector<double> offset(data.outcome.size(), 2);
  Data scaled = data;
  for (double& value : scaled.x.column(2)) value *= 1024;
  const GeeChoice choice{MeanFamily::poisson, WorkingCorrelation::ar1};
  const GeeFit plain = fit_gee(data.view(), choice).value();
  GeeData view = data.view();
  view.offset = offset;
  const GeeFit shifted = fit_gee(view, choice).value();
  const GeeFit other = fit_gee(scaled.view(), choice).value();
  CHECK(shifted.coefficients[0] == doctest::Approx(plain.coefficients[0] - 2).epsilon(1e-10));
  CHECK(shifted.sandwich(1, 1) == doctest::Approx(plain.sandwich(1, 1)).epsilon(1e-9));
  CHECK(other.coefficients[2] * 1024 == doctest::Approx(plain.coefficients[2]).epsilon(1e-10));
}

TEST_CASE("the corrections are ordered: none, Kauermann-Carroll, Mancl-DeRouen") {
  const Data data = sample(10, 14, 4, MeanFamily::binomial);
  double before = 0;
  for (const SandwichCorrection correction :
       {SandwichCorrection::none, SandwichCorrection::kauermann_carroll,
        SandwichCorrection::mancl_derouen}) {
    const GeeFit fit =
        fit_gee(data.view(), {MeanFamily::binomial, WorkingCorrelation::exchangeable, correction})
            .value();
    CHECK(fit.sandwich(1, 1) > before);
    before = fit.sandwich(1, 1);
  }
}

// ---- refusals ---------------------------------------------------------------------------------

std::string refusal(const Data& data, const GeeChoice& choice) {
  const auto fit = fit_gee(data.view(), choice);
  return fit ? "" : fit.error().message;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("what cannot be fitted is refused with its reason") {
  const GeeChoice logistic{MeanFamily::binomial, WorkingCorrelation::exchangeable};
  const Data good = sample(2, 30, 4, MeanFamily::binomial);

  Data bad = good;
  bad.outcome[3] = 2;
  CHECK(holds(refusal(bad, logistic), "row 4 is 2"));
  bad = good;
  bad.x(2, 2) = std::numeric_limits<double>::quiet_NaN();
  CHECK(holds(refusal(bad, logistic), "row 3, column 3"));
  bad = good;
  bad.wave[1] = bad.wave[0];
  CHECK(holds(refusal(bad, logistic), "two rows of one wave"));
  bad = good;
  bad.outcome.pop_back();
  CHECK(holds(refusal(bad, logistic), "rows"));
  bad = good;
  std::ranges::copy(good.x.column(1), bad.x.column(2).begin());
  CHECK(holds(refusal(bad, logistic), "singular"));
  bad = good;
  std::ranges::copy(good.x.column(1), bad.outcome.begin());
  CHECK(holds(refusal(bad, logistic), "separated"));
  bad = good;
  std::ranges::fill(bad.cluster, 1);
  std::iota(bad.wave.begin(), bad.wave.end(), 0);
  CHECK(holds(refusal(bad, logistic), "1 clusters"));
}

TEST_CASE("a cluster that alone determines a coefficient is refused by the corrections") {
  Data data = sample(4, 30, 4, MeanFamily::gaussian);
  for (std::size_t i = 0; i < data.cluster.size(); ++i) data.x(i, 1) = data.cluster[i] == 7 ? 1 : 0;
  const auto with = [&](SandwichCorrection correction) {
    return refusal(data, {MeanFamily::gaussian, WorkingCorrelation::exchangeable, correction});
  };
  CHECK(with(SandwichCorrection::none).empty());
  CHECK(with(SandwichCorrection::fay_graubard).empty());
  CHECK(holds(with(SandwichCorrection::mancl_derouen), "cluster 7"));
  CHECK(holds(with(SandwichCorrection::kauermann_carroll), "cluster 7"));
}

TEST_CASE("outcomes that are opposite within a pair have no exchangeable correlation") {
  Data data;
  data.x = Matrix(40, 1);
  for (int i = 0; i < 40; ++i) {
    data.x(std::size_t(i), 0) = 1;
    data.outcome.push_back(i % 2 == 0 ? 1 : -1);
    data.cluster.push_back(i / 2);
    data.wave.push_back(i % 2);
  }
  CHECK(holds(refusal(data, {}), "not positive definite"));
  CHECK(refusal(data, {MeanFamily::gaussian, WorkingCorrelation::independence}).empty());
}

}  // namespace
}  // namespace kensho::stats
