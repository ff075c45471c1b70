#include "stats/contingency/exact_binomial.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

constexpr double AS_LIKELY = 1 + 1e-7;  // R's slack for probabilities equal but for rounding

// How many counts from `nearest` outwards (step +1 or -1) to `last` are no more likely than
// `limit`; the probabilities fall in that direction. Answers the first such count, by bisection.
double first_unlikely(double nearest, double last, double limit, const BinomialShape& shape) {
  double likely = nearest;  // still above the limit
  double unlikely = last;   // not above it
  while (std::abs(unlikely - likely) > 1) {
    const double middle = std::floor((likely + unlikely) / 2);
    (binomial_probability(middle, shape) <= limit ? unlikely : likely) = middle;
  }
  return unlikely;
}

double two_sided(double successes, const BinomialShape& shape) {
  if (shape.probability == 0) return successes == 0 ? 1 : 0;
  if (shape.probability == 1) return successes == shape.trials ? 1 : 0;
  const double mean = shape.trials * shape.probability;
  if (successes == mean) return 1;  // exactly the most likely count
  const double limit = binomial_probability(successes, shape) * AS_LIKELY;
  if (successes < mean) {
    const double tail = binomial_cdf(successes, shape);
    if (binomial_probability(shape.trials, shape) > limit) return tail;
    const double start = std::min(std::ceil(mean), shape.trials);
    const double other = binomial_probability(start, shape) <= limit
                             ? start
                             : first_unlikely(start, shape.trials, limit, shape);
    return std::min(1.0, tail + binomial_upper_tail(other - 1, shape));
  }
  const double tail = binomial_upper_tail(successes - 1, shape);
  if (binomial_probability(0, shape) > limit) return tail;
  const double start = std::floor(mean);
  const double other =
      binomial_probability(start, shape) <= limit ? start : first_unlikely(start, 0, limit, shape);
  return std::min(1.0, tail + binomial_cdf(other, shape));
}

double odds(double probability) {
  return probability / (1 - probability);
}

}  // namespace

Result<double> exact_binomial_p_value(const BinomialCount& count, double probability,
                                      Alternative alternative) {
  if (!(count.trials > 0 && count.successes >= 0 && count.successes <= count.trials &&
        probability >= 0 && probability <= 1)) {
    return Error{Errc::invalid_argument,
                 fmt::format("binomial test: {} of {} against {}: needs a trial, successes from 0 "
                             "to trials and a probability from 0 to 1",
                             count.successes, count.trials, probability)};
  }
  const auto successes = static_cast<double>(count.successes);
  const BinomialShape shape{static_cast<double>(count.trials), probability};
  switch (alternative) {
    case Alternative::less:
      return binomial_cdf(successes, shape);
    case Alternative::greater:
      return binomial_upper_tail(successes - 1, shape);
    case Alternative::two_sided:
      break;
  }
  return two_sided(successes, shape);
}

Result<McNemarTest> mcnemar_test(const PairedCounts& counts, double confidence_level) {
  if (std::min({counts.both, counts.first_only, counts.second_only, counts.neither}) < 0) {
    return Error{Errc::invalid_argument, "McNemar's test: a count is negative"};
  }
  const std::int64_t discordant = counts.first_only + counts.second_only;
  if (discordant == 0) {
    return Error{Errc::invalid_argument,
                 "McNemar's test: no pair is discordant, so that nothing can differ"};
  }
  const BinomialCount first{counts.first_only, discordant};
  const Interval share = TRY(clopper_pearson_proportion(first, confidence_level)).interval;
  const auto b = static_cast<double>(counts.first_only);
  const auto c = static_cast<double>(counts.second_only);
  const BinomialShape half{b + c, 0.5};
  const double apart = std::abs(b - c);
  const double chi_square = apart * apart / (b + c);
  const double kept = std::max(0.0, apart - 1);
  const double corrected = kept * kept / (b + c);
  const double fewer = std::min(b, c);
  const double exact = std::min(1.0, 2 * binomial_cdf(fewer, half));
  const double mid = 2 * binomial_cdf(fewer - 1, half) + binomial_probability(fewer, half);
  const auto total = static_cast<double>(counts.both + discordant + counts.neither);
  return McNemarTest{
      .chi_square = chi_square,
      .p_value = chi_square_upper_tail(chi_square, 1),
      .chi_square_corrected = corrected,
      .p_value_corrected = chi_square_upper_tail(corrected, 1),
      .p_value_exact = exact,
      .p_value_mid = std::min(1.0, mid),
      .odds_ratio = c > 0 ? std::optional(b / c) : std::nullopt,
      .odds_ratio_lower = odds(share.lower),
      .odds_ratio_upper = share.upper < 1 ? std::optional(odds(share.upper)) : std::nullopt,
      .difference = (b - c) / total};
}

}  // namespace kensho::stats
