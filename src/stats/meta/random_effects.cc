#include "stats/meta/random_effects.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "base/parallel.h"
#include "stats/dist/distributions.h"
#include "stats/meta/study_check.h"

namespace kensho::stats {
namespace {

// Effects and variances of the studies of one meta-analysis: a model with an intercept only.
struct Sample {
  std::span<const double> effect;
  std::span<const double> variance;
};

struct Mean {
  double weights;
  double estimate;
};

Mean weighted_mean(const Sample& sample, double tau_squared) {
  double weights = 0;
  double sum = 0;
  for (std::size_t i = 0; i < sample.effect.size(); ++i) {
    const double w = 1 / (sample.variance[i] + tau_squared);
    weights += w;
    sum += w * sample.effect[i];
  }
  return {weights, sum / weights};
}

// Traces are sums over pairs of studies, so that nothing cancels where one study has nearly all
// the weight: P_ij = -w_i w_j / W off the diagonal, w_i (W - w_i) / W on it.
WeightedMoments moments_at(const Sample& sample, double tau_squared) {
  const Mean mean = weighted_mean(sample, tau_squared);
  double w1 = 0, w2 = 0, pairs = 0, square_pairs = 0, diagonal = 0;
  double q = 0, w2r = 0, w2r2 = 0, w3r2 = 0;
  for (std::size_t i = 0; i < sample.effect.size(); ++i) {
    const double w = 1 / (sample.variance[i] + tau_squared);
    const double r = sample.effect[i] - mean.estimate;
    const double wr = w * r;
    pairs += w * w1;
    square_pairs += w * w * w2;
    const double on_diagonal = w * (mean.weights - w);
    diagonal += on_diagonal * on_diagonal;
    w1 += w;
    w2 += w * w;
    q += wr * r;
    w2r += w * wr;
    w2r2 += wr * wr;
    w3r2 += w * wr * wr;
  }
  return {.weights = mean.weights,
          .square_weights = w2,
          .trace_p = 2 * pairs / mean.weights,
          .trace_pp = (diagonal + 2 * square_pairs) / (mean.weights * mean.weights),
          .q = q,
          .score_square = w2r2,
          .score_cube = w3r2 - w2r * w2r / mean.weights};
}

UnweightedMoments unweighted_moments(const Sample& sample) {
  const auto k = static_cast<double>(sample.effect.size());
  double mean = 0, v = 0, v2 = 0;
  for (std::size_t i = 0; i < sample.effect.size(); ++i) {
    mean += sample.effect[i];
    v += sample.variance[i];
    v2 += sample.variance[i] * sample.variance[i];
  }
  mean /= k;
  double q = 0;
  for (const double y : sample.effect) q += (y - mean) * (y - mean);
  const double v_mean = v / k;
  return {.q = q,
          .trace_pv = v - v_mean,
          .trace_pvpv = v2 - 2 * v2 / k + v_mean * v_mean,
          .effect_variance = q / k};
}

// The columns of a list of studies.
struct Columns {
  explicit Columns(std::span<const StudyEffect> studies) {
    for (const StudyEffect& study : studies) {
      effect.push_back(study.effect);
      variance.push_back(study.variance);
    }
  }
  Sample sample() const { return {effect, variance}; }

  std::vector<double> effect;
  std::vector<double> variance;
};

// With the constants that R gives it.
double log_likelihood(const Sample& sample, double tau_squared, TauEstimator estimator) {
  const Mean mean = weighted_mean(sample, tau_squared);
  double sum = 0;  // of log variances and squared residuals
  for (std::size_t i = 0; i < sample.effect.size(); ++i) {
    const double variance = sample.variance[i] + tau_squared;
    const double r = sample.effect[i] - mean.estimate;
    sum += std::log(variance) + r * r / variance;
  }
  const auto k = static_cast<double>(sample.effect.size());
  const double log_two_pi = std::log(2 * std::numbers::pi);
  if (estimator != TauEstimator::restricted_likelihood) return -0.5 * (k * log_two_pi + sum);
  return -0.5 * ((k - 1) * log_two_pi - std::log(k) + std::log(mean.weights) + sum);
}

TauProblem problem_of(const Sample& sample) {
  return {.studies = sample.effect.size(),
          .coefficients = 1,
          .at = [&sample](double tau_squared) { return moments_at(sample, tau_squared); },
          .unweighted = unweighted_moments(sample),
          .log_likelihood =
              [&sample](double tau_squared, TauEstimator estimator) {
                return log_likelihood(sample, tau_squared, estimator);
              }};
}

double typical_variance(const WeightedMoments& at_zero, std::size_t studies) {
  return static_cast<double>(studies - 1) / at_zero.trace_p;
}

Heterogeneity heterogeneity_of(const TauProblem& problem, const TauSquared& tau,
                               TauEstimator estimator) {
  const std::size_t df = problem.studies - 1;
  if (df == 0) return {0, 0, 1, tau, 0, 1};
  const WeightedMoments m = problem.at(0);
  const double p = chi_square_upper_tail(m.q, static_cast<double>(df));
  if (estimator == TauEstimator::equal) {
    const double h = m.q / static_cast<double>(df);
    return {m.q, df, p, tau, h > 1 ? 1 - 1 / h : 0, h};
  }
  const double typical = typical_variance(m, problem.studies);
  return {m.q, df, p, tau, tau.estimate / (typical + tau.estimate), 1 + tau.estimate / typical};
}

// A mean, its error under the test asked for, and the tau^2 between.
struct Pooled {
  double estimate;
  double std_error;
  TauSquared tau;
};

Result<Pooled> pool(const Sample& sample, const TauProblem& problem, const PoolingChoice& choice) {
  const TauSquared tau = TRY(estimate_tau_squared(problem, choice.estimator));
  const Mean mean = weighted_mean(sample, tau.estimate);
  double q = 0;
  for (std::size_t i = 0; i < sample.effect.size(); ++i) {
    const double r = sample.effect[i] - mean.estimate;
    q += r * r / (sample.variance[i] + tau.estimate);
  }
  double scale = 1;
  if (choice.test != SmallSampleTest::normal) {
    scale = q / static_cast<double>(sample.effect.size() - 1);
    if (choice.test == SmallSampleTest::knapp_hartung_at_least_1) scale = std::max(scale, 1.0);
  }
  return Pooled{mean.estimate, std::sqrt(scale / mean.weights), tau};
}

std::optional<double> test_df(std::size_t studies, const PoolingChoice& choice) {
  if (choice.test == SmallSampleTest::normal) return std::nullopt;
  return static_cast<double>(studies - 1);
}

Interval around(double estimate, double half_width) {
  return {estimate - half_width, estimate + half_width};
}

Result<PooledEffect> pooled(const Sample& sample, const PoolingChoice& choice) {
  const std::size_t k = sample.effect.size();
  const TauProblem problem = problem_of(sample);
  const double multiplier = TRY(test_multiplier(test_df(k, choice), choice.confidence_level));
  const Pooled mean = TRY(pool(sample, problem, choice));
  if (!(mean.std_error > 0)) {
    return Error{Errc::invalid_argument,
                 "random effects: all effects are equal, so the Knapp-Hartung error is 0; take the "
                 "normal test"};
  }
  const auto df = test_df(k, choice);
  const double statistic = mean.estimate / mean.std_error;
  const double p = df ? student_t_two_sided(statistic, *df) : normal_two_sided(statistic);
  PooledEffect effect{
      .studies = k,
      .estimate = mean.estimate,
      .std_error = mean.std_error,
      .statistic = statistic,
      .degrees_of_freedom = df,
      .p_value = p,
      .interval = around(mean.estimate, multiplier * mean.std_error),
      .prediction = std::nullopt,
      .heterogeneity = heterogeneity_of(problem, mean.tau, choice.estimator),
      .log_likelihood = log_likelihood(sample, mean.tau.estimate, choice.estimator)};
  if (choice.estimator != TauEstimator::equal) {
    const double spread = TRY(prediction_multiplier(k, 1, choice, multiplier));
    effect.prediction =
        around(mean.estimate, spread * std::hypot(mean.std_error, std::sqrt(mean.tau.estimate)));
  }
  return effect;
}

}  // namespace

Result<PooledEffect> pooled_effect(std::span<const StudyEffect> studies,
                                   const PoolingChoice& choice) {
  TRY(check_studies(studies, 1, choice));
  const Columns columns(studies);
  return pooled(columns.sample(), choice);
}

Result<Interval> tau_squared_interval(std::span<const StudyEffect> studies,
                                      double confidence_level) {
  TRY(check_studies(studies, 1, {.confidence_level = confidence_level}));
  const Columns columns(studies);
  const Sample sample = columns.sample();
  return tau_squared_interval(problem_of(sample), confidence_level);
}

double i_squared_of(std::span<const StudyEffect> studies, double tau_squared) {
  const double h = h_squared_of(studies, tau_squared);
  return (h - 1) / h;
}

double h_squared_of(std::span<const StudyEffect> studies, double tau_squared) {
  ENSURE(studies.size() > 1);
  const Columns columns(studies);
  return 1 + tau_squared / typical_variance(moments_at(columns.sample(), 0), studies.size());
}

Result<std::vector<PooledEffect>> leave_one_out(std::span<const StudyEffect> studies,
                                                const PoolingChoice& choice) {
  TRY(check_studies(studies, 1, choice));
  if (studies.size() < 2) {
    return Error{Errc::invalid_argument, "leave-one-out: there is only one study"};
  }
  std::vector<PooledEffect> effects;
  for (std::size_t left_out = 0; left_out < studies.size(); ++left_out) {
    std::vector<StudyEffect> others(studies.begin(), studies.end());
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
    effects.push_back(TRY(pooled_effect(others, choice)));
  }
  return effects;
}

Result<std::vector<PooledEffect>> cumulative_effects(std::span<const StudyEffect> studies,
                                                     const PoolingChoice& choice) {
  std::vector<PooledEffect> effects;
  for (std::size_t count = 1; count <= studies.size(); ++count) {
    effects.push_back(TRY(pooled_effect(studies.first(count), choice)));
  }
  return effects;
}

Result<std::vector<PooledSummary>> pool_columns(const Matrix& effects, const Matrix& variances,
                                                const PoolingChoice& choice, unsigned threads) {
  TRY(check_columns(effects, variances, choice));
  const std::size_t k = effects.rows();
  const double multiplier = TRY(test_multiplier(test_df(k, choice), choice.confidence_level));
  const BlockPlan plan{effects.columns(), 256, threads};
  std::vector<PooledSummary> summaries(effects.columns());
  std::vector<std::optional<Error>> failures(block_count(plan));
  parallel_for(plan, [&](const Block& block) {
    for (std::size_t j = block.begin; j < block.end && !failures[block.index]; ++j) {
      const Sample sample{effects.column(j), variances.column(j)};
      const Result<Pooled> mean = pool(sample, problem_of(sample), choice);
      if (!mean) {
        failures[block.index] =
            Error{mean.error().code, fmt::format("column {}: {}", j + 1, mean.error().message)};
        continue;
      }
      summaries[j] = {(*mean).estimate, (*mean).std_error, (*mean).tau.estimate,
                      around((*mean).estimate, multiplier * (*mean).std_error)};
    }
  });
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  return summaries;
}

}  // namespace kensho::stats
