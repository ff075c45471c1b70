#include "stats/imputation/rubins_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "stats/describe/sample.h"
#include "stats/dist/distributions.h"
#include "stats/linear/positive_definite.h"

namespace kensho::stats {
namespace {

Error refusal(const std::string& why) {
  return {Errc::invalid_argument, "pooling imputations: " + why};
}

double pooled_df(double m, double missing_share, std::optional<double> complete_data_df) {
  // R's mice keeps the share from 0 by this much, and with it the degrees of freedom finite.
  const double share = std::max(missing_share, 1e-4);
  const double rubin = (m - 1) / (share * share);
  if (!complete_data_df || std::isinf(*complete_data_df)) return rubin;
  const double complete = *complete_data_df;
  const double observed = (complete + 1) / (complete + 3) * complete * (1 - share);
  return rubin * observed / (rubin + observed);
}

Status check_imputations(std::span<const double> estimates, std::span<const double> variances,
                         std::optional<double> complete_data_df) {
  if (estimates.size() != variances.size()) {
    return refusal(
        fmt::format("{} estimates but {} variances", estimates.size(), variances.size()));
  }
  TRY(check_sample(estimates, "pooling imputations, estimates", 2));
  TRY(check_sample(variances, "pooling imputations, variances", 2));
  if (!(std::ranges::min(variances) > 0)) return refusal("a variance is not above 0");
  if (complete_data_df && !(*complete_data_df > 0)) {
    return refusal(fmt::format("complete-data degrees of freedom {}", *complete_data_df));
  }
  return ok();
}

// What the imputations of several parameters share.
struct Spread {
  std::vector<double> mean;
  Matrix within;
  Matrix between;
};

Result<Spread> spread_of(std::span<const std::vector<double>> estimates,
                         std::span<const Matrix> covariances) {
  const std::size_t m = estimates.size();
  if (m < 2 || covariances.size() != m) {
    return refusal(fmt::format("{} estimates, {} covariances", m, covariances.size()));
  }
  const std::size_t k = estimates[0].size();
  const auto count = static_cast<double>(m);
  Spread spread{std::vector<double>(k), Matrix(k, k), Matrix(k, k)};
  for (std::size_t i = 0; i < m; ++i) {
    if (k == 0 || estimates[i].size() != k || covariances[i].rows() != k ||
        covariances[i].columns() != k) {
      return refusal(fmt::format("imputation {} has another shape than the first", i + 1));
    }
    for (std::size_t a = 0; a < k; ++a) {
      spread.mean[a] += estimates[i][a] / count;
      for (std::size_t b = 0; b < k; ++b) spread.within(a, b) += covariances[i](a, b) / count;
    }
  }
  for (const auto& estimate : estimates) {
    for (std::size_t a = 0; a < k; ++a) {
      for (std::size_t b = 0; b < k; ++b) {
        spread.between(a, b) +=
            (estimate[a] - spread.mean[a]) * (estimate[b] - spread.mean[b]) / (count - 1);
      }
    }
  }
  return spread;
}

}  // namespace

Result<PooledEstimate> pool_estimates(std::span<const double> estimates,
                                      std::span<const double> variances,
                                      std::optional<double> complete_data_df,
                                      double confidence_level) {
  TRY(normal_multiplier(confidence_level));
  TRY(check_imputations(estimates, variances, complete_data_df));
  const SampleMoments moments = sample_moments(estimates);
  const double within = sample_moments(variances).mean;
  const double between = moments.variance();
  const double added = (1 + 1 / moments.n) * between;
  const double total = within + added;
  const double df = pooled_df(moments.n, added / total, complete_data_df);
  const double std_error = std::sqrt(total);
  const double increase = added / within;
  const double width = std_error * student_t_quantile(1 - (1 - confidence_level) / 2, df);
  return PooledEstimate{.estimate = moments.mean,
                        .within = within,
                        .between = between,
                        .std_error = std_error,
                        .degrees_of_freedom = df,
                        .relative_increase = increase,
                        .missing_share = added / total,
                        .missing_information = (increase + 2 / (df + 3)) / (increase + 1),
                        .p_value = student_t_two_sided(moments.mean / std_error, df),
                        .interval = {moments.mean - width, moments.mean + width}};
}

Result<PooledWaldTest> pooled_wald_test(std::span<const std::vector<double>> estimates,
                                        std::span<const Matrix> covariances) {
  const Spread spread = TRY(spread_of(estimates, covariances));
  const auto within = TRY(CholeskyFactor::make(spread.within, "pooled Wald test"));
  const auto m = static_cast<double>(estimates.size());
  const auto k = static_cast<double>(spread.mean.size());
  const Matrix ratio = within.solve(spread.between);
  double trace = 0;
  for (std::size_t i = 0; i < spread.mean.size(); ++i) trace += ratio(i, i);
  const double increase = (1 + 1 / m) * trace / k;
  const std::vector<double> solved = within.solve(spread.mean);
  double statistic = 0;
  for (std::size_t i = 0; i < solved.size(); ++i) statistic += solved[i] * spread.mean[i];
  statistic /= k * (1 + increase);
  const double t = k * (m - 1);
  const double spare = 1 + (1 - 2 / t) / increase;
  double df = t > 4 ? 4 + (t - 4) * spare * spare
                    : t * (1 + 1 / k) * (1 + 1 / increase) * (1 + 1 / increase) / 2;
  if (increase == 0) df = std::numeric_limits<double>::infinity();  // exactly: nothing was missing
  return PooledWaldTest{statistic, k, df, f_upper_tail(statistic, k, df), increase};
}

}  // namespace kensho::stats
