#include "stats/location/mean_comparison.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "stats/describe/sample.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

Error no_spread(std::string_view what) {
  return {Errc::invalid_argument,
          fmt::format("{}: all values are equal, so that there is no standard error", what)};
}

struct Estimate {
  double value;
  double std_error;
  double degrees_of_freedom;
};

Result<TTest> test_of(const Estimate& estimate, const LocationQuestion& question) {
  TRY(normal_multiplier(question.confidence_level));
  const double df = estimate.degrees_of_freedom;
  const double statistic = (estimate.value - question.null_value) / estimate.std_error;
  const double width =
      estimate.std_error * student_t_quantile(1 - (1 - question.confidence_level) / 2, df);
  return TTest{.estimate = estimate.value,
               .std_error = estimate.std_error,
               .statistic = statistic,
               .degrees_of_freedom = df,
               .p_value = student_t_p_value(statistic, df, question.alternative),
               .interval = {estimate.value - width, estimate.value + width}};
}

Estimate pooled_difference(const SampleMoments& first, const SampleMoments& second) {
  const double df = first.n + second.n - 2;
  const double variance = (first.squares + second.squares) / df;
  return {first.mean - second.mean, std::sqrt(variance * (1 / first.n + 1 / second.n)), df};
}

Estimate welch_difference(const SampleMoments& first, const SampleMoments& second) {
  const double a = first.variance() / first.n;
  const double b = second.variance() / second.n;
  const double share = a / (a + b);  // divided first, so that tiny variances do not underflow
  const double df =
      1 / (share * share / (first.n - 1) + (1 - share) * (1 - share) / (second.n - 1));
  return {first.mean - second.mean, std::sqrt(a + b), df};
}

}  // namespace

Result<TTest> one_sample_t_test(std::span<const double> values, const LocationQuestion& question) {
  TRY(check_sample(values, "t test", 2));
  const SampleMoments moments = sample_moments(values);
  if (!(moments.squares > 0)) return no_spread("t test");
  return test_of({moments.mean, std::sqrt(moments.variance() / moments.n), moments.n - 1},
                 question);
}

Result<TTest> paired_t_test(std::span<const double> first, std::span<const double> second,
                            const LocationQuestion& question) {
  if (first.size() != second.size()) {
    return Error{Errc::invalid_argument, fmt::format("paired t test: {} first values but {} second",
                                                     first.size(), second.size())};
  }
  std::vector<double> differences(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) differences[i] = first[i] - second[i];
  return one_sample_t_test(differences, question);
}

Result<TTest> two_sample_t_test(std::span<const double> first, std::span<const double> second,
                                Variances variances, const LocationQuestion& question) {
  TRY(check_sample(first, "t test, first group", 2));
  TRY(check_sample(second, "t test, second group", 2));
  const SampleMoments one = sample_moments(first);
  const SampleMoments two = sample_moments(second);
  if (!(one.squares + two.squares > 0)) return no_spread("t test");
  return test_of(
      variances == Variances::equal ? pooled_difference(one, two) : welch_difference(one, two),
      question);
}

Result<VarianceRatioTest> variance_ratio_test(std::span<const double> first,
                                              std::span<const double> second,
                                              double confidence_level) {
  TRY(normal_multiplier(confidence_level));
  TRY(check_sample(first, "variance ratio, first group", 2));
  TRY(check_sample(second, "variance ratio, second group", 2));
  const SampleMoments one = sample_moments(first);
  const SampleMoments two = sample_moments(second);
  if (!(one.squares > 0 && two.squares > 0)) return no_spread("variance ratio");
  const double ratio = one.variance() / two.variance();
  const double tail = (1 - confidence_level) / 2;
  const double above = f_upper_tail(ratio, one.n - 1, two.n - 1);
  const double below = f_upper_tail(1 / ratio, two.n - 1, one.n - 1);
  return VarianceRatioTest{.ratio = ratio,
                           .first_df = one.n - 1,
                           .second_df = two.n - 1,
                           .p_value = std::min(1.0, 2 * std::min(above, below)),
                           .interval = {ratio * f_quantile(tail, two.n - 1, one.n - 1),
                                        ratio / f_quantile(tail, one.n - 1, two.n - 1)}};
}

}  // namespace kensho::stats
