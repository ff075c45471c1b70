#include "stats/survival/conditional_logistic.h"

#include <vector>

#include <fmt/format.h>

#include "stats/survival/cox_layout.h"
#include "stats/survival/cox_sample.h"

namespace kensho::stats {

Result<ConditionalLogistic> conditional_logistic(const MatchedSets& data, unsigned threads) {
  if (data.set.size() != data.is_case.size()) {
    return Error{Errc::invalid_argument,
                 fmt::format("conditional logistic regression: {} cases and controls but {} sets",
                             data.is_case.size(), data.set.size())};
  }
  const std::vector<double> time(data.is_case.size(), 1);
  const CoxData cox{.x = data.x,
                    .time = time,
                    .event = data.is_case,
                    .stratum = data.set,
                    .offset = data.offset,
                    .names = data.names};
  const CoxSample sample = TRY(CoxSample::make(cox, threads));
  const CoxLayout& layout = sample.layout();
  std::size_t informative = 0;
  for (const EventTime& event : layout.events) {
    informative += event.death_end < event.risk_end ? 1 : 0;
  }
  if (informative == 0) {
    return Error{Errc::invalid_argument,
                 "conditional logistic regression: no set has both a case and a control"};
  }
  CoxFit fit = TRY(fit_cox(sample, {.ties = CoxTies::exact, .threads = threads}));
  return ConditionalLogistic{std::move(fit), layout.strata(), informative};
}

}  // namespace kensho::stats
