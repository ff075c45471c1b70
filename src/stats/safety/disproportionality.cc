#include "stats/safety/disproportionality.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

struct Cells {
  double a;
  double b;
  double c;
  double d;
  double total() const { return a + b + c + d; }
};

Result<Cells> cells_of(const ReportTable& reports) {
  const auto [a, b, c, d] = reports;
  if (std::min({a, b, c, d}) < 0 || a + b == 0 || a + c == 0 || c + d == 0 || b + d == 0) {
    return Error{Errc::invalid_argument,
                 fmt::format("disproportionality: reports {}, {}, {}, {}; none may be below 0 and "
                             "no margin 0",
                             a, b, c, d)};
  }
  return Cells{static_cast<double>(a), static_cast<double>(b), static_cast<double>(c),
               static_cast<double>(d)};
}

ReportingRatio ratio_with(double above, double below, double error_squared, double z) {
  if (below == 0) return {};
  const double ratio = above / below;
  if (above == 0 || !std::isfinite(error_squared)) return {ratio, {}};
  const double stretch = std::exp(z * std::sqrt(error_squared));
  return {ratio, Interval{ratio / stretch, ratio * stretch}};
}

double yates_chi_square(const Cells& n) {
  const double difference = n.a * n.d - n.b * n.c;
  const double corrected = std::max(0.0, std::abs(difference) - n.total() / 2);
  return n.total() * corrected * corrected /
         ((n.a + n.b) * (n.c + n.d) * (n.a + n.c) * (n.b + n.d));
}

}  // namespace

Result<Disproportionality> disproportionality(const ReportTable& reports, double confidence_level) {
  const Cells n = TRY(cells_of(reports));
  const double z = TRY(normal_multiplier(confidence_level));
  const double expected = (n.a + n.b) * (n.a + n.c) / n.total();
  const double tail = (1 - confidence_level) / 2;
  const GammaShape posterior{n.a + 0.5, expected + 0.5};
  Disproportionality found{
      .proportional = ratio_with(n.a / (n.a + n.b), n.c / (n.c + n.d),
                                 1 / n.a - 1 / (n.a + n.b) + 1 / n.c - 1 / (n.c + n.d), z),
      .odds = ratio_with(n.a * n.d, n.b * n.c, 1 / n.a + 1 / n.b + 1 / n.c + 1 / n.d, z),
      .expected = expected,
      .chi_square = yates_chi_square(n),
      .p_value = 1,
      .information_component = std::log2((n.a + 0.5) / (expected + 0.5)),
      .information_interval = {std::log2(gamma_quantile(tail, posterior)),
                               std::log2(gamma_quantile(1 - tail, posterior))},
      .evans_signal = false,
      .information_signal = false};
  found.p_value = chi_square_upper_tail(found.chi_square, 1);
  const double ratio = found.proportional.ratio.value_or(HUGE_VAL);  // infinite: none with others
  found.evans_signal = ratio >= 2 && found.chi_square >= 4 && reports.product_event >= 3;
  found.information_signal = found.information_interval.lower > 0;
  return found;
}

}  // namespace kensho::stats
