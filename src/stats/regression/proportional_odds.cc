#include "stats/regression/proportional_odds.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "stats/optimize/newton.h"
#include "stats/regression/column_name.h"

namespace kensho::stats {
namespace {

// ---- proportional odds ------------------------------------------------------------------------

double expit(double z) {
  const double small = std::exp(-std::abs(z));
  return z >= 0 ? 1 / (1 + small) : small / (1 + small);
}

/// log P(Y = k) with its derivatives by the upper (a) and lower (b) end of its piece of the line.
struct Piece {
  double log_probability;
  double by_a;
  double by_b;
  double minus_aa;
  double minus_bb;
  double minus_ab;
};

Piece piece(double a, double b) {
  const double upper = expit(a);  // 1 at a = infinity
  const double lower = expit(b);
  const double above_lower = expit(-b);
  // F(a) - F(b) without cancellation.
  const double probability = -std::expm1(b - a) * upper * above_lower;
  const double slope_a = upper * expit(-a);
  const double slope_b = lower * above_lower;
  const double by_a = slope_a / probability;
  const double by_b = slope_b / probability;
  return {std::log(probability),
          by_a,
          -by_b,
          by_a * by_a - by_a * (1 - 2 * upper),
          by_b * by_b + by_b * (1 - 2 * lower),
          -by_a * by_b};
}

/// Adds one subject; the parameters are the thresholds, then the coefficients.
class OddsLikelihood {
 public:
  OddsLikelihood(const ClassData& data, std::size_t thresholds)
      : data_(data), thresholds_(thresholds), size_(thresholds + data.x.columns()) {}

  Likelihood operator()(std::span<const double> at) const {
    Likelihood sum{0, std::vector<double>(size_), Matrix(size_, size_)};
    for (std::size_t k = 1; k < thresholds_; ++k) {
      if (!(at[k] > at[k - 1])) return {-std::numeric_limits<double>::infinity(), {}, {}};
    }
    for (std::size_t i = 0; i < data_.outcome.size(); ++i) add(sum, at, i);
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t b = 0; b < a; ++b) sum.information(b, a) = sum.information(a, b);
    }
    return sum;
  }

 private:
  void add(Likelihood& sum, std::span<const double> at, std::size_t i) const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const double weight = class_weight(data_, i);
    if (weight == 0) return;
    const auto k = static_cast<std::size_t>(data_.outcome[i]);
    double eta = 0;
    for (std::size_t j = 0; j < data_.x.columns(); ++j) {
      eta += data_.x(i, j) * at[thresholds_ + j];
    }
    const Piece row =
        piece(k < thresholds_ ? at[k] - eta : infinity, k > 0 ? at[k - 1] - eta : -infinity);
    sum.value += weight * row.log_probability;
    const auto direction = [&](std::size_t a, std::size_t end) {  // d end / d parameter
      if (a >= thresholds_) return -data_.x(i, a - thresholds_);
      return a == end ? 1.0 : 0.0;
    };
    for (std::size_t a = 0; a < size_; ++a) {
      const double up = k < thresholds_ ? direction(a, k) : 0;
      const double down = k > 0 ? direction(a, k - 1) : 0;
      if (up == 0 && down == 0) continue;
      sum.score[a] += weight * (row.by_a * up + row.by_b * down);
      const double with_up = row.minus_aa * up + row.minus_ab * down;
      const double with_down = row.minus_ab * up + row.minus_bb * down;
      for (std::size_t b = 0; b <= a; ++b) {
        const double other_up = k < thresholds_ ? direction(b, k) : 0;
        const double other_down = k > 0 ? direction(b, k - 1) : 0;
        sum.information(a, b) += weight * (with_up * other_up + with_down * other_down);
      }
    }
  }

  const ClassData& data_;
  std::size_t thresholds_;
  std::size_t size_;
};

std::vector<std::string> parameter_names(const ClassData& data, std::size_t thresholds) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < thresholds; ++k) names.push_back(fmt::format("threshold {}", k + 1));
  for (std::size_t j = 0; j < data.x.columns(); ++j) names.push_back(column_name(data.names, j));
  return names;
}

/// Coefficients first, as the caller asked for them.
Matrix reordered(const Matrix& covariance, std::size_t thresholds) {
  const std::size_t size = covariance.rows();
  const auto from = [&](std::size_t a) {
    const std::size_t p = size - thresholds;
    return a < p ? thresholds + a : a - p;
  };
  Matrix result(size, size);
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = 0; b < size; ++b) result(a, b) = covariance(from(a), from(b));
  }
  return result;
}

}  // namespace

Result<ProportionalOdds> proportional_odds(const ClassData& data) {
  const std::vector<double> weights = TRY(class_weights(data));
  const std::size_t thresholds = weights.size() - 1;
  double total = 0;
  for (const double w : weights) total += w;
  std::vector<double> start(thresholds + data.x.columns());
  double below = 0;
  for (std::size_t k = 0; k < thresholds; ++k) {
    below += weights[k];
    start[k] = std::log(below / (total - below));
  }
  const auto names = parameter_names(data, thresholds);
  const Maximum end =
      TRY(maximise(OddsLikelihood(data, thresholds), start, "proportional odds model", names));
  TRY(check_not_endless(data, end, thresholds, 1));

  ProportionalOdds fit{};
  const auto cut = end.parameters.begin() + static_cast<std::ptrdiff_t>(thresholds);
  fit.thresholds.assign(end.parameters.begin(), cut);
  fit.coefficients.assign(cut, end.parameters.end());
  fit.covariance = reordered(end.covariance, thresholds);
  fit.log_likelihood = end.at.value;
  fit.deviance = -2 * end.at.value;
  fit.aic = fit.deviance + 2 * static_cast<double>(end.parameters.size());
  fit.iterations = end.iterations;
  return fit;
}

Matrix class_probabilities(const ProportionalOdds& fit, const Matrix& x) {
  ENSURE(x.columns() == fit.coefficients.size());
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::size_t classes = fit.thresholds.size() + 1;
  Matrix probabilities(x.rows(), classes);
  for (std::size_t i = 0; i < x.rows(); ++i) {
    double eta = 0;
    for (std::size_t j = 0; j < x.columns(); ++j) eta += x(i, j) * fit.coefficients[j];
    for (std::size_t k = 0; k < classes; ++k) {
      const double a = k + 1 < classes ? fit.thresholds[k] - eta : infinity;
      const double b = k > 0 ? fit.thresholds[k - 1] - eta : -infinity;
      probabilities(i, k) = std::exp(piece(a, b).log_probability);
    }
  }
  return probabilities;
}

}  // namespace kensho::stats
