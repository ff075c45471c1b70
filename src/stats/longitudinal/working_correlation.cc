#include "stats/longitudinal/working_correlation.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/linear/positive_definite.h"

namespace kensho::stats {
namespace {

double integer_power(double base, int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; ++i) power *= base;
  return power;
}

// The alpha that minimises sum over lags of pairs (alpha^lag - mean product)^2, by Gauss-Newton
// from the moment estimate of the shortest lag seen.
Result<double> ar1_alpha(const CorrelationMoments& moments, double scale) {
  double alpha = 0;
  for (std::size_t i = moments.pairs.size(); i-- > 0;) {
    if (moments.pairs[i] == 0) continue;
    const double mean = moments.products[i] / moments.pairs[i] / scale;
    const double lag = static_cast<double>(i + 1);
    alpha = std::copysign(std::pow(std::min(std::abs(mean), 0.99), 1 / lag), mean);
  }
  for (int step = 0; step < 200; ++step) {
    double slope = 0;
    double curvature = 0;
    for (std::size_t i = 0; i < moments.pairs.size(); ++i) {
      const int lag = static_cast<int>(i + 1);
      const double derivative = lag * integer_power(alpha, lag - 1);
      slope +=
          derivative * (moments.products[i] / scale - moments.pairs[i] * derivative * alpha / lag);
      curvature += moments.pairs[i] * derivative * derivative;
    }
    if (curvature == 0) return alpha;
    const double next = std::clamp(alpha + slope / curvature, -1.0, 1.0);
    const bool is_settled = std::abs(next - alpha) <= 1e-16;
    alpha = next;
    if (is_settled) break;
  }
  return alpha;
}

Error indefinite(double alpha) {
  return {
      Errc::invalid_argument,
      fmt::format("GEE: a working correlation with alpha = {:.4g} is not positive definite; use "
                  "independence",
                  alpha)};
}

}  // namespace

CorrelationMoments& CorrelationMoments::operator+=(const CorrelationMoments& other) {
  for (std::size_t i = 0; i < products.size(); ++i) {
    products[i] += other.products[i];
    pairs[i] += other.pairs[i];
  }
  return *this;
}

CorrelationMoments CorrelationStructure::no_moments() const {
  std::size_t size = 0;
  switch (kind_) {
    case WorkingCorrelation::independence:
      break;
    case WorkingCorrelation::exchangeable:
      size = 1;
      break;
    case WorkingCorrelation::ar1:
      size = waves_ - 1;
      break;
    case WorkingCorrelation::unstructured:
      size = waves_ * (waves_ - 1) / 2;
      break;
  }
  return {std::vector<double>(size), std::vector<double>(size)};
}

std::size_t CorrelationStructure::pair_index(int first, int second) const {
  const auto i = static_cast<std::size_t>(first);
  return i * waves_ - i * (i + 1) / 2 + static_cast<std::size_t>(second) - i - 1;
}

void CorrelationStructure::add(CorrelationMoments& moments, std::span<const double> residual,
                               std::span<const int> wave) const {
  const std::size_t size = residual.size();
  if (kind_ == WorkingCorrelation::independence) return;
  if (kind_ == WorkingCorrelation::exchangeable) {
    double before = 0;
    for (const double r : residual) {
      moments.products[0] += before * r;
      before += r;
    }
    moments.pairs[0] += 0.5 * static_cast<double>(size) * (static_cast<double>(size) - 1);
    return;
  }
  for (std::size_t j = 1; j < size; ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const std::size_t index = kind_ == WorkingCorrelation::ar1
                                    ? static_cast<std::size_t>(wave[j] - wave[i] - 1)
                                    : pair_index(wave[i], wave[j]);
      moments.products[index] += residual[i] * residual[j];
      moments.pairs[index] += 1;
    }
  }
}

Result<CorrelationParameters> CorrelationStructure::parameters(const CorrelationMoments& moments,
                                                               double scale) const {
  if (kind_ == WorkingCorrelation::independence) return CorrelationParameters{};
  if (std::ranges::all_of(moments.pairs, [](double pairs) { return pairs == 0; })) {
    return Error{Errc::invalid_argument,
                 "GEE: no cluster has two rows: there is no correlation to estimate"};
  }
  if (kind_ == WorkingCorrelation::ar1) {
    return CorrelationParameters{TRY(ar1_alpha(moments, scale))};
  }
  CorrelationParameters parameters;
  for (std::size_t i = 0; i < moments.pairs.size(); ++i) {
    if (moments.pairs[i] == 0) {
      return Error{Errc::invalid_argument,
                   "GEE: two waves are never seen in one cluster: no unstructured correlation"};
    }
    parameters.push_back(moments.products[i] / moments.pairs[i] / scale);
  }
  return parameters;
}

Status CorrelationStructure::set(const CorrelationParameters& parameters, std::size_t size_max) {
  if (kind_ == WorkingCorrelation::independence) return ok();
  is_set_ = true;
  alpha_ = parameters[0];
  if (kind_ == WorkingCorrelation::ar1) {
    if (!(std::abs(alpha_) < 1)) return indefinite(alpha_);
    return ok();
  }
  if (kind_ == WorkingCorrelation::exchangeable) {
    const double rest = 1 + (static_cast<double>(size_max) - 1) * alpha_;
    if (!(alpha_ < 1) || !(rest > 1e-10)) return indefinite(alpha_);
    return ok();
  }
  full_ = Matrix(waves_, waves_);
  for (int j = 0; j < static_cast<int>(waves_); ++j) {
    const auto column = static_cast<std::size_t>(j);
    full_(column, column) = 1;
    for (int i = 0; i < j; ++i) {
      const auto row = static_cast<std::size_t>(i);
      full_(row, column) = full_(column, row) = parameters[pair_index(i, j)];
    }
  }
  const auto factor = CholeskyFactor::make(full_, "GEE");
  if (!factor) {
    return Error{Errc::invalid_argument,
                 "GEE: the moment estimate of the unstructured correlation is not positive definite; "
                 "use exchangeable"};
  }
  full_inverse_ = (*factor).inverse();
  return ok();
}

void CorrelationStructure::multiply_ar1(std::span<double> column, std::span<const int> wave) const {
  // With e the innovations, R^-1 x = L' D^-1 e, both L and D known from the distances alone.
  double before = column[0];
  double kept = column[0];
  for (std::size_t j = 1; j < column.size(); ++j) {
    const double rho = integer_power(alpha_, wave[j] - wave[j - 1]);
    const double innovation = (column[j] - rho * before) / (1 - rho * rho);
    before = column[j];
    column[j - 1] = kept - rho * innovation;
    kept = innovation;
  }
  column[column.size() - 1] = kept;
}

void CorrelationStructure::multiply_unstructured(std::span<double> columns,
                                                 std::span<const int> wave) const {
  const std::size_t rows = wave.size();
  Matrix inverse;
  if (rows < waves_) {
    Matrix part(rows, rows);
    for (std::size_t j = 0; j < rows; ++j) {
      for (std::size_t i = 0; i < rows; ++i) {
        part(i, j) = full_(static_cast<std::size_t>(wave[i]), static_cast<std::size_t>(wave[j]));
      }
    }
    // a part of a positive definite matrix is one
    inverse = CholeskyFactor::make(part, "GEE", {}, 0).value().inverse();
  }
  const Matrix& r = rows < waves_ ? inverse : full_inverse_;
  std::vector<double> product(rows);
  for (std::size_t begin = 0; begin < columns.size(); begin += rows) {
    std::ranges::fill(product, 0.0);
    for (std::size_t j = 0; j < rows; ++j) {
      for (std::size_t i = 0; i < rows; ++i) product[i] += r(i, j) * columns[begin + j];
    }
    std::ranges::copy(product, columns.begin() + static_cast<std::ptrdiff_t>(begin));
  }
}

void CorrelationStructure::multiply_inverse(std::span<double> columns,
                                            std::span<const int> wave) const {
  const std::size_t rows = wave.size();
  if (!is_set_) return;
  switch (kind_) {
    case WorkingCorrelation::independence:
      return;
    case WorkingCorrelation::unstructured:
      multiply_unstructured(columns, wave);
      return;
    case WorkingCorrelation::ar1:
      for (std::size_t begin = 0; begin < columns.size(); begin += rows) {
        multiply_ar1(columns.subspan(begin, rows), wave);
      }
      return;
    case WorkingCorrelation::exchangeable:
      break;
  }
  const double outer = 1 / (1 - alpha_);
  const double shared = alpha_ / (1 + (static_cast<double>(rows) - 1) * alpha_);
  for (std::size_t begin = 0; begin < columns.size(); begin += rows) {
    double sum = 0;
    for (std::size_t j = 0; j < rows; ++j) sum += columns[begin + j];
    for (std::size_t j = 0; j < rows; ++j) {
      columns[begin + j] = outer * (columns[begin + j] - shared * sum);
    }
  }
}

}  // namespace kensho::stats
