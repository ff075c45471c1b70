#include "stats/location/standardised_difference.h"

#include <algorithm>
#include <cmath>

#include "stats/describe/sample.h"
#include "stats/dist/distributions.h"
#include "stats/optimize/root.h"

namespace kensho::stats {
namespace {

// The noncentrality under which a t this small or smaller has the probability.
Result<double> noncentrality(double t, double df, double probability) {
  double reach = 4 + std::abs(t) / 4;
  const auto excess = [&](double moved) { return noncentral_t_cdf(t, df, moved) - probability; };
  while (reach < 1e4 && !(excess(t - reach) > 0 && excess(t + reach) < 0)) reach *= 2;
  return find_root(excess, {t - reach, t + reach}, "interval of the standardised difference");
}

}  // namespace

Result<StandardisedDifference> standardised_difference(std::span<const double> first,
                                                       std::span<const double> second,
                                                       double confidence_level) {
  TRY(normal_multiplier(confidence_level));
  TRY(check_sample(first, "standardised difference, first group", 2));
  TRY(check_sample(second, "standardised difference, second group", 2));
  const SampleMoments one = sample_moments(first);
  const SampleMoments two = sample_moments(second);
  const double df = one.n + two.n - 2;
  const double pooled = std::sqrt((one.squares + two.squares) / df);
  if (!(pooled > 0)) {
    return Error{Errc::invalid_argument, "standardised difference: both groups are constant"};
  }
  const double d = (one.mean - two.mean) / pooled;
  const double factor =
      std::exp(log_gamma(df / 2) - std::log(df / 2) / 2 - log_gamma((df - 1) / 2));
  const double size = std::sqrt(one.n * two.n / (one.n + two.n));
  const double tail = (1 - confidence_level) / 2;
  const double lower = TRY(noncentrality(d * size, df, 1 - tail));
  const double upper = TRY(noncentrality(d * size, df, tail));
  return StandardisedDifference{
      .cohen_d = d,
      .hedges_g = d * factor,
      .hedges_factor = factor,
      .interval = {lower / size, upper / size},
      .balance_smd = (one.mean - two.mean) / std::sqrt((one.variance() + two.variance()) / 2)};
}

}  // namespace kensho::stats
