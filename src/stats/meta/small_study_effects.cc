#include "stats/meta/small_study_effects.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/linear/least_squares.h"
#include "stats/meta/meta_regression.h"
#include "stats/meta/study_check.h"

namespace kensho::stats {
namespace {

Matrix standard_error_design(std::span<const StudyEffect> studies) {
  Matrix x(studies.size(), 2);
  for (std::size_t i = 0; i < studies.size(); ++i) {
    x(i, 0) = 1;
    x(i, 1) = std::sqrt(studies[i].variance);
  }
  return x;
}

// sum over groups of equal values of f(size of the group)
template <class Function>
double sum_over_ties(const std::vector<double>& values, const Function& f) {
  std::map<double, double> sizes;
  for (const double value : values) sizes[value] += 1;
  double sum = 0;
  for (const auto& [value, size] : sizes) sum += f(size);
  return sum;
}

// Pairs in the same order minus pairs in the opposite order.
double kendall_score(const std::vector<double>& x, const std::vector<double>& y) {
  double score = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double product = (x[i] - x[j]) * (y[i] - y[j]);
      score += product > 0 ? 1 : product < 0 ? -1 : 0;
    }
  }
  return score;
}

// P(at most `count` of the n (n - 1) / 2 pairs are in the same order) where all orders are alike:
// the i-th element adds 0 .. i - 1 such pairs, each as likely.
double kendall_cdf(std::size_t n, std::size_t count) {
  std::vector<double> probability = {1};
  for (std::size_t i = 2; i <= n; ++i) {
    std::vector<double> next(probability.size() + i - 1);
    for (std::size_t had = 0; had < probability.size(); ++had) {
      for (std::size_t added = 0; added < i; ++added) {
        next[had + added] += probability[had] / static_cast<double>(i);
      }
    }
    probability = std::move(next);
  }
  const auto end =
      probability.begin() + static_cast<std::ptrdiff_t>(std::min(count + 1, probability.size()));
  return std::accumulate(probability.begin(), end, 0.0);
}

double exact_p(double score, std::size_t n) {
  const double pairs = 0.5 * static_cast<double>(n) * static_cast<double>(n - 1);
  const auto concordant = static_cast<std::size_t>(std::lround((pairs + std::abs(score)) / 2));
  if (concordant == 0) return 1;
  // the distribution is symmetric: this is the upper tail
  return std::min(1.0,
                  2 * kendall_cdf(n, static_cast<std::size_t>(std::lround(pairs)) - concordant));
}

double normal_p(double score, const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  const auto five = [](double t) { return t * (t - 1) * (2 * t + 5); };
  const auto pairs = [](double t) { return t * (t - 1); };
  const auto triples = [](double t) { return t * (t - 1) * (t - 2); };
  double variance = (five(n) - sum_over_ties(x, five) - sum_over_ties(y, five)) / 18;
  variance += sum_over_ties(x, pairs) * sum_over_ties(y, pairs) / (2 * n * (n - 1));
  variance += sum_over_ties(x, triples) * sum_over_ties(y, triples) / (9 * n * (n - 1) * (n - 2));
  return normal_two_sided(score / std::sqrt(variance));
}

// How many studies seem missing on the left of `centre`: L0 from the ranks of the distances.
std::size_t missing_on_left(const std::vector<StudyEffect>& sorted, double centre) {
  std::vector<double> deviations;
  for (const StudyEffect& study : sorted) deviations.push_back(study.effect - centre);
  std::ranges::stable_sort(deviations, {}, [](double d) { return std::abs(d); });
  double rank_sum = 0;  // of those above the centre
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    if (deviations[i] > 0) rank_sum += static_cast<double>(i + 1);
  }
  const auto k = static_cast<double>(sorted.size());
  const double estimate = (4 * rank_sum - k * (k + 1)) / (2 * k - 1);
  return static_cast<std::size_t>(std::max(0.0, std::nearbyint(estimate)));
}

struct Trimmed {
  std::size_t missing;
  double centre;
};

// `sorted` ascends; the largest effects are trimmed until the number missing repeats.
Result<Trimmed> trim(const std::vector<StudyEffect>& sorted, const PoolingChoice& choice) {
  constexpr int STEPS_MAX = 100;
  std::size_t missing = 0;
  for (int i = 0; i < STEPS_MAX; ++i) {
    const auto kept = std::span(sorted).first(sorted.size() - std::min(missing, sorted.size() - 1));
    const double centre = TRY(pooled_effect(kept, choice)).estimate;
    const std::size_t next = missing_on_left(sorted, centre);
    if (next == missing) return Trimmed{missing, centre};
    missing = next;
  }
  return Error{Errc::not_converged, "trim and fill: the number missing did not settle"};
}

Error no_scatter() {
  return {Errc::invalid_argument,
          "Egger's test: the effects lie on a line, so there is no scatter to judge it by"};
}

}  // namespace

Result<AsymmetryTest> egger_test(std::span<const StudyEffect> studies,
                                 const PoolingChoice& choice) {
  const Matrix x = standard_error_design(studies);
  const std::vector<std::string> names = {"(Intercept)", "standard error"};
  const MetaRegression model = TRY(meta_regression(studies, x, choice, names));
  const double variance = model.covariance(1, 1);
  if (!(variance > 0)) return no_scatter();
  const double statistic = model.coefficients[1] / std::sqrt(variance);
  const auto df = model.degrees_of_freedom;
  return AsymmetryTest{statistic, df,
                       df ? student_t_two_sided(statistic, *df) : normal_two_sided(statistic)};
}

Result<AsymmetryTest> egger_test_least_squares(std::span<const StudyEffect> studies) {
  TRY(check_studies(studies, 3, {}));
  std::vector<double> effects;
  std::vector<double> weights;
  for (const StudyEffect& study : studies) {
    effects.push_back(study.effect);
    weights.push_back(1 / study.variance);
  }
  const std::vector<std::string> names = {"(Intercept)", "standard error"};
  const LeastSquares fit =
      TRY(least_squares(standard_error_design(studies), effects, weights, names));
  const auto df = static_cast<double>(studies.size() - 2);
  const double residual_variance = fit.residual_sum_of_squares / df;
  if (!(residual_variance > 0)) return no_scatter();
  const double statistic =
      fit.coefficients[1] / std::sqrt(residual_variance * fit.unscaled_covariance(1, 1));
  return AsymmetryTest{statistic, df, student_t_two_sided(statistic, df)};
}

Result<AsymmetryTest> rank_test(std::span<const StudyEffect> studies) {
  TRY(check_studies(studies, 3, {}));
  const PooledEffect mean = TRY(pooled_effect(studies, {.estimator = TauEstimator::equal}));
  const double mean_variance = mean.std_error * mean.std_error;
  std::vector<double> deviations;
  std::vector<double> variances;
  for (const StudyEffect& study : studies) {
    deviations.push_back((study.effect - mean.estimate) /
                         std::sqrt(study.variance - mean_variance));
    variances.push_back(study.variance);
  }
  const auto n = static_cast<double>(studies.size());
  const auto pairs = [](double t) { return 0.5 * t * (t - 1); };
  const double ties_deviation = sum_over_ties(deviations, pairs);
  const double ties_variance = sum_over_ties(variances, pairs);
  const double comparable = std::sqrt((pairs(n) - ties_deviation) * (pairs(n) - ties_variance));
  if (comparable == 0) {
    return Error{Errc::invalid_argument,
                 "rank test: all variances, or all deviations, are equal: there is no order"};
  }
  const double score = kendall_score(deviations, variances);
  const bool is_exact = studies.size() < 50 && ties_deviation == 0 && ties_variance == 0;
  return AsymmetryTest{
      score / comparable, std::nullopt,
      is_exact ? exact_p(score, studies.size()) : normal_p(score, deviations, variances)};
}

Result<TrimAndFill> trim_and_fill(std::span<const StudyEffect> studies,
                                  const PoolingChoice& choice) {
  TRY(check_studies(studies, 3, choice));
  const PoolingChoice plain{.estimator = choice.estimator};
  const MetaRegression slope = TRY(meta_regression(studies, standard_error_design(studies), plain));
  const bool is_right = slope.coefficients[1] < 0;
  const double sign = is_right ? -1 : 1;

  std::vector<StudyEffect> sorted;
  for (const StudyEffect& study : studies) sorted.push_back({sign * study.effect, study.variance});
  std::ranges::stable_sort(sorted, {}, &StudyEffect::effect);
  const Trimmed trimmed = TRY(trim(sorted, choice));

  std::vector<StudyEffect> filled(studies.begin(), studies.end());
  for (std::size_t i = sorted.size() - std::min(trimmed.missing, sorted.size() - 1);
       i < sorted.size(); ++i) {
    const double mirrored = 2 * trimmed.centre - sorted[i].effect;
    filled.push_back({sign * mirrored, sorted[i].variance});
  }
  return TrimAndFill{filled.size() - studies.size(), is_right, TRY(pooled_effect(filled, choice))};
}

}  // namespace kensho::stats
