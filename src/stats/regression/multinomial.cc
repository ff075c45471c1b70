#include "stats/regression/multinomial.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "stats/regression/column_name.h"

namespace kensho::stats {
namespace {

/// The parameters are the coefficients of class 1, then of class 2, and so on.
class MultinomialLikelihood {
 public:
  MultinomialLikelihood(const ClassData& data, std::size_t classes)
      : data_(data), others_(classes - 1), size_(others_ * data.x.columns()) {}

  Likelihood operator()(std::span<const double> at) const {
    Likelihood sum{0, std::vector<double>(size_), Matrix(size_, size_)};
    for (std::size_t i = 0; i < data_.outcome.size(); ++i) add(sum, at, i);
    return sum;
  }

 private:
  /// P(Y = k + 1), and log P of the class that was seen.
  double probabilities(std::span<const double> at, std::size_t i, std::vector<double>& p) const {
    const std::size_t columns = data_.x.columns();
    double most = 0;
    for (std::size_t k = 0; k < others_; ++k) {
      p[k] = 0;
      for (std::size_t j = 0; j < columns; ++j) p[k] += data_.x(i, j) * at[k * columns + j];
      most = std::max(most, p[k]);
    }
    const int seen = data_.outcome[i];
    const double eta = seen == 0 ? 0 : p[static_cast<std::size_t>(seen - 1)];
    double total = std::exp(-most);
    for (double& value : p) total += value = std::exp(value - most);
    for (double& value : p) value /= total;
    return eta - most - std::log(total);
  }

  void add(Likelihood& sum, std::span<const double> at, std::size_t i) const {
    const double weight = class_weight(data_, i);
    if (weight == 0) return;
    const std::size_t columns = data_.x.columns();
    std::vector<double> p(others_);
    sum.value += weight * probabilities(at, i, p);
    for (std::size_t k = 0; k < others_; ++k) {
      const double seen = static_cast<std::size_t>(data_.outcome[i]) == k + 1 ? 1 : 0;
      for (std::size_t j = 0; j < columns; ++j) {
        sum.score[k * columns + j] += weight * (seen - p[k]) * data_.x(i, j);
      }
      for (std::size_t l = 0; l < others_; ++l) {
        const double v = weight * (k == l ? p[k] * (1 - p[k]) : -p[k] * p[l]);
        for (std::size_t j = 0; j < columns; ++j) {
          for (std::size_t m = 0; m < columns; ++m) {
            sum.information(k * columns + j, l * columns + m) += v * data_.x(i, j) * data_.x(i, m);
          }
        }
      }
    }
  }

  const ClassData& data_;
  std::size_t others_;
  std::size_t size_;
};

}  // namespace

Result<Multinomial> multinomial(const ClassData& data) {
  const std::size_t others = TRY(class_weights(data)).size() - 1;
  const std::size_t columns = data.x.columns();
  std::vector<std::string> names;
  for (std::size_t k = 0; k < others; ++k) {
    for (std::size_t j = 0; j < columns; ++j) names.push_back(column_name(data.names, j));
  }
  const Maximum end =
      TRY(maximise(MultinomialLikelihood(data, others + 1), std::vector<double>(others * columns),
                   "multinomial model", names));
  TRY(check_not_endless(data, end, 0, others));

  Multinomial fit{};
  fit.coefficients = Matrix(others, columns);
  for (std::size_t k = 0; k < others; ++k) {
    for (std::size_t j = 0; j < columns; ++j) {
      fit.coefficients(k, j) = end.parameters[k * columns + j];
    }
  }
  fit.covariance = end.covariance;
  fit.log_likelihood = end.at.value;
  fit.deviance = -2 * end.at.value;
  fit.aic = fit.deviance + 2 * static_cast<double>(end.parameters.size());
  fit.iterations = end.iterations;
  return fit;
}

}  // namespace kensho::stats
