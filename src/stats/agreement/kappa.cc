#include "stats/agreement/kappa.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "stats/describe/sample.h"

namespace kensho::stats {
namespace {

Error refusal(const std::string& why) {
  return {Errc::invalid_argument, "kappa: " + why};
}

Status check_counts(const Matrix& counts) {
  if (counts.rows() != counts.columns() || counts.rows() < 2) {
    return refusal(fmt::format("a table of {} by {}; it must be square, at least 2 by 2",
                               counts.rows(), counts.columns()));
  }
  TRY(check_sample(counts.values(), "kappa"));
  double total = 0;
  for (const double count : counts.values()) {
    if (count < 0) return refusal(fmt::format("a count is {}", count));
    total += count;
  }
  if (!(total > 0)) return refusal("the table is empty");
  return ok();
}

double weight_of(std::size_t i, std::size_t j, std::size_t categories, KappaWeights weights) {
  const double apart = std::abs(static_cast<double>(i) - static_cast<double>(j)) /
                       static_cast<double>(categories - 1);
  switch (weights) {
    case KappaWeights::linear:
      return 1 - apart;
    case KappaWeights::quadratic:
      return 1 - apart * apart;
    case KappaWeights::none:
      break;
  }
  return i == j ? 1 : 0;
}

struct Margins {
  double total = 0;
  std::vector<double> row;
  std::vector<double> column;
};

Margins margins_of(const Matrix& counts) {
  Margins margins{0, std::vector<double>(counts.rows()), std::vector<double>(counts.rows())};
  for (const double count : counts.values()) margins.total += count;
  for (std::size_t i = 0; i < counts.rows(); ++i) {
    for (std::size_t j = 0; j < counts.rows(); ++j) {
      margins.row[i] += counts(i, j) / margins.total;
      margins.column[j] += counts(i, j) / margins.total;
    }
  }
  return margins;
}

}  // namespace

Result<Kappa> cohen_kappa(const Matrix& counts, KappaWeights weights, double confidence_level) {
  TRY(check_counts(counts));
  const double z = TRY(normal_multiplier(confidence_level));
  const Margins margins = margins_of(counts);
  const std::size_t k = counts.rows();
  double observed = 0;
  double expected = 0;
  std::vector<double> row_weight(k);  // mean weight of a category against the other's margin
  std::vector<double> column_weight(k);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      const double weight = weight_of(i, j, k, weights);
      observed += weight * counts(i, j) / margins.total;
      expected += weight * margins.row[i] * margins.column[j];
      row_weight[i] += weight * margins.column[j];
      column_weight[j] += weight * margins.row[i];
    }
  }
  if (!(expected < 1)) return refusal("both raters use one category only");
  const double kappa = (observed - expected) / (1 - expected);
  double squares = 0;
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      const double part =
          weight_of(i, j, k, weights) - (row_weight[i] + column_weight[j]) * (1 - kappa);
      squares += counts(i, j) / margins.total * part * part;
    }
  }
  const double centre = kappa - expected * (1 - kappa);
  const double variance = std::max(0.0, squares - centre * centre);
  const double std_error = std::sqrt(variance / margins.total) / (1 - expected);
  return Kappa{
      kappa, observed, expected, std_error, {kappa - z * std_error, kappa + z * std_error}};
}

}  // namespace kensho::stats
