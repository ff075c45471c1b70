#include "stats/survival/concordance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "base/parallel.h"
#include "stats/survival/cox_layout.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

// Sums of weights below a rank, by Fenwick's tree, and at a rank.
class RankSums {
 public:
  explicit RankSums(std::size_t ranks) : tree_(ranks + 1), at_(ranks) {}
  void add(std::uint32_t rank, double weight) {
    at_[rank] += weight;
    total_ += weight;
    for (std::size_t i = rank + 1; i < tree_.size(); i += i & (~i + 1)) tree_[i] += weight;
  }
  double below(std::uint32_t rank) const {
    double sum = 0;
    for (std::size_t i = rank; i > 0; i &= i - 1) sum += tree_[i];
    return sum;
  }
  double at(std::uint32_t rank) const { return at_[rank]; }
  double total() const { return total_; }
  void clear(std::size_t ranks) {
    std::fill_n(tree_.begin(), ranks + 1, 0.0);
    std::fill_n(at_.begin(), ranks, 0.0);
    total_ = 0;
  }

 private:
  std::vector<double> tree_;
  std::vector<double> at_;
  double total_ = 0;
};

// By sorted row: the order of the row's pairs, as the weight of the others.
struct PairSums {
  std::vector<double> concordant;
  std::vector<double> discordant;
  std::vector<double> tied;
  explicit PairSums(std::size_t rows) : concordant(rows), discordant(rows), tied(rows) {}
};

struct Counts {
  double concordant = 0;
  double discordant = 0;
  double tied_marker = 0;
  double tied_time = 0;
  double tied_both = 0;
};

// Markers sorted ascending, with their rows, by radix: those below 0 order by size the other way.
std::vector<std::uint32_t> sorted_by(std::span<const double> marker) {
  std::vector<FollowUp> below;
  std::vector<FollowUp> above;
  for (std::size_t i = 0; i < marker.size(); ++i) {
    auto& side = marker[i] < 0 ? below : above;
    side.push_back({std::abs(marker[i]), static_cast<std::uint32_t>(i)});
  }
  if (!below.empty()) sort_by_time(below);
  if (!above.empty()) sort_by_time(above);
  std::vector<std::uint32_t> order;
  order.reserve(marker.size());
  for (std::size_t k = below.size(); k-- > 0;) order.push_back(below[k].code);
  for (const FollowUp& each : above) order.push_back(each.code);
  return order;
}

// Dense ranks within strata, by sorted row; and how many each stratum has.
struct Ranks {
  std::vector<std::uint32_t> of_row;
  std::vector<std::uint32_t> of_stratum;
  std::uint32_t largest = 0;
};

Ranks rank_markers(const CoxLayout& layout, std::span<const double> marker) {
  std::vector<double> sorted(layout.rows);  // by sorted row
  for (std::size_t i = 0; i < layout.rows; ++i) sorted[i] = marker[layout.order[i]];
  std::vector<std::uint32_t> stratum_of(layout.strata() > 1 ? layout.rows : 0);
  for (std::uint32_t s = 0; s < layout.strata() && !stratum_of.empty(); ++s) {
    for (std::size_t i = layout.stratum_begin[s]; i < layout.stratum_begin[s + 1]; ++i) {
      stratum_of[i] = s;
    }
  }
  Ranks ranks{std::vector<std::uint32_t>(layout.rows), std::vector<std::uint32_t>(layout.strata()),
              0};
  std::vector<double> last(layout.strata());
  for (const std::uint32_t row : sorted_by(sorted)) {
    const std::uint32_t s = stratum_of.empty() ? 0 : stratum_of[row];
    std::uint32_t& count = ranks.of_stratum[s];
    if (count == 0 || sorted[row] != last[s]) ++count;  // equal doubles are ties
    last[s] = sorted[row];
    ranks.of_row[row] = count - 1;
  }
  ranks.largest = *std::ranges::max_element(ranks.of_stratum);
  return ranks;
}

// ---- weights of the event times ---------------------------------------------------------------

double weight_of(PairWeight kind, double at_risk, double total, double survival, double censoring) {
  switch (kind) {
    case PairWeight::pairs:
      return 1;
    case PairWeight::survival:
      return total * survival / at_risk;
    case PairWeight::survival_censoring:
      return total * survival / (at_risk * censoring);
    case PairWeight::inverse_censoring:
      return 1 / (censoring * censoring);
    case PairWeight::events:
      return 1 / at_risk;
  }
  return 1;
}

double sum_of(std::span<const double> weight, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += weight[i];
  return sum;
}

// The weight at risk at each event time of the layout.
std::vector<double> at_risk_of(const CoxLayout& layout) {
  std::vector<double> at_risk(layout.events.size());
  double sum = 0;
  std::size_t row = 0;
  std::size_t left = 0;
  for (std::size_t j = 0; j < layout.events.size(); ++j) {
    const EventTime& event = layout.events[j];
    if (j == 0 || event.stratum != layout.events[j - 1].stratum) {
      row = left = event.first_row;
      sum = 0;
    }
    for (; row < event.risk_end; ++row) sum += layout.weight[row];
    if (!layout.start.empty()) {
      for (; left < event.left_end; ++left) sum -= layout.weight[layout.by_start[left]];
    }
    at_risk[j] = sum;
  }
  return at_risk;
}

// One weight an event time; 0 beyond the largest time that counts.
std::vector<double> event_weights(const CoxLayout& layout, const ConcordanceChoice& choice) {
  std::vector<double> weights(layout.events.size(), 1);
  if (choice.weight != PairWeight::pairs) {
    const std::vector<double> at_risk = at_risk_of(layout);
    for (std::size_t s = 0; s < layout.strata(); ++s) {
      const double total =
          sum_of(layout.weight, layout.stratum_begin[s], layout.stratum_begin[s + 1]);
      double survival = 1;
      double censoring = 1;
      double followed = total;  // until just before the next group of equal times
      std::size_t end = layout.stratum_begin[s + 1];
      for (std::size_t j = layout.event_begin[s + 1]; j-- > layout.event_begin[s];) {
        const EventTime& event = layout.events[j];
        // Censored since the event before, each time its own factor.
        while (end > event.risk_end) {
          std::size_t first = end - 1;
          while (first > event.risk_end && layout.time[first - 1] == layout.time[end - 1]) --first;
          const double gone = sum_of(layout.weight, first, end);
          if (followed > 0) censoring *= 1 - gone / followed;
          followed -= gone;
          end = first;
        }
        weights[j] = weight_of(choice.weight, at_risk[j], total, survival, censoring);
        const double deaths = sum_of(layout.weight, event.death_begin, event.death_end);
        const double gone = sum_of(layout.weight, event.death_end, event.risk_end);
        survival *= 1 - deaths / at_risk[j];
        followed -= deaths;
        if (followed > 0) censoring *= 1 - gone / followed;  // events come before censorings
        followed -= gone;
        end = event.death_begin;
      }
    }
  }
  for (std::size_t j = 0; j < weights.size(); ++j) {
    if (choice.time_max && layout.events[j].time > *choice.time_max) weights[j] = 0;
  }
  return weights;
}

// ---- the two sweeps ---------------------------------------------------------------------------

struct Sweep {
  const CoxLayout& layout;
  const Ranks& ranks;
  const std::vector<double>& weights;
};

// Pairs of events at one time.
void count_tied_events(const Sweep& sweep, std::size_t j, std::vector<double>& same,
                       Counts& counts) {
  const EventTime& event = sweep.layout.events[j];
  double all = 0;
  double both = 0;
  for (std::size_t i = event.death_begin; i < event.death_end; ++i) {
    const double weight = sweep.layout.weight[i];
    double& at_rank = same[sweep.ranks.of_row[i]];
    both += weight * at_rank;
    counts.tied_time += sweep.weights[j] * weight * all;
    all += weight;
    at_rank += weight;
  }
  counts.tied_time -= sweep.weights[j] * both;
  counts.tied_both += sweep.weights[j] * both;
  for (std::size_t i = event.death_begin; i < event.death_end; ++i) {
    same[sweep.ranks.of_row[i]] = 0;
  }
}

// From the last time back: each event against those still at risk. A larger marker is taken as
// earlier. Fills the sums of rows with an event.
Counts sweep_back(const Sweep& sweep, PairSums& sums) {
  const CoxLayout& layout = sweep.layout;
  RankSums tree(sweep.ranks.largest);
  std::vector<double> same(sweep.ranks.largest);
  Counts counts;
  std::size_t row = 0;
  std::size_t left = 0;
  for (std::size_t j = 0; j < layout.events.size(); ++j) {
    const EventTime& event = layout.events[j];
    if (j == 0 || event.stratum != layout.events[j - 1].stratum) {
      tree.clear(sweep.ranks.of_stratum[event.stratum]);
      row = left = event.first_row;
    }
    const auto put = [&](std::size_t i) { tree.add(sweep.ranks.of_row[i], layout.weight[i]); };
    for (; row < event.death_begin; ++row) put(row);
    for (row = event.death_end; row < event.risk_end; ++row) put(row);
    if (!layout.start.empty()) {
      for (; left < event.left_end; ++left) {
        const std::uint32_t gone = layout.by_start[left];
        tree.add(sweep.ranks.of_row[gone], -layout.weight[gone]);
      }
    }
    for (std::size_t i = event.death_begin; i < event.death_end; ++i) {
      const std::uint32_t rank = sweep.ranks.of_row[i];
      const double below = tree.below(rank);
      const double at = tree.at(rank);
      const double times = sweep.weights[j];
      sums.concordant[i] = times * below;
      sums.tied[i] = times * at;
      sums.discordant[i] = times * (tree.total() - below - at);
      counts.concordant += layout.weight[i] * sums.concordant[i];
      counts.tied_marker += layout.weight[i] * sums.tied[i];
      counts.discordant += layout.weight[i] * sums.discordant[i];
    }
    if (event.death_end - event.death_begin > 1) count_tied_events(sweep, j, same, counts);
    for (std::size_t i = event.death_begin; i < event.death_end; ++i) put(i);
  }
  return counts;
}

// What the events in the tree so far mean to a row at risk at them.
void take(const Sweep& sweep, const RankSums& tree, std::size_t row, double sign, PairSums& sums) {
  const std::uint32_t rank = sweep.ranks.of_row[row];
  const double below = tree.below(rank);
  const double at = tree.at(rank);
  sums.discordant[row] += sign * below;
  sums.tied[row] += sign * at;
  sums.concordant[row] += sign * (tree.total() - below - at);
}

// From the first time on: each row against the events it was at risk at.
void sweep_forward(const Sweep& sweep, PairSums& sums) {
  const CoxLayout& layout = sweep.layout;
  RankSums tree(sweep.ranks.largest);
  for (std::size_t s = 0; s < layout.strata(); ++s) {
    tree.clear(sweep.ranks.of_stratum[s]);
    std::size_t start = layout.stratum_begin[s + 1];  // of by_start, from its earliest
    std::size_t end = layout.stratum_begin[s + 1];
    const auto take_starts_until = [&](double time) {
      while (!layout.start.empty() && start > layout.stratum_begin[s] &&
             layout.start[layout.by_start[start - 1]] < time) {
        take(sweep, tree, layout.by_start[--start], -1, sums);
      }
    };
    for (std::size_t j = layout.event_begin[s + 1]; j-- > layout.event_begin[s];) {
      const EventTime& event = layout.events[j];
      for (std::size_t i = event.risk_end; i < end; ++i) take(sweep, tree, i, 1, sums);
      take_starts_until(event.time);
      for (std::size_t i = event.death_begin; i < event.death_end; ++i) {
        take(sweep, tree, i, 1, sums);
      }
      for (std::size_t i = event.death_begin; i < event.death_end; ++i) {
        tree.add(sweep.ranks.of_row[i], sweep.weights[j] * layout.weight[i]);
      }
      for (std::size_t i = event.death_end; i < event.risk_end; ++i) take(sweep, tree, i, 1, sums);
      end = event.death_begin;
    }
    for (std::size_t i = layout.stratum_begin[s]; i < end; ++i) take(sweep, tree, i, 1, sums);
    take_starts_until(std::numeric_limits<double>::infinity());
  }
}

// ---- variance ---------------------------------------------------------------------------------

double variance_of(const CoxLayout& layout, const PairSums& as_event, const PairSums& as_other,
                   double concordance, double pairs) {
  std::map<std::int32_t, double> by_cluster;
  double variance = 0;
  for (std::size_t i = 0; i < layout.rows; ++i) {
    const double concordant = as_event.concordant[i] + as_other.concordant[i];
    const double discordant = as_event.discordant[i] + as_other.discordant[i];
    const double tied = as_event.tied[i] + as_other.tied[i];
    const double change = layout.weight[i] *
                          (concordant + tied / 2 - concordance * (concordant + discordant + tied)) /
                          pairs;
    if (layout.cluster.empty()) {
      variance += change * change;
    } else {
      by_cluster[layout.cluster[i]] += change;
    }
  }
  for (const auto& [label, change] : by_cluster) variance += change * change;
  return variance;
}

Status check(const CoxLayout& layout, std::span<const double> marker,
             const ConcordanceChoice& choice) {
  const auto refuse = [](std::string why) {
    return Error{Errc::invalid_argument, "concordance: " + std::move(why)};
  };
  if (marker.size() != layout.rows) {
    return refuse(fmt::format("{} rows but {} markers", layout.rows, marker.size()));
  }
  for (std::size_t i = 0; i < marker.size(); ++i) {
    if (std::isfinite(marker[i])) continue;
    return refuse(fmt::format("the marker in row {} is {}; it must be finite", i + 1, marker[i]));
  }
  const bool by_censoring = choice.weight == PairWeight::survival_censoring ||
                            choice.weight == PairWeight::inverse_censoring;
  if (by_censoring && !layout.start.empty()) {
    return refuse("weights by the censoring curve are not defined for rows that start late");
  }
  return ok();
}

}  // namespace

Result<Concordance> concordance(const CoxSample& sample, std::span<const double> marker,
                                const ConcordanceChoice& choice) {
  const CoxLayout& layout = sample.layout();
  TRY(check(layout, marker, choice));
  const double z = TRY(normal_multiplier(choice.confidence_level));
  const Ranks ranks = rank_markers(layout, marker);
  const std::vector<double> weights = event_weights(layout, choice);
  const Sweep sweep{layout, ranks, weights};
  PairSums as_event(layout.rows);
  PairSums as_other(layout.rows);
  Counts counts;
  parallel_for({.count = 2, .block_size = 1, .threads = choice.threads}, [&](const Block& block) {
    if (block.index == 0) {
      counts = sweep_back(sweep, as_event);
    } else {
      sweep_forward(sweep, as_other);
    }
  });
  const double pairs = counts.concordant + counts.discordant + counts.tied_marker;
  if (!(pairs > 0)) {
    return Error{Errc::invalid_argument, "concordance: there is no pair to compare"};
  }
  double c = (counts.concordant + counts.tied_marker / 2) / pairs;
  const double error = std::sqrt(variance_of(layout, as_event, as_other, c, pairs));
  if (choice.direction == MarkerDirection::later_event) {
    std::swap(counts.concordant, counts.discordant);
    c = 1 - c;
  }
  return Concordance{counts.concordant,
                     counts.discordant,
                     counts.tied_marker,
                     counts.tied_time,
                     counts.tied_both,
                     c,
                     error,
                     {std::max(0.0, c - z * error), std::min(1.0, c + z * error)}};
}

std::vector<double> cox_linear_predictor(const CoxSample& sample, const CoxFit& fit) {
  const CoxLayout& layout = sample.layout();
  std::vector<double> values(layout.rows);
  for (std::size_t i = 0; i < layout.rows; ++i) {
    double sum = layout.offset.empty() ? 0 : layout.offset[i];
    for (std::size_t a = 0; a < fit.coefficients.size(); ++a) {
      sum += layout.x(i, a) * fit.coefficients[a];
    }
    values[layout.order[i]] = sum;
  }
  return values;
}

}  // namespace kensho::stats
