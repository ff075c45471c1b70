#include "stats/survival/cox_bootstrap.h"

#include <algorithm>
#include <map>

#include "base/parallel.h"
#include "base/rng.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_newton.h"

namespace kensho::stats {
namespace {

// The step taken from here leaves an error of about its square.
constexpr double decrement_max = 1e-9;

// What is drawn: the number of each sorted row's cluster, or of the caller's row.
struct Units {
  std::vector<std::uint32_t> of_row;
  std::uint32_t count;
};

Units units_of(const CoxLayout& layout) {
  if (layout.cluster.empty())
    return {{layout.order.begin(), layout.order.end()}, static_cast<std::uint32_t>(layout.rows)};
  std::map<std::int32_t, std::uint32_t> number;
  for (std::size_t i = 0; i < layout.rows; ++i) number.emplace(layout.cluster[i], 0);
  std::uint32_t next = 0;
  for (auto& [label, place] : number) place = next++;
  Units units{{}, next};
  for (std::size_t i = 0; i < layout.rows; ++i) units.of_row.push_back(number[layout.cluster[i]]);
  return units;
}

void draw_weights(const CoxLayout& layout, const Units& units, Rng rng,
                  std::vector<double>& times_drawn, std::vector<double>& weight) {
  std::ranges::fill(times_drawn, 0.0);
  for (std::uint32_t k = 0; k < units.count; ++k) ++times_drawn[rng.below(units.count)];
  for (std::size_t i = 0; i < layout.rows; ++i) {
    weight[i] = layout.weight[i] * times_drawn[units.of_row[i]];
  }
}

Status check(const CoxSample& sample, const CoxBootstrapChoice& choice) {
  const auto refuse = [](const char* why) { return Error{Errc::invalid_argument, why}; };
  if (choice.replicates < 1) return refuse("Cox bootstrap: at least one replicate is needed");
  if (sample.columns() == 0) return refuse("Cox bootstrap: the model has no covariate");
  if (choice.ties == CoxTies::exact) {
    return refuse("Cox bootstrap: exact ties have no case weights; take Efron's or Breslow's");
  }
  return ok();
}

}  // namespace

Result<CoxBootstrap> bootstrap_cox(const CoxSample& sample, const CoxBootstrapChoice& choice) {
  TRY(check(sample, choice));
  const CoxLayout& layout = sample.layout();
  const CoxFit all = TRY(fit_cox(sample, {.ties = choice.ties, .threads = choice.threads}));
  const Units units = units_of(layout);
  const auto replicates = static_cast<std::size_t>(choice.replicates);
  std::vector<std::vector<double>> estimates(replicates);
  parallel_for(
      {.count = replicates, .block_size = 16, .threads = choice.threads}, [&](const Block& block) {
        std::vector<double> weight(layout.weight.size());
        std::vector<double> times_drawn(units.count);
        CoxLikelihood likelihood(layout, weight, choice.ties, 1);
        for (std::size_t b = block.begin; b < block.end; ++b) {
          draw_weights(layout, units, Rng(choice.seed, b), times_drawn, weight);
          Likelihood here = likelihood.at(all.coefficients);
          Result<Maximum> maximum = climb(likelihood, layout, all.coefficients, std::move(here),
                                          {.decrement = decrement_max}, LastPoint::skipped);
          if (maximum) estimates[b] = std::move(maximum.value().parameters);
        }
      });
  const auto failed =
      static_cast<std::size_t>(std::ranges::count_if(estimates, &std::vector<double>::empty));
  CoxBootstrap result{Matrix(replicates - failed, layout.columns()), failed};
  std::size_t row = 0;
  for (const std::vector<double>& estimate : estimates) {
    if (estimate.empty()) continue;
    for (std::size_t a = 0; a < estimate.size(); ++a) result.coefficients(row, a) = estimate[a];
    ++row;
  }
  return result;
}

}  // namespace kensho::stats
