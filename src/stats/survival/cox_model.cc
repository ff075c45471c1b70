#include "stats/survival/cox_model.h"

#include <utility>

#include "stats/dist/distributions.h"
#include "stats/linear/gram.h"
#include "stats/linear/positive_definite.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_means.h"
#include "stats/survival/cox_newton.h"

namespace kensho::stats {
namespace {

CoxTest chi_square_test(double chi_square, std::size_t columns) {
  chi_square = std::max(chi_square, 0.0);
  return {chi_square, static_cast<int>(columns),
          chi_square_upper_tail(chi_square, static_cast<double>(columns))};
}

double quadratic(const CholeskyFactor& factor, std::span<const double> u) {
  const std::vector<double> solved = factor.solve(u);
  double sum = 0;
  for (std::size_t a = 0; a < u.size(); ++a) sum += u[a] * solved[a];
  return sum;
}

Status check_choice(const CoxLayout& layout, const CoxChoice& choice) {
  if (choice.ties != CoxTies::exact) return ok();
  if (!layout.unit_weights) {
    return Error{Errc::invalid_argument,
                 "Cox model: the exact partial likelihood counts subjects and has no case weights; "
                 "take Efron's or Breslow's ties"};
  }
  if (choice.variance == CoxVariance::robust || !layout.cluster.empty()) {
    return Error{Errc::invalid_argument,
                 "Cox model: no robust variance is defined with exact ties; take Efron's or "
                 "Breslow's"};
  }
  return ok();
}

// u' (sum of s s')^-1 u of the clusters' scores s at zero, u their sum.
Result<CoxTest> robust_score_test(const CoxLayout& layout, const RiskSets& at_zero) {
  const Matrix scores = cluster_scores(layout, score_residuals(layout, at_zero));
  std::vector<double> sum(layout.columns());
  for (std::size_t a = 0; a < sum.size(); ++a) {
    for (const double score : scores.column(a)) sum[a] += score;
  }
  const CholeskyFactor factor =
      TRY(CholeskyFactor::make(weighted_gram(scores, {}), "variance of the scores", layout.names));
  return chi_square_test(quadratic(factor, sum), layout.columns());
}

// V (sum of s s') V of the clusters' scores s at the estimate.
Matrix sandwich(const CoxLayout& layout, const RiskSets& sets, const Matrix& bread) {
  const Matrix scores = cluster_scores(layout, score_residuals(layout, sets));
  Matrix changes(scores.rows(), scores.columns());
  for (std::size_t a = 0; a < bread.columns(); ++a) {
    for (std::size_t b = 0; b < bread.columns(); ++b) {
      for (std::size_t i = 0; i < scores.rows(); ++i) {
        changes(i, a) += scores(i, b) * bread(b, a);
      }
    }
  }
  return weighted_gram(changes, {});
}

Status add_robust_variance(const CoxLayout& layout, CoxLikelihood& likelihood, CoxFit& fit) {
  if (likelihood.wide()) (void)likelihood.at(fit.coefficients);
  const RiskSets at_estimate = TRY(risk_sets_at(layout, fit));
  fit.covariance = sandwich(layout, at_estimate, fit.model_covariance);
  RiskSets at_zero(layout, layout.weight, fit.ties, 1);
  const std::vector<double> zero(layout.columns());
  if (!at_zero.update(zero)) return ok();
  // With fewer clusters than covariates the test does not exist.
  const Result<CoxTest> test = robust_score_test(layout, at_zero);
  if (test) fit.robust_score = *test;
  return ok();
}

CoxFit empty_fit(const CoxLayout& layout, const CoxChoice& choice, double log_likelihood) {
  CoxFit fit{};
  fit.log_likelihood = fit.log_likelihood_null = log_likelihood;
  fit.rows = layout.rows;
  fit.events = layout.event_rows;
  fit.ties = choice.ties;
  fit.variance = layout.cluster.empty() ? choice.variance : CoxVariance::robust;
  return fit;
}

}  // namespace

Result<CoxFit> fit_cox(const CoxSample& sample, const CoxChoice& choice) {
  const CoxLayout& layout = sample.layout();
  TRY(check_choice(layout, choice));
  CoxLikelihood likelihood(layout, layout.weight, choice.ties, choice.threads);
  const std::vector<double> zero(layout.columns());
  Likelihood null = likelihood.at(zero);
  CoxFit fit = empty_fit(layout, choice, null.value);
  if (layout.columns() == 0) return fit;
  const CholeskyFactor null_factor =
      TRY(CholeskyFactor::make(null.information, "Cox model", layout.names));
  fit.score = chi_square_test(quadratic(null_factor, null.score), layout.columns());
  Maximum maximum = TRY(climb(likelihood, layout, zero, std::move(null), choice.limits));
  fit.coefficients = std::move(maximum.parameters);
  fit.model_covariance = fit.covariance = std::move(maximum.covariance);
  fit.log_likelihood = maximum.at.value;
  fit.iterations = maximum.iterations;
  fit.decrement = maximum.decrement;
  if (fit.variance == CoxVariance::robust) TRY(add_robust_variance(layout, likelihood, fit));
  fit.likelihood_ratio =
      chi_square_test(2 * (fit.log_likelihood - fit.log_likelihood_null), layout.columns());
  const Result<CholeskyFactor> covariance =
      CholeskyFactor::make(fit.covariance, "covariance", layout.names);
  if (covariance) {
    fit.wald = chi_square_test(quadratic(*covariance, fit.coefficients), layout.columns());
  }
  return fit;
}

Result<CoxFit> fit_cox(const CoxData& data, const CoxChoice& choice) {
  return fit_cox(TRY(CoxSample::make(data, choice.threads)), choice);
}

}  // namespace kensho::stats
