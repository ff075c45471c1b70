#include "stats/meta/meta_regression.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/linear/eigen_view.h"
#include "stats/linear/least_squares.h"
#include "stats/meta/study_check.h"

namespace kensho::stats {
namespace {

using Eigen::ArrayXd;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Effects and variances beside a design X = Q R with orthonormal Q.
struct Model {
  VectorXd effect;
  ArrayXd variance;
  MatrixXd q;
  MatrixXd r;
};

Model model_of(std::span<const StudyEffect> studies, const Matrix& x) {
  Model model;
  const auto k = static_cast<Eigen::Index>(studies.size());
  model.effect.resize(k);
  model.variance.resize(k);
  for (Eigen::Index i = 0; i < k; ++i) {
    model.effect(i) = studies[static_cast<std::size_t>(i)].effect;
    model.variance(i) = studies[static_cast<std::size_t>(i)].variance;
  }
  const auto p = static_cast<Eigen::Index>(x.columns());
  const Eigen::HouseholderQR<MatrixXd> qr(as_eigen(x));
  model.q = qr.householderQ() * MatrixXd::Identity(k, p);
  model.r = qr.matrixQR().topRows(p).triangularView<Eigen::Upper>();
  return model;
}

// The weighted fit at one tau^2, in the coordinates of Q.
struct Fit {
  ArrayXd weight;
  MatrixXd inverse;  // (Q' W Q)^-1
  VectorXd coefficients;
  ArrayXd residual;
  double q;  // weighted sum of squared residuals
  double log_determinant;
};

Fit fit_at(const Model& model, double tau_squared) {
  Fit fit;
  fit.weight = 1 / (model.variance + tau_squared);
  const MatrixXd weighted = fit.weight.matrix().asDiagonal() * model.q;
  const Eigen::LLT<MatrixXd> factor(model.q.transpose() * weighted);
  const auto p = model.q.cols();
  fit.inverse = factor.solve(MatrixXd::Identity(p, p));
  fit.coefficients = factor.solve(weighted.transpose() * model.effect);
  fit.residual = (model.effect - model.q * fit.coefficients).array();
  fit.q = (fit.weight * fit.residual.square()).sum();
  fit.log_determinant = 2 * MatrixXd(factor.matrixL()).diagonal().array().log().sum();
  return fit;
}

// Q' diag(d) Q.
MatrixXd gram(const MatrixXd& q, const ArrayXd& d) {
  return q.transpose() * d.matrix().asDiagonal() * q;
}

WeightedMoments moments_at(const Model& model, double tau_squared) {
  const Fit fit = fit_at(model, tau_squared);
  const ArrayXd w2 = fit.weight.square();
  const MatrixXd share = fit.inverse * gram(model.q, w2);
  const MatrixXd cube = fit.inverse * gram(model.q, w2 * fit.weight);
  const VectorXd pull = model.q.transpose() * (w2 * fit.residual).matrix();
  return {
      .weights = fit.weight.sum(),
      .square_weights = w2.sum(),
      .trace_p = fit.weight.sum() - share.trace(),
      .trace_pp = w2.sum() - 2 * cube.trace() + (share * share).trace(),
      .q = fit.q,
      .score_square = (w2 * fit.residual.square()).sum(),
      .score_cube = (w2 * fit.weight * fit.residual.square()).sum() - pull.dot(fit.inverse * pull)};
}

UnweightedMoments unweighted_moments(const Model& model) {
  const VectorXd residual = model.effect - model.q * (model.q.transpose() * model.effect);
  const MatrixXd v = gram(model.q, model.variance);
  const MatrixXd v2 = gram(model.q, model.variance.square());
  const ArrayXd centred = model.effect.array() - model.effect.mean();
  return {.q = residual.squaredNorm(),
          .trace_pv = model.variance.sum() - v.trace(),
          .trace_pvpv = model.variance.square().sum() - 2 * v2.trace() + (v * v).trace(),
          .effect_variance = centred.square().mean()};
}

// |X'X| cancels against the same part of |X'WX|.
double log_likelihood(const Model& model, double tau_squared, TauEstimator estimator) {
  const Fit fit = fit_at(model, tau_squared);
  const auto k = static_cast<double>(model.effect.size());
  const double sum = fit.q - fit.weight.log().sum();
  const double log_two_pi = std::log(2 * std::numbers::pi);
  if (estimator != TauEstimator::restricted_likelihood) return -0.5 * (k * log_two_pi + sum);
  const auto p = static_cast<double>(model.q.cols());
  return -0.5 * ((k - p) * log_two_pi + fit.log_determinant + sum);
}

Heterogeneity heterogeneity_of(const TauProblem& problem, const TauSquared& tau,
                               TauEstimator estimator) {
  const std::size_t df = problem.studies - problem.coefficients;
  const auto df_number = static_cast<double>(df);
  const WeightedMoments m = problem.at(0);
  const double p = chi_square_upper_tail(m.q, df_number);
  if (estimator == TauEstimator::equal) {
    const double h = m.q / df_number;
    return {m.q, df, p, tau, h > 1 ? 1 - 1 / h : 0, h};
  }
  const double typical = df_number / m.trace_p;
  return {m.q, df, p, tau, tau.estimate / (typical + tau.estimate), 1 + tau.estimate / typical};
}

bool is_intercept(std::span<const double> column) {
  return std::ranges::all_of(column, [](double value) { return value == 1; });  // exactly ones
}

OmnibusTest omnibus_test(const MetaRegression& model, const Matrix& x) {
  std::vector<Eigen::Index> tested;
  for (std::size_t j = 0; j < x.columns(); ++j) {
    if (x.columns() == 1 || !is_intercept(x.column(j))) {
      tested.push_back(static_cast<Eigen::Index>(j));
    }
  }
  const VectorXd b = as_eigen(std::span(model.coefficients))(tested);
  const MatrixXd v = as_eigen(model.covariance)(tested, tested);
  // the columns may be of very different size
  const VectorXd scale = v.diagonal().cwiseSqrt().cwiseInverse();
  const MatrixXd correlation = scale.asDiagonal() * v * scale.asDiagonal();
  const VectorXd z = scale.cwiseProduct(b);
  const double chi_square = z.dot(correlation.llt().solve(z));
  const auto df = static_cast<double>(tested.size());
  if (!model.degrees_of_freedom) {
    return {chi_square, df, std::nullopt, chi_square_upper_tail(chi_square, df)};
  }
  const double f = chi_square / df;
  return {f, df, model.degrees_of_freedom, f_upper_tail(f, df, *model.degrees_of_freedom)};
}

double covariance_scale(const Fit& fit, double df, SmallSampleTest test) {
  switch (test) {
    case SmallSampleTest::normal:
      return 1;
    case SmallSampleTest::knapp_hartung:
      return fit.q / df;
    case SmallSampleTest::knapp_hartung_at_least_1:
      break;
  }
  return std::max(fit.q / df, 1.0);
}

}  // namespace

Result<MetaRegression> meta_regression(std::span<const StudyEffect> studies, const Matrix& x,
                                       const PoolingChoice& choice,
                                       std::span<const std::string> names) {
  TRY(check_studies(studies, x.columns() + 1, choice));
  if (x.rows() != studies.size()) {
    return Error{Errc::invalid_argument,
                 fmt::format("meta-regression: {} studies but {} rows", studies.size(), x.rows())};
  }
  const Model model = model_of(studies, x);
  TRY(least_squares(x, to_vector(model.effect), {}, names));  // names a column too many

  const TauProblem problem{
      .studies = studies.size(),
      .coefficients = x.columns(),
      .at = [&model](double tau_squared) { return moments_at(model, tau_squared); },
      .unweighted = unweighted_moments(model),
      .log_likelihood =
          [&model](double tau_squared, TauEstimator estimator) {
            return log_likelihood(model, tau_squared, estimator);
          }};
  const TauSquared tau = TRY(estimate_tau_squared(problem, choice.estimator));
  const Fit fit = fit_at(model, tau.estimate);
  const auto df = static_cast<double>(studies.size() - x.columns());

  const auto r = model.r.triangularView<Eigen::Upper>();
  const MatrixXd half = r.solve(MatrixXd(fit.inverse.llt().matrixL()));
  MetaRegression result;
  result.coefficients = to_vector(r.solve(fit.coefficients));
  result.covariance = to_matrix(covariance_scale(fit, df, choice.test) * half * half.transpose());
  if (choice.test != SmallSampleTest::normal) result.degrees_of_freedom = df;
  result.heterogeneity = heterogeneity_of(problem, tau, choice.estimator);
  result.omnibus = omnibus_test(result, x);
  result.log_likelihood = log_likelihood(model, tau.estimate, choice.estimator);
  return result;
}

Result<std::vector<EffectPrediction>> predict(const MetaRegression& model, const Matrix& x,
                                              double confidence_level) {
  if (x.columns() != model.coefficients.size()) {
    return Error{Errc::invalid_argument,
                 fmt::format("meta-regression: {} columns to predict at, but {} coefficients",
                             x.columns(), model.coefficients.size())};
  }
  const double multiplier = TRY(test_multiplier(model.degrees_of_freedom, confidence_level));
  const VectorXd means = as_eigen(x) * as_eigen(std::span(model.coefficients));
  const MatrixXd spread = as_eigen(x) * as_eigen(model.covariance);
  std::vector<EffectPrediction> predictions;
  for (Eigen::Index i = 0; i < means.size(); ++i) {
    const double variance = spread.row(i).dot(as_eigen(x).row(i));
    const double error = std::sqrt(std::max(variance, 0.0));
    const double wide = std::sqrt(variance + model.heterogeneity.tau_squared.estimate);
    predictions.push_back({means(i),
                           error,
                           {means(i) - multiplier * error, means(i) + multiplier * error},
                           {means(i) - multiplier * wide, means(i) + multiplier * wide}});
  }
  return predictions;
}

}  // namespace kensho::stats
