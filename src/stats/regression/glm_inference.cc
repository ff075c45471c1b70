#include "stats/regression/glm_inference.h"

#include <algorithm>
#include <cmath>

#include "stats/dist/distributions.h"
#include "stats/linear/gram.h"
#include "stats/optimize/root.h"
#include "stats/regression/glm_pass.h"

namespace kensho::stats {
namespace {

/// The design without one column.
Matrix without_column(const Matrix& x, std::size_t column) {
  std::vector<double> values;
  values.reserve(x.rows() * (x.columns() - 1));
  for (std::size_t j = 0; j < x.columns(); ++j) {
    if (j != column) values.insert(values.end(), x.column(j).begin(), x.column(j).end());
  }
  return {x.rows(), x.columns() - 1, std::move(values)};
}

/// The deviance with one coefficient held, maximised over the others.
class Profile {
 public:
  Profile(const GlmData& data, const GlmChoice& choice, const Glm& fit, std::size_t column)
      : data_(data),
        choice_(choice),
        column_(column),
        rest_(without_column(data.x, column)),
        others_(fit.coefficients) {
    others_.erase(others_.begin() + static_cast<std::ptrdiff_t>(column));
    for (std::size_t j = 0; j < data.names.size(); ++j) {
      if (j != column) names_.push_back(data.names[j]);
    }
  }

  /// Errors  as fit_glm.
  Result<double> deviance(double value) {
    std::vector<double> offset(data_.y.size());
    for (std::size_t i = 0; i < offset.size(); ++i) {
      offset[i] = (data_.offset.empty() ? 0 : data_.offset[i]) + value * data_.x(i, column_);
    }
    const GlmData held{rest_, data_.y, data_.weight, offset, names_};
    if (rest_.columns() == 0) return fixed_deviance(offset);
    auto fit = fit_glm(held, choice_, others_);
    if (!fit) fit = fit_glm(held, choice_);
    if (!fit) return fit.error();
    others_ = (*fit).coefficients;
    return (*fit).deviance;
  }

 private:
  double fixed_deviance(std::span<const double> eta) const {
    double sum = 0;
    for (std::size_t i = 0; i < eta.size(); ++i) {
      const double weight = data_.weight.empty() ? 1 : data_.weight[i];
      if (weight == 0) continue;
      sum += weight * unit_deviance(choice_.model, data_.y[i], mean_at(choice_.model.link, eta[i]));
    }
    return sum;
  }

  const GlmData& data_;
  GlmChoice choice_;
  std::size_t column_;
  Matrix rest_;
  std::vector<double> others_;
  std::vector<std::string> names_;
};

/// Where the profile has risen by `rise`, looked for from the estimate in steps of `step`.
Result<std::optional<double>> crossing(Profile& profile, const Glm& fit, double estimate,
                                       double step, double rise) {
  double inside = estimate;
  for (int tries = 0; tries < 12; ++tries, step *= 1.5) {
    const double outside = inside + step;
    const auto there = profile.deviance(outside);
    if (!there) return std::optional<double>();
    if (*there - fit.deviance < rise) {
      inside = outside;
      continue;
    }
    const auto above = [&](double value) {
      const auto deviance = profile.deviance(value);
      return deviance ? *deviance - fit.deviance - rise : std::nan("");
    };
    const Bracket bracket{std::min(inside, outside), std::max(inside, outside)};
    return std::optional(TRY(find_root(above, bracket, "profile likelihood interval")));
  }
  return std::optional<double>();
}

std::vector<double> scores_of(const GlmData& data, const Glm& fit) {
  std::vector<double> scores;
  scores.reserve(data.y.size());
  for (const RowTerms& row : glm_row_terms(data, fit)) scores.push_back(row.score);
  return scores;
}

}  // namespace

std::vector<RowTerms> glm_row_terms(const GlmData& data, const Glm& fit) {
  std::vector<RowTerms> terms;
  terms.reserve(data.y.size());
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const double weight = data.weight.empty() ? 1 : data.weight[i];
    terms.push_back(row_terms(fit.model, data.y[i], weight, fit.linear_predictor[i]));
  }
  return terms;
}

std::vector<double> row_variances(const Matrix& x, const Matrix& covariance) {
  std::vector<double> variances(x.rows());
  for (std::size_t j = 0; j < x.columns(); ++j) {
    const auto left = x.column(j);
    for (std::size_t k = 0; k < x.columns(); ++k) {
      const auto right = x.column(k);
      const double v = covariance(j, k);
      for (std::size_t i = 0; i < variances.size(); ++i) variances[i] += left[i] * v * right[i];
    }
  }
  return variances;
}

std::vector<double> glm_leverages(const GlmData& data, const Glm& fit) {
  std::vector<double> leverages = row_variances(data.x, fit.unscaled_covariance);
  const std::vector<RowTerms> terms = glm_row_terms(data, fit);
  for (std::size_t i = 0; i < leverages.size(); ++i) leverages[i] *= terms[i].weight;
  return leverages;
}

Result<Matrix> robust_covariance(const GlmData& data, const Glm& fit, RobustKind kind) {
  const std::vector<double> scores = scores_of(data, fit);
  const std::vector<double> leverages = glm_leverages(data, fit);
  return robust_covariance({data.x, scores, fit.unscaled_covariance, leverages}, kind);
}

Result<Matrix> clustered_covariance(const GlmData& data, const Glm& fit,
                                    std::span<const int> cluster, ClusterFactor factor) {
  const std::vector<double> scores = scores_of(data, fit);
  const std::vector<double> leverages = glm_leverages(data, fit);
  return clustered_covariance({data.x, scores, fit.unscaled_covariance, leverages}, cluster,
                              factor);
}

Result<ProfileInterval> profile_interval(const GlmData& data, const GlmChoice& choice,
                                         const Glm& fit, std::size_t column,
                                         double confidence_level) {
  ENSURE(column < data.x.columns());
  const double z = TRY(normal_multiplier(confidence_level));
  const double rise = z * z * fit.dispersion;
  const double width = z * std::sqrt(fit.covariance(column, column));
  const double estimate = fit.coefficients[column];
  GlmChoice held = choice;
  held.dispersion = Dispersion::of_family;
  Profile below(data, held, fit, column);
  Profile above(data, held, fit, column);
  ProfileInterval interval;
  interval.lower = TRY(crossing(below, fit, estimate, -width, rise));
  interval.upper = TRY(crossing(above, fit, estimate, width, rise));
  return interval;
}

Result<std::vector<GlmPrediction>> predict(const Glm& fit, const Matrix& covariance,
                                           const Matrix& x, std::span<const double> offset,
                                           double confidence_level) {
  ENSURE(x.columns() == fit.coefficients.size());
  ENSURE(offset.empty() || offset.size() == x.rows());
  const double z = TRY(normal_multiplier(confidence_level));
  const std::vector<double> etas = times(x, fit.coefficients);
  const std::vector<double> variances = row_variances(x, covariance);
  std::vector<GlmPrediction> predictions;
  predictions.reserve(etas.size());
  for (std::size_t i = 0; i < etas.size(); ++i) {
    const double eta = etas[i] + (offset.empty() ? 0 : offset[i]);
    const double error = std::sqrt(variances[i]);
    const double a = mean_at(fit.model.link, eta - z * error).value;
    const double b = mean_at(fit.model.link, eta + z * error).value;
    predictions.push_back(
        {eta, error, mean_at(fit.model.link, eta).value, {std::min(a, b), std::max(a, b)}});
  }
  return predictions;
}

}  // namespace kensho::stats
