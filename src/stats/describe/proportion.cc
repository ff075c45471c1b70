#include "stats/describe/proportion.h"

#include <cmath>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

Status check_count(const BinomialCount& count) {
  if (count.trials > 0 && count.successes >= 0 && count.successes <= count.trials) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("proportion {} of {}: needs at least 1 trial and successes from 0 to "
                           "the number of trials",
                           count.successes, count.trials)};
}

}  // namespace

Result<Proportion> wilson_proportion(const BinomialCount& count, double confidence_level) {
  TRY(check_count(count));
  const double z = TRY(normal_multiplier(confidence_level));
  const auto n = static_cast<double>(count.trials);
  const auto successes = static_cast<double>(count.successes);
  const double p = successes / n;

  const double middle = successes + z * z / 2;
  const double half_width = z * std::sqrt(successes * (1 - p) + z * z / 4);
  const double scale = n + z * z;
  // The ends are exactly 0 and 1 there; the difference of two near numbers would not be.
  const double lower = count.successes == 0 ? 0 : (middle - half_width) / scale;
  const double upper = count.successes == count.trials ? 1 : (middle + half_width) / scale;
  return Proportion{p, {lower, upper}};
}

Result<Proportion> clopper_pearson_proportion(const BinomialCount& count, double confidence_level) {
  TRY(check_count(count));
  TRY(normal_multiplier(confidence_level));
  const double tail = (1 - confidence_level) / 2;
  const auto successes = static_cast<double>(count.successes);
  const auto failures = static_cast<double>(count.trials - count.successes);

  const double lower = count.successes == 0 ? 0 : beta_quantile(tail, {successes, failures + 1});
  const double upper =
      count.successes == count.trials ? 1 : beta_quantile(1 - tail, {successes + 1, failures});
  return Proportion{successes / static_cast<double>(count.trials), {lower, upper}};
}

}  // namespace kensho::stats
