#include "stats/safety/adverse_events.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "stats/contingency/fisher_exact.h"
#include "stats/describe/compensated_sum.h"

namespace kensho::stats {
namespace {

Error refused(std::string message) {
  return {Errc::invalid_argument, "adverse events: " + std::move(message)};
}

Status check_subjects(const AdverseEventData& data) {
  if (data.arm.size() != data.exposure.size()) {
    return refused(fmt::format("{} arms and {} exposures", data.arm.size(), data.exposure.size()));
  }
  for (std::size_t i = 0; i < data.arm.size(); ++i) {
    if (data.arm[i] < 0 || data.arm[i] >= data.arms) {
      return refused(fmt::format("subject {}: arm {} of {}", i + 1, data.arm[i], data.arms));
    }
    if (!(data.exposure[i] >= 0) || !std::isfinite(data.exposure[i])) {
      return refused(fmt::format("subject {}: an exposure of {}", i + 1, data.exposure[i]));
    }
  }
  return ok();
}

Status check_events(const AdverseEventData& data) {
  if (data.subject.size() != data.term.size()) {
    return refused(
        fmt::format("{} subjects and {} terms of events", data.subject.size(), data.term.size()));
  }
  for (std::size_t i = 0; i < data.subject.size(); ++i) {
    if (data.subject[i] < 0 || std::cmp_greater_equal(data.subject[i], data.arm.size()) ||
        data.term[i] < 0 || data.term[i] >= data.terms) {
      return refused(fmt::format("event {}: subject {} of {}, term {} of {}", i + 1,
                                 data.subject[i], data.arm.size(), data.term[i], data.terms));
    }
  }
  return ok();
}

/// Counts of every term (row 0: any) in every arm.
struct Counts {
  std::vector<std::vector<std::int64_t>> affected;
  std::vector<std::vector<std::int64_t>> events;
  std::vector<std::int64_t> exposed;
  std::vector<CompensatedSum> exposure;
};

Counts count(const AdverseEventData& data) {
  const auto arms = static_cast<std::size_t>(data.arms);
  const auto rows = static_cast<std::size_t>(data.terms) + 1;
  const std::vector<std::vector<std::int64_t>> zeros(rows, std::vector<std::int64_t>(arms));
  Counts counts{zeros, zeros, std::vector<std::int64_t>(arms), std::vector<CompensatedSum>(arms)};
  for (std::size_t i = 0; i < data.arm.size(); ++i) {
    const auto arm = static_cast<std::size_t>(data.arm[i]);
    ++counts.exposed[arm];
    counts.exposure[arm].add(data.exposure[i]);
  }
  std::vector<std::pair<int, int>> seen;  // row, subject
  for (std::size_t i = 0; i < data.subject.size(); ++i) {
    const auto arm = static_cast<std::size_t>(data.arm[static_cast<std::size_t>(data.subject[i])]);
    for (const int row : {0, data.term[i] + 1}) {
      ++counts.events[static_cast<std::size_t>(row)][arm];
      seen.emplace_back(row, data.subject[i]);
    }
  }
  std::ranges::sort(seen);
  seen.erase(std::ranges::unique(seen).begin(), seen.end());
  for (const auto& [row, subject] : seen) {
    const auto arm = static_cast<std::size_t>(data.arm[static_cast<std::size_t>(subject)]);
    ++counts.affected[static_cast<std::size_t>(row)][arm];
  }
  return counts;
}

Result<AdverseEventCell> cell_of(const Counts& counts, std::size_t row, std::size_t arm,
                                 double confidence_level) {
  const BinomialCount count{counts.affected[row][arm], counts.exposed[arm]};
  AdverseEventCell cell{.exposed = count.trials,
                        .affected = count.successes,
                        .events = counts.events[row][arm],
                        .exposure = counts.exposure[arm].value(),
                        .incidence = TRY(clopper_pearson_proportion(count, confidence_level)),
                        .rate = {},
                        .fisher_p_value = {},
                        .risk_difference = {}};
  if (cell.exposure > 0) {
    cell.rate =
        TRY(incidence_rate({cell.events, cell.exposure}, {CountInterval::exact, confidence_level}));
  }
  return cell;
}

TwoByTwo two_by_two(const BinomialCount& treated, const BinomialCount& control) {
  return {treated.successes, treated.trials - treated.successes, control.successes,
          control.trials - control.successes};
}

}  // namespace

Result<AdverseEventTable> adverse_event_table(const AdverseEventData& data, int reference_arm,
                                              double confidence_level) {
  if (data.arms < 1 || data.terms < 0 || reference_arm < 0 || reference_arm >= data.arms) {
    return refused(
        fmt::format("{} arms, {} terms, reference arm {}", data.arms, data.terms, reference_arm));
  }
  TRY(check_subjects(data));
  TRY(check_events(data));
  const Counts counts = count(data);
  const auto reference = static_cast<std::size_t>(reference_arm);
  AdverseEventTable table;
  for (std::size_t row = 0; row < counts.affected.size(); ++row) {
    std::vector<AdverseEventCell> cells;
    for (std::size_t arm = 0; arm < counts.exposed.size(); ++arm) {
      if (counts.exposed[arm] == 0) return refused(fmt::format("arm {} has no subject", arm));
      AdverseEventCell cell = TRY(cell_of(counts, row, arm, confidence_level));
      if (arm != reference) {
        const BinomialCount treated{cell.affected, cell.exposed};
        const BinomialCount control{counts.affected[row][reference], counts.exposed[reference]};
        if (counts.exposed[reference] > 0) {
          cell.fisher_p_value =
              TRY(fisher_p_value(two_by_two(treated, control), Alternative::two_sided));
          cell.risk_difference =
              TRY(risk_difference(treated, control, {RiskInterval::score, confidence_level}));
        }
      }
      cells.push_back(std::move(cell));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace kensho::stats
