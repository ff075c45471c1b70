#include "stats/survival/strata.h"

#include <cmath>

namespace kensho::stats {
namespace {

// A pivot that has lost all but this share of its variance is rounding, not information.
constexpr double smallest_pivot = 1e-10;

}  // namespace

std::optional<double> quadratic_form(std::span<const double> u, std::span<const double> variance,
                                     std::span<const std::size_t> kept) {
  const std::size_t groups = u.size();
  const std::size_t size = kept.size();
  std::vector<double> factor(size * size);
  std::vector<double> solved(size);
  double form = 0;
  for (std::size_t i = 0; i < size; ++i) {
    double rest = u[kept[i]];
    for (std::size_t j = 0; j <= i; ++j) {
      double entry = variance[kept[i] * groups + kept[j]];
      for (std::size_t l = 0; l < j; ++l) entry -= factor[i * size + l] * factor[j * size + l];
      if (j < i) {
        factor[i * size + j] = entry / factor[j * size + j];
        rest -= factor[i * size + j] * solved[j];
        continue;
      }
      if (!(entry > smallest_pivot * variance[kept[i] * groups + kept[i]])) return std::nullopt;
      factor[i * size + i] = std::sqrt(entry);
    }
    solved[i] = rest / factor[i * size + i];
    form += solved[i] * solved[i];
  }
  return form;
}

}  // namespace kensho::stats
