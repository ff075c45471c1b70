// Walking along the event times of the risk sets, for score and information.
#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "stats/survival/cox_risk_sets.h"

namespace kensho::stats {

// ---- walking along the event times ------------------------------------------------------------

// Events whose risk set ends in the strips [first, last), without starts.
template <class Visit>
void RiskSets::walk_strips(std::size_t first, std::size_t last, const Visit& visit) const {
  const std::size_t columns = layout_.columns();
  std::vector<double> sum(columns);
  std::vector<double> dead(columns);
  const double* risk = weighted_risk_.data();
  const auto add = [&](std::size_t from, std::size_t to, std::vector<double>& into) {
    while (from < to) {
      const std::size_t strip = from / strip_rows;
      const std::size_t at = strip * strip_rows;
      const std::size_t end = std::min(to, at + strip_rows);
      add_strip_sums(layout_.x.strip(strip), {from - at, end - at}, risk + at, into);
      from = end;
    }
  };
  auto j = static_cast<std::size_t>(
      std::ranges::upper_bound(layout_.events, first * strip_rows, {}, &EventTime::risk_end) -
      layout_.events.begin());
  for (std::size_t strip = first; strip < last; ++strip) {
    const std::size_t end = std::min((strip + 1) * strip_rows, layout_.rows);
    std::size_t row = strip * strip_rows;
    std::copy_n(carry_.begin() + static_cast<std::ptrdiff_t>(strip * columns), columns,
                sum.begin());
    for (; j < terms_.size() && layout_.events[j].risk_end <= end; ++j) {
      const EventTime& event = layout_.events[j];
      if (row <= event.first_row) {
        row = event.first_row;
        std::ranges::fill(sum, 0.0);
      }
      add(row, event.risk_end, sum);
      row = event.risk_end;
      if (terms_[j].deaths > 1) {
        std::ranges::fill(dead, 0.0);
        add(event.death_begin, event.death_end, dead);
      }
      visit(j, sum, dead);
    }
  }
}

template <class Visit>
void RiskSets::walk_with_starts(const Visit& visit) const {
  const std::size_t columns = layout_.columns();
  std::vector<double> sum(columns);
  std::vector<double> dead(columns);
  const auto add = [&](std::size_t i, double sign, std::vector<double>& into) {
    const double risk = sign * weighted_risk_[i];
    for (std::size_t a = 0; a < columns; ++a) into[a] += risk * layout_.x(i, a);
  };
  std::size_t row = 0;
  std::size_t left = 0;
  for (std::size_t j = 0; j < terms_.size(); ++j) {
    const EventTime& event = layout_.events[j];
    if (j == 0 || event.first_row != layout_.events[j - 1].first_row) {
      row = left = event.first_row;
      std::ranges::fill(sum, 0.0);
    }
    for (; row < event.risk_end; ++row) add(row, 1, sum);
    for (; left < event.left_end; ++left) add(layout_.by_start[left], -1, sum);
    if (rebuilt_[j] != 0) {
      std::ranges::fill(sum, 0.0);
      for (std::size_t i = event.first_row; i < event.risk_end; ++i) {
        if (layout_.start[i] < event.time) add(i, 1, sum);
      }
    }
    std::ranges::fill(dead, 0.0);
    for (std::size_t i = event.death_begin; i < event.death_end; ++i) add(i, 1, dead);
    visit(j, sum, dead);
  }
}

void RiskSets::visit_events(const Visitor& visit) const {
  if (layout_.start.empty()) return walk_strips(0, layout_.x.strips(), visit);
  walk_with_starts(visit);
}

// ---- score and information --------------------------------------------------------------------

namespace {

// What a block of strips adds to the score and the information.
struct PartialMoments {
  std::vector<double> score;
  StripGram rows;
  StripGram means;
};

// Weight of each row in the Gram matrix (expected events) and in the score (observed - expected).
class ExpectedEvents {
 public:
  ExpectedEvents(const CoxLayout& layout, std::span<const double> weight,
                 std::span<const double> risk, const HazardSums& sums,
                 std::span<const double> multiplier)
      : layout_(layout), weight_(weight), risk_(risk), sums_(sums), multiplier_(multiplier) {}

  void fill(std::size_t strip, StripValues& expected, StripValues& residual) const {
    const std::size_t first = strip * strip_rows;
    const std::size_t last = std::min(first + strip_rows, layout_.rows);
    expected.fill(0);
    residual.fill(0);
    auto j = static_cast<std::size_t>(
        std::ranges::upper_bound(layout_.events, first, {}, &EventTime::risk_end) -
        layout_.events.begin());
    for (std::size_t row = first; row < last && j < layout_.events.size(); ++j) {
      const EventTime& event = layout_.events[j];
      row = std::max<std::size_t>(row, event.first_row);
      const std::size_t end = std::min<std::size_t>(event.risk_end, last);
      for (; row < end; ++row) expected[row - first] = risk_[row] * sums_.until[j];
      fill_deaths(event, j, first, end, expected, residual);
      if (end == last) break;
    }
    if (!layout_.start.empty()) take_off_starts(first, last, expected);
    for (std::size_t i = 0; i < strip_rows; ++i) residual[i] -= expected[i];
  }

 private:
  void fill_deaths(const EventTime& event, std::size_t j, std::size_t first, std::size_t end,
                   StripValues& expected, StripValues& residual) const {
    const double times = multiplier_.empty() ? 1 : multiplier_[j];
    const std::size_t stop = std::min<std::size_t>(event.death_end, end);
    for (std::size_t i = std::max<std::size_t>(event.death_begin, first); i < stop; ++i) {
      expected[i - first] = risk_[i] * sums_.death[j];
      residual[i - first] = times * weight_[i];
    }
  }

  void take_off_starts(std::size_t first, std::size_t last, StripValues& expected) const {
    for (std::size_t i = first; i < last; ++i) {
      const std::uint32_t j = layout_.start_event[i];
      if (j == layout_.events.size() || layout_.events[j].first_row > i) continue;
      expected[i - first] -= risk_[i] * sums_.until[j];
    }
  }

  const CoxLayout& layout_;
  std::span<const double> weight_;
  std::span<const double> risk_;
  const HazardSums& sums_;
  std::span<const double> multiplier_;
};

// Adds the second term of the information: w sum (S1 - f D1)(S1 - f D1)' / (S - f D)^2, as one
// or two rows.
void add_means(RowGram& means, const EventTerms& terms, double times, std::span<const double> sum,
               std::span<const double> dead) {
  if (terms.square == 0) return;
  const double a = std::sqrt(terms.square);
  double* row = means.next_row(times);
  if (terms.square_dead == 0) {
    for (std::size_t k = 0; k < sum.size(); ++k) row[k * strip_rows] = a * sum[k];
    return;
  }
  const double b = -terms.square_cross / a;
  const double c = std::sqrt(std::max(0.0, terms.square_dead - b * b));
  for (std::size_t k = 0; k < sum.size(); ++k) row[k * strip_rows] = a * sum[k] + b * dead[k];
  row = means.next_row(times);
  for (std::size_t k = 0; k < sum.size(); ++k) row[k * strip_rows] = c * dead[k];
}

}  // namespace

CoxMoments RiskSets::moments(std::span<const double> multiplier) {
  const std::size_t columns = layout_.columns();
  const HazardSums sums = hazard_sums(multiplier);
  const ExpectedEvents expected_events(layout_, weight_, weighted_risk_, sums, multiplier);
  const auto visit_with = [&](RowGram& means) {
    return [&](std::size_t j, std::span<const double> sum, std::span<const double> dead) {
      add_means(means, terms_[j], multiplier.empty() ? 1 : multiplier[j], sum, dead);
    };
  };
  const auto map = [&](const Block& block) {
    PartialMoments part{std::vector<double>(columns), StripGram(columns), StripGram(columns)};
    StripValues expected;
    StripValues residual;
    RowGram means(columns);
    const auto visit = visit_with(means);
    for (std::size_t strip = block.begin; strip < block.end; ++strip) {
      expected_events.fill(strip, expected, residual);
      part.rows.add(layout_.x.strip(strip), expected.data());
      add_strip_sums(layout_.x.strip(strip), {0, strip_rows}, residual.data(), part.score);
      if (layout_.start.empty()) walk_strips(strip, strip + 1, visit);
    }
    part.means = means.gram();
    return part;
  };
  const auto fold = [](PartialMoments sum, const PartialMoments& part) {
    for (std::size_t a = 0; a < sum.score.size(); ++a) sum.score[a] += part.score[a];
    sum.rows.add(part.rows);
    sum.means.add(part.means);
    return sum;
  };
  const PartialMoments zero{std::vector<double>(columns), StripGram(columns), StripGram(columns)};
  PartialMoments all = parallel_reduce(plan(), zero, map, fold);
  if (!layout_.start.empty()) {
    RowGram means(columns);
    walk_with_starts(visit_with(means));
    all.means = means.gram();
  }
  all.rows.subtract(all.means);
  return {std::move(all.score), all.rows.matrix()};
}

}  // namespace kensho::stats
