#include "stats/resampling/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "stats/resampling/strata.h"

namespace kensho::stats {
namespace {

using Rows = std::vector<std::vector<std::size_t>>;

constexpr std::size_t REPLICATES_A_BLOCK = 16;
constexpr double UNDEFINED = std::numeric_limits<double>::quiet_NaN();  // inside this file only

Error refusal(const std::string& why) {
  return {Errc::invalid_argument, "resampling: " + why};
}

double value_or_undefined(const WeightedStatistic& statistic, std::span<const double> weights) {
  const std::optional<double> value = statistic(weights);
  return value && std::isfinite(*value) ? *value : UNDEFINED;
}

Result<double> on_the_data(std::size_t n, const WeightedStatistic& statistic) {
  const double value = value_or_undefined(statistic, std::vector<double>(n, 1));
  if (std::isnan(value)) return refusal("the statistic does not exist on the data");
  return value;
}

void draw(const Rows& strata, Rng& rng, std::vector<double>& weights) {
  std::ranges::fill(weights, 0);
  for (const auto& rows : strata) {
    const auto size = static_cast<std::uint32_t>(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) weights[rows[rng.below(size)]] += 1;
  }
}

std::vector<double> draw_replicates(std::size_t n, const WeightedStatistic& statistic,
                                    const Rows& strata, const BootstrapPlan& plan) {
  std::vector<double> values(static_cast<std::size_t>(plan.replicates));
  const BlockPlan blocks{values.size(), REPLICATES_A_BLOCK, std::max(1U, plan.threads)};
  parallel_for(blocks, [&](const Block& block) {
    std::vector<double> weights(n);
    for (std::size_t replicate = block.begin; replicate < block.end; ++replicate) {
      Rng rng(plan.seed, replicate);
      draw(strata, rng, weights);
      values[replicate] = value_or_undefined(statistic, weights);
    }
  });
  return values;
}

}  // namespace

Result<Bootstrap> bootstrap(std::size_t n, const WeightedStatistic& statistic,
                            const BootstrapPlan& plan) {
  const Rows strata = TRY(rows_by_stratum(n, plan.strata));
  if (plan.replicates < 2) return refusal(fmt::format("{} replicates", plan.replicates));
  Bootstrap result{TRY(on_the_data(n, statistic)), {}, 0};
  for (const double value : draw_replicates(n, statistic, strata, plan)) {
    if (!std::isnan(value)) result.replicates.push_back(value);
  }
  const auto drawn = static_cast<std::size_t>(plan.replicates);
  result.undefined = drawn - result.replicates.size();
  if (result.undefined * 10 > drawn) {
    return refusal(fmt::format("the statistic does not exist on {} of {} replicates",
                               result.undefined, drawn));
  }
  return result;
}

Result<Jackknife> jackknife(std::size_t n, const WeightedStatistic& statistic,
                            std::span<const int> strata, unsigned threads) {
  const Rows rows = TRY(rows_by_stratum(n, strata));
  std::vector<double> size_of(n);  // of each row's stratum
  for (const auto& stratum : rows) {
    if (stratum.size() < 2) return refusal("the jackknife needs 2 rows in every stratum");
    for (const std::size_t row : stratum) size_of[row] = static_cast<double>(stratum.size());
  }
  Jackknife result{TRY(on_the_data(n, statistic)), 0, 0, std::vector<double>(n), std::nullopt};
  parallel_for({n, REPLICATES_A_BLOCK, std::max(1U, threads)}, [&](const Block& block) {
    std::vector<double> weights(n, 1);
    for (std::size_t row = block.begin; row < block.end; ++row) {
      weights[row] = 0;
      result.influence[row] =
          (size_of[row] - 1) * (result.estimate - value_or_undefined(statistic, weights));
      weights[row] = 1;
    }
  });

  double variance = 0;
  double squares = 0;
  double cubes = 0;
  for (const auto& stratum : rows) {
    const auto size = static_cast<double>(stratum.size());
    double mean = 0;
    for (const std::size_t row : stratum) mean += result.influence[row] / size;
    for (const std::size_t row : stratum) {
      const double influence = result.influence[row];
      if (std::isnan(influence)) {
        return refusal(fmt::format("the statistic does not exist without row {}", row + 1));
      }
      variance += (influence - mean) * (influence - mean) / (size * (size - 1));
      squares += influence / size * (influence / size);
      cubes += std::pow(influence / size, 3);
    }
    result.bias -= mean;
  }
  result.std_error = std::sqrt(variance);
  if (squares > 0) result.acceleration = cubes / (6 * std::pow(squares, 1.5));
  return result;
}

}  // namespace kensho::stats
