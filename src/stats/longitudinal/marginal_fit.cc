#include "stats/longitudinal/marginal_fit.h"

#include <cmath>
#include <optional>
#include <utility>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "stats/linear/eigen_view.h"
#include "stats/linear/positive_definite.h"

namespace kensho::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_iterations = 200;
constexpr int most_halvings = 40;
constexpr double use_observed_below = 0.1;  // decrement from which Newton replaces Fisher
constexpr double use_all_below = 1e-8;      // decrement from which no term is left out
constexpr double good_decrement = 1e-20;
constexpr double sufficient_decrement = 1e-14;

/// A likelihood in terms of the parameters to be estimated.
struct Point {
  PatternLikelihood in_pairs;
  Matrix jacobian;
  VectorXd score;
  MatrixXd expected;
  MatrixXd observed;
};

Result<Point> evaluate(const PatternSums& sums, const Parametrisation& parametrisation,
                       std::span<const double> parameters, const MarginalOptions& options,
                       Depth depth) {
  Point point{
      TRY(pattern_likelihood(sums, parametrisation.value(parameters), options.criterion, depth)),
      parametrisation.jacobian(parameters),
      {},
      {},
      {}};
  const auto jacobian = as_eigen(point.jacobian);
  point.score = jacobian.transpose() * as_eigen(std::span<const double>(point.in_pairs.score));
  point.expected = jacobian.transpose() * as_eigen(point.in_pairs.expected) * jacobian;
  point.observed = jacobian.transpose() * as_eigen(point.in_pairs.observed) * jacobian;
  const std::vector<Matrix> curvature = parametrisation.curvature(parameters);
  for (std::size_t pair = 0; pair < curvature.size(); ++pair) {
    point.observed -= point.in_pairs.score[pair] * as_eigen(curvature[pair]);
  }
  return point;
}

/// A step uphill and the decrement it promises.
struct Step {
  VectorXd direction;
  double decrement;
};

Result<Step> step_of(const MatrixXd& information, const VectorXd& score,
                     std::span<const std::string> names) {
  const CholeskyFactor factor =
      TRY(CholeskyFactor::make(to_matrix(information), "the information of the covariance", names));
  const std::vector<double> solved =
      factor.solve(std::span<const double>(score.data(), static_cast<std::size_t>(score.size())));
  const VectorXd direction = as_eigen(std::span<const double>(solved));
  const double decrement = direction.dot(score);
  return Step{direction, decrement};
}

double scaled_gradient(const Point& point, const Matrix& covariance) {
  double largest = 0;
  for (Index j = 0; j < point.score.size(); ++j) {
    const auto index = static_cast<std::size_t>(j);
    largest = std::max(largest, std::abs(point.score[j]) * std::sqrt(covariance(index, index)));
  }
  return largest;
}

/// The search: where it is, and how it got there.
class Search {
 public:
  Search(const PatternSums& sums, const Parametrisation& parametrisation,
         const MarginalOptions& options, std::vector<double> start)
      : sums_(sums),
        parametrisation_(parametrisation),
        options_(options),
        parameters_(std::move(start)) {}

  Result<Point> run();
  const std::vector<double>& parameters() const { return parameters_; }
  int iterations() const { return iterations_; }
  double decrement() const { return decrement_; }

 private:
  Result<Step> next_step(const Point& point) const;
  std::optional<Point> advance(const Point& from, const Step& step);
  Error stopped(const Point& point) const;

  const PatternSums& sums_;  // from the caller of fit_marginal, as the next two
  const Parametrisation& parametrisation_;
  const MarginalOptions& options_;
  std::vector<double> parameters_;
  Depth depth_ = Depth::search;
  int iterations_ = 0;
  double decrement_ = 1e300;
};

Result<Step> Search::next_step(const Point& point) const {
  if (depth_ == Depth::all || decrement_ < use_observed_below) {
    Result<Step> step = step_of(point.observed, point.score, parametrisation_.names);
    if (step) return step;
  }
  return step_of(point.expected, point.score, parametrisation_.names);
}

std::optional<Point> Search::advance(const Point& from, const Step& step) {
  const double before = from.in_pairs.log_likelihood;
  double length = 1;
  for (int halving = 0; halving < most_halvings; ++halving, length /= 2) {
    std::vector<double> there = parameters_;
    for (std::size_t j = 0; j < there.size(); ++j) {
      there[j] += length * step.direction[static_cast<Index>(j)];
    }
    Result<Point> point = evaluate(sums_, parametrisation_, there, options_, depth_);
    if (!point) continue;
    if (point->in_pairs.log_likelihood < before - 1e-12 * (1 + std::abs(before))) continue;
    parameters_ = std::move(there);
    return std::move(point).value();
  }
  return std::nullopt;
}

Error Search::stopped(const Point& point) const {
  return {
      Errc::not_converged,
      fmt::format("repeated measures: no optimum after {} iterations (decrement {:.3g}, largest "
                  "gradient {:.3g}); take a simpler covariance structure",
                  iterations_, decrement_, point.score.cwiseAbs().maxCoeff())};
}

Result<Point> Search::run() {
  Point point = TRY(evaluate(sums_, parametrisation_, parameters_, options_, depth_));
  for (; iterations_ < most_iterations; ++iterations_) {
    const Step step = TRY(next_step(point));
    const double previous = decrement_;
    decrement_ = step.decrement;
    if (depth_ == Depth::all) {
      const bool stalled = decrement_ < sufficient_decrement && decrement_ > 0.25 * previous;
      if (decrement_ < good_decrement || stalled) return point;
    } else if (decrement_ < use_all_below) {
      depth_ = Depth::all;
      point = TRY(evaluate(sums_, parametrisation_, parameters_, options_, depth_));
      continue;
    }
    std::optional<Point> next = advance(point, step);
    if (!next && depth_ == Depth::all && decrement_ < sufficient_decrement) return point;
    if (!next) return stopped(point);
    point = std::move(*next);
  }
  return stopped(point);
}

/// The optimum in the coordinates the caller gave the design in.
class Finish {
 public:
  Finish(const PatternSums& sums, const WorkingDesign& design, const Point& point)
      : sums_(sums), point_(point), to_caller_(as_eigen(design.r_inverse)) {}

  Matrix covariance_to_caller(const MatrixXd& working) const {
    const MatrixXd there = to_caller_ * working * to_caller_.transpose();
    return to_matrix(0.5 * (there + there.transpose()));
  }

  /// dX'WX by each parameter, in working coordinates.
  std::vector<MatrixXd> gram_derivatives() const;
  std::vector<Matrix> covariance_derivatives(std::span<const MatrixXd> gram) const;
  Result<MatrixXd> small_sample_covariance(std::span<const MatrixXd> gram, const Matrix& c,
                                           std::span<const double> pairs,
                                           std::span<const Matrix> curvature) const;

 private:
  const PatternSums& sums_;  // from fit_marginal, as the next
  const Point& point_;
  Eigen::Map<const MatrixXd> to_caller_;
};

std::vector<MatrixXd> Finish::gram_derivatives() const {
  const std::vector<Matrix>& by_pair = point_.in_pairs.gram_derivative;
  const auto p = static_cast<Index>(sums_.coefficients);
  std::vector<MatrixXd> gram;
  for (std::size_t j = 0; j < point_.jacobian.columns(); ++j) {
    MatrixXd sum = MatrixXd::Zero(p, p);
    for (std::size_t pair = 0; pair < by_pair.size(); ++pair) {
      const double slope = point_.jacobian(pair, j);
      if (slope != 0) sum.noalias() += slope * as_eigen(by_pair[pair]);  // 0: structurally
    }
    gram.push_back(std::move(sum));
  }
  return gram;
}

std::vector<Matrix> Finish::covariance_derivatives(std::span<const MatrixXd> gram) const {
  const auto phi = as_eigen(point_.in_pairs.coefficient_covariance);
  const MatrixXd left = to_caller_ * phi;
  std::vector<Matrix> derivatives;
  for (const MatrixXd& of_gram : gram) {
    derivatives.push_back(to_matrix(-(left * of_gram * left.transpose())));
  }
  return derivatives;
}

Result<MatrixXd> Finish::small_sample_covariance(std::span<const MatrixXd> gram, const Matrix& c,
                                                 std::span<const double> pairs,
                                                 std::span<const Matrix> curvature) const {
  const auto phi = as_eigen(point_.in_pairs.coefficient_covariance);
  const auto jacobian = as_eigen(point_.jacobian);
  const auto uncertainty = as_eigen(c);
  const Matrix in_pairs = to_matrix(jacobian * uncertainty * jacobian.transpose());
  const Matrix second = TRY(weighted_second_products(sums_, pairs, in_pairs));
  MatrixXd inner = as_eigen(second);
  for (std::size_t j = 0; j < gram.size(); ++j) {
    MatrixXd mixed = MatrixXd::Zero(inner.rows(), inner.cols());
    for (std::size_t i = 0; i < gram.size(); ++i) mixed.noalias() += c(i, j) * gram[i];
    inner.noalias() -= mixed * phi * gram[j];
  }
  for (std::size_t pair = 0; pair < curvature.size(); ++pair) {
    const double weight = uncertainty.cwiseProduct(as_eigen(curvature[pair])).sum();
    // the derivative of X'WX has the sign of -W dV W
    inner += 0.25 * weight * as_eigen(point_.in_pairs.gram_derivative[pair]);
  }
  return MatrixXd(phi + 2 * phi * inner * phi);
}

}  // namespace

Result<MarginalFit> fit_marginal(const PatternSums& sums, const WorkingDesign& design,
                                 const Parametrisation& parametrisation, std::vector<double> start,
                                 const MarginalOptions& options) {
  Search search(sums, parametrisation, options, std::move(start));
  const Point point = TRY(search.run());
  const auto names = std::span<const std::string>(parametrisation.names);
  const CholeskyFactor observed = TRY(CholeskyFactor::make(
      to_matrix(point.observed), "the observed information of the covariance", names));
  const CholeskyFactor expected = TRY(CholeskyFactor::make(
      to_matrix(point.expected), "the expected information of the covariance", names));

  const Finish finish(sums, design, point);
  const std::vector<MatrixXd> gram = finish.gram_derivatives();
  const VectorXd step =
      as_eigen(design.r_inverse) * as_eigen(std::span<const double>(point.in_pairs.coefficients));
  const VectorXd coefficients = as_eigen(std::span<const double>(design.least_squares)) + step;
  const bool reml = options.criterion == Criterion::reml;
  MarginalFit fit{
      .parameters = search.parameters(),
      .log_likelihood = point.in_pairs.log_likelihood - (reml ? 0.5 * design.log_determinant : 0),
      .coefficients = to_vector(coefficients),
      .covariance = finish.covariance_to_caller(as_eigen(point.in_pairs.coefficient_covariance)),
      .adjusted = {},
      .expected_information = options.expected_information,
      .uncertainty = {observed.inverse(), expected.inverse(), finish.covariance_derivatives(gram)},
      .iterations = search.iterations(),
      .decrement = search.decrement(),
      .gradient_max = 0};
  fit.gradient_max = scaled_gradient(point, fit.uncertainty.observed);
  if (options.kenward_roger != KenwardRoger::none) {
    const bool full = options.kenward_roger == KenwardRoger::full;
    const Matrix& c =
        options.expected_information ? fit.uncertainty.expected : fit.uncertainty.observed;
    const MatrixXd adjusted = TRY(finish.small_sample_covariance(
        gram, c, parametrisation.value(fit.parameters),
        full ? parametrisation.curvature(fit.parameters) : std::vector<Matrix>{}));
    fit.adjusted = finish.covariance_to_caller(adjusted);
  }
  return fit;
}

}  // namespace kensho::stats
