#include "stats/association/correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "stats/association/concordance_count.h"
#include "stats/describe/compensated_sum.h"
#include "stats/describe/sample.h"
#include "stats/location/ranks.h"

namespace kensho::stats {
namespace {

constexpr std::size_t SPEARMAN_EXACT_BELOW = 10;
constexpr std::size_t KENDALL_EXACT_BELOW = 50;

// The products in the order of the pairs' values, so that the order of the rows changes no bit.
double product_moment(std::span<const double> x, std::span<const double> y) {
  const SampleMoments of_x = sample_moments(x);
  const SampleMoments of_y = sample_moments(y);
  std::vector<std::pair<double, double>> pairs(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) pairs[i] = {x[i] - of_x.mean, y[i] - of_y.mean};
  std::ranges::sort(pairs);
  CompensatedSum products;
  for (const auto& [from_x, from_y] : pairs) products.add(from_x * from_y);
  // Divided first: no overflow, and a line has exactly 1.
  const double scale = std::sqrt(of_x.squares / of_y.squares) * of_y.squares;
  const double r = products.value() / scale;
  return std::clamp(r, -1.0, 1.0);
}

// Symmetric on Fisher's scale; `spread` is the variance there times n - 3.
std::optional<Interval> fisher_interval(double r, std::size_t n, double spread, double z) {
  if (n < 4) return std::nullopt;
  if (std::abs(r) == 1) return Interval{r, r};  // exactly: all pairs on one line
  const double centre = std::atanh(r);
  const double width = z * std::sqrt(spread / static_cast<double>(n - 3));
  return Interval{std::tanh(centre - width), std::tanh(centre + width)};
}

Correlation with_t_test(double r, std::size_t n, Alternative alternative) {
  const auto df = static_cast<double>(n - 2);
  const double t = r * std::sqrt(df / ((1 - r) * (1 + r)));  // infinite where |r| is 1
  return {.estimate = r,
          .statistic = t,
          .degrees_of_freedom = df,
          .p_value = student_t_p_value(t, df, alternative),
          .null = CorrelationNull::approximate,
          .interval = std::nullopt,
          .n = n};
}

double tail_p_value(double at_most, double at_least, Alternative alternative) {
  switch (alternative) {
    case Alternative::less:
      return at_most;
    case Alternative::greater:
      return at_least;
    case Alternative::two_sided:
      break;
  }
  return std::min(1.0, 2 * std::min(at_most, at_least));
}

// Over all orders of the second ranks, how many have a sum of products as small, or as large.
double spearman_exact(std::span<const double> first, std::span<const double> second,
                      Alternative alternative) {
  const auto products = [&](std::span<const double> order) {
    return std::inner_product(first.begin(), first.end(), order.begin(), 0.0);  // whole: exact
  };
  const double seen = products(second);
  std::vector<double> order(second.begin(), second.end());
  std::ranges::sort(order);
  double total = 0;
  double at_most = 0;
  double at_least = 0;
  do {
    const double sum = products(order);
    ++total;
    at_most += sum <= seen ? 1 : 0;
    at_least += sum >= seen ? 1 : 0;
  } while (std::ranges::next_permutation(order).found);
  return tail_p_value(at_most / total, at_least / total, alternative);
}

Correlation spearman(std::span<const double> x, std::span<const double> y,
                     const CorrelationQuestion& question, double z) {
  const Ranks ranks_x = midranks(x);
  const Ranks ranks_y = midranks(y);
  const double rho = product_moment(ranks_x.rank, ranks_y.rank);
  Correlation result = with_t_test(rho, x.size(), question.alternative);
  result.interval = fisher_interval(rho, x.size(), 1 + rho * rho / 2, z);
  if (!ranks_x.tied() && !ranks_y.tied() && x.size() < SPEARMAN_EXACT_BELOW) {
    result.null = CorrelationNull::exact;
    result.p_value = spearman_exact(ranks_x.rank, ranks_y.rank, question.alternative);
  }
  return result;
}

Correlation kendall(std::span<const double> x, std::span<const double> y,
                    const CorrelationQuestion& question) {
  const ConcordanceCount count = count_concordance(x, y);
  const double tau =
      count.score / std::sqrt(count.pairs - count.tied_x) / std::sqrt(count.pairs - count.tied_y);
  const double z = count.score / std::sqrt(count.variance);
  Correlation result{.estimate = tau,
                     .statistic = z,
                     .degrees_of_freedom = std::nullopt,
                     .p_value = normal_p_value(z, question.alternative),
                     .null = CorrelationNull::approximate,
                     .interval = std::nullopt,
                     .n = x.size()};
  if (count.tied_x + count.tied_y == 0 && x.size() < KENDALL_EXACT_BELOW) {
    const auto n = static_cast<int>(x.size());
    result.null = CorrelationNull::exact;
    result.p_value = tail_p_value(kendall_score_cdf(count.score, n),
                                  kendall_score_cdf(-count.score, n), question.alternative);
  }
  return result;
}

Status check_pairs(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) {
    return Error{Errc::invalid_argument,
                 fmt::format("correlation: {} values of x, {} of y", x.size(), y.size())};
  }
  for (const auto& values : {x, y}) {
    TRY(check_sample(values, "correlation", 3));
    if (std::ranges::min(values) == std::ranges::max(values)) {  // exactly: constant
      return Error{Errc::invalid_argument, "correlation: a variable is constant"};
    }
  }
  return ok();
}

}  // namespace

Result<Correlation> correlation(std::span<const double> x, std::span<const double> y,
                                const CorrelationQuestion& question) {
  TRY(check_pairs(x, y));
  const double z = TRY(normal_multiplier(question.confidence_level));
  switch (question.kind) {
    case CorrelationKind::spearman:
      return spearman(x, y, question, z);
    case CorrelationKind::kendall:
      return kendall(x, y, question);
    case CorrelationKind::pearson:
      break;
  }
  const double r = product_moment(x, y);
  Correlation result = with_t_test(r, x.size(), question.alternative);
  result.interval = fisher_interval(r, x.size(), 1, z);
  return result;
}

}  // namespace kensho::stats
