#include "stats/survival/cox_risk_sets.h"

#include <algorithm>
#include <cmath>

namespace kensho::stats {
namespace {

constexpr double plain_linear_max = 100;      // up to it exp needs no shift
constexpr double linear_range_max = 300;      // beyond it squares of sums overflow
constexpr double share_left_min = 1e-3;       // sums that lose more are added up again
constexpr std::size_t logs_in_a_product = 8;  // each factor is above 1 / deaths

// The linear predictor of one strip, less the shifts.
void linear_of_strip(const CoxLayout& layout, std::span<const double> coefficients,
                     std::size_t strip, StripValues& linear) {
  if (layout.offset.empty()) {
    linear.fill(0);
  } else {
    std::copy_n(layout.offset.begin() + static_cast<std::ptrdiff_t>(strip * strip_rows), strip_rows,
                linear.begin());
  }
  add_strip_product(layout.x.strip(strip), coefficients, linear.data());
}

std::size_t stratum_at(const CoxLayout& layout, std::size_t row) {
  const auto after = std::ranges::upper_bound(layout.stratum_begin, row);
  return static_cast<std::size_t>(after - layout.stratum_begin.begin()) - 1;
}

EventTerms terms_without_ties(double at_risk, std::size_t deaths, double death_weight) {
  const double hazard = death_weight / at_risk;
  return {.deaths = deaths,
          .death_weight = death_weight,
          .at_risk = at_risk,
          .dead_risk = 0,
          .log_denominator = death_weight * std::log(at_risk),
          .hazard = hazard,
          .dead_hazard = hazard,
          .square = hazard / at_risk,
          .square_cross = 0,
          .square_dead = 0};
}

}  // namespace

EventTerms event_terms(double at_risk, double dead_risk, std::size_t deaths, double death_weight,
                       CoxTies ties) {
  if (deaths == 0) return {};
  if (deaths == 1 || ties == CoxTies::breslow) {
    EventTerms terms = terms_without_ties(at_risk, deaths, death_weight);
    terms.dead_risk = dead_risk;
    return terms;
  }
  EventTerms terms{};
  if (ties == CoxTies::exact) {  // by cox_exact.h, all but the counts
    terms.deaths = deaths;
    terms.death_weight = death_weight;
    return terms;
  }
  const double step = 1 / static_cast<double>(deaths);
  double product = 1;
  double logs = 0;
  for (std::size_t l = 0; l < deaths; ++l) {
    const double f = static_cast<double>(l) * step;
    const double denominator = at_risk - f * dead_risk;
    const double inverse = 1 / denominator;
    const double square = inverse * inverse;
    terms.hazard += inverse;
    terms.dead_hazard += (1 - f) * inverse;
    terms.square += square;
    terms.square_cross += f * square;
    terms.square_dead += f * f * square;
    product *= denominator / at_risk;
    if (l % logs_in_a_product == logs_in_a_product - 1) logs += std::log(std::exchange(product, 1));
  }
  logs += std::log(product);
  const double weight = death_weight * step;
  terms.deaths = deaths;
  terms.death_weight = death_weight;
  terms.at_risk = at_risk;
  terms.dead_risk = dead_risk;
  terms.log_denominator = weight * logs + death_weight * std::log(at_risk);
  for (double* sum : {&terms.hazard, &terms.dead_hazard, &terms.square, &terms.square_cross,
                      &terms.square_dead}) {
    *sum *= weight;
  }
  return terms;
}

RiskSets::RiskSets(const CoxLayout& layout, std::span<const double> weight, CoxTies ties,
                   unsigned threads)
    : layout_(layout), weight_(weight), ties_(ties), threads_(threads) {
  ENSURE(weight.size() == layout.x.strips() * strip_rows);
  weighted_risk_.resize(weight.size());
  carry_.resize(layout.x.strips() * layout.columns());
  tail_.resize(carry_.size());
  begins_.resize(layout.x.strips());
  terms_.resize(layout.events.size());
}

BlockPlan RiskSets::plan() const {
  constexpr std::size_t block_strips = 64;  // 8192 rows a block of work
  return {.count = layout_.x.strips(), .block_size = block_strips, .threads = threads_};
}

// ---- risks ------------------------------------------------------------------------------------

// The risks of one strip at coefficients that are not all zero.
void RiskSets::fill_strip(std::size_t strip, StripTotals& totals) {
  StripValues linear;
  linear_of_strip(layout_, coefficients_, strip, linear);
  const std::size_t at = strip * strip_rows;
  for (std::size_t i = 0; i < strip_rows; ++i) {
    totals.largest = std::max(totals.largest, std::abs(linear[i]));
    totals.event_linear += layout_.event[at + i] * weight_[at + i] * linear[i];
    weighted_risk_[at + i] = weight_[at + i] * std::exp(linear[i]);
  }
}

// Returns the largest linear predictor in size; the risks are of use where that is small.
double RiskSets::fill_risks() {
  const bool null = layout_.offset.empty() &&
                    std::ranges::all_of(coefficients_, [](double value) { return value == 0; });
  const auto map = [&](const Block& block) {
    StripTotals totals;
    for (std::size_t strip = block.begin; strip < block.end; ++strip) {
      if (null) {
        std::ranges::copy(weight_.subspan(strip * strip_rows, strip_rows),
                          weighted_risk_.begin() + static_cast<std::ptrdiff_t>(strip * strip_rows));
      } else {
        fill_strip(strip, totals);
      }
      if (layout_.start.empty()) sum_strip(strip);  // while the strip is in the cache
    }
    return totals;
  };
  const auto fold = [](const StripTotals& a, const StripTotals& b) {
    return StripTotals{a.event_linear + b.event_linear, std::max(a.largest, b.largest)};
  };
  const StripTotals totals = parallel_reduce(plan(), StripTotals{}, map, fold);
  event_linear_ = totals.event_linear;
  return totals.largest;
}

std::vector<double> RiskSets::linear_predictor() const {
  std::vector<double> values(weighted_risk_.size());
  StripValues linear;
  for (std::size_t strip = 0; strip < layout_.x.strips(); ++strip) {
    linear_of_strip(layout_, coefficients_, strip, linear);
    std::ranges::copy(linear, values.begin() + static_cast<std::ptrdiff_t>(strip * strip_rows));
  }
  for (std::size_t s = 0; s < layout_.strata() && !shift_.empty(); ++s) {
    for (std::size_t i = layout_.stratum_begin[s]; i < layout_.stratum_begin[s + 1]; ++i) {
      values[i] -= shift_[s];
    }
  }
  return values;
}

// Large predictors: each stratum is measured from its largest.
bool RiskSets::shift_risks() {
  const std::vector<double> linear = linear_predictor();
  shift_.assign(layout_.strata(), 0);
  event_linear_ = 0;
  for (std::size_t s = 0; s < layout_.strata(); ++s) {
    const auto begin = linear.begin() + layout_.stratum_begin[s];
    const auto end = linear.begin() + layout_.stratum_begin[s + 1];
    const auto [least, most] = std::minmax_element(begin, end);
    if (!(*most - *least <= linear_range_max)) return false;
    shift_[s] = *most;
    for (std::size_t i = layout_.stratum_begin[s]; i < layout_.stratum_begin[s + 1]; ++i) {
      const double shifted = linear[i] - shift_[s];
      weighted_risk_[i] = weight_[i] * std::exp(shifted);
      event_linear_ += layout_.event[i] * weight_[i] * shifted;
    }
  }
  return true;
}

bool RiskSets::update(std::span<const double> coefficients) {
  coefficients_.assign(coefficients.begin(), coefficients.end());
  shift_.clear();
  const double largest = fill_risks();
  if (!(largest <= plain_linear_max)) {
    if (!shift_risks()) return false;
    for (std::size_t s = 0; s < layout_.x.strips() && layout_.start.empty(); ++s) sum_strip(s);
  }
  if (layout_.start.empty()) {
    carry_sums();
    scan_right_censored();
  } else {
    scan_with_starts();
  }
  finish_terms();
  return true;
}

// ---- sums over risk sets ----------------------------------------------------------------------

// Adds up a strip's rows of the stratum it ends in.
void RiskSets::sum_strip(std::size_t strip) {
  const std::size_t columns = layout_.columns();
  const std::size_t first = strip * strip_rows;
  const std::size_t last = std::min(first + strip_rows, layout_.rows);
  const std::size_t begin = layout_.stratum_begin[stratum_at(layout_, last - 1)];
  begins_[strip] = begin >= first ? 1 : 0;
  const StripRange range{begin > first ? begin - first : 0, last - first};
  const auto tail = std::span(tail_).subspan(strip * columns, columns);
  std::ranges::fill(tail, 0.0);
  add_strip_sums(layout_.x.strip(strip), range, weighted_risk_.data() + first, tail);
}

// Fills carry_: what the strips before have added up for the stratum a strip begins in.
void RiskSets::carry_sums() {
  const std::size_t columns = layout_.columns();
  if (!carry_.empty()) std::fill_n(carry_.begin(), columns, 0.0);
  for (std::size_t strip = 1; strip < layout_.x.strips(); ++strip) {
    for (std::size_t a = 0; a < columns; ++a) {
      const std::size_t before = (strip - 1) * columns + a;
      carry_[strip * columns + a] = (begins_[strip - 1] != 0 ? 0 : carry_[before]) + tail_[before];
    }
  }
}

void RiskSets::scan_right_censored() {
  std::size_t row = 0;
  double at_risk = 0;
  for (std::size_t j = 0; j < terms_.size(); ++j) {
    const EventTime& event = layout_.events[j];
    if (row <= event.first_row) {
      row = event.first_row;
      at_risk = 0;
    }
    for (; row < event.death_begin; ++row) at_risk += weighted_risk_[row];
    double dead = 0;
    for (; row < event.death_end; ++row) dead += weighted_risk_[row];
    at_risk += dead;
    for (; row < event.risk_end; ++row) at_risk += weighted_risk_[row];
    terms_[j].at_risk = at_risk;
    terms_[j].dead_risk = dead;
  }
}

void RiskSets::scan_with_starts() {
  rebuilt_.assign(terms_.size(), 0);
  std::size_t row = 0;
  std::size_t left = 0;
  double at_risk = 0;
  double most = 0;
  for (std::size_t j = 0; j < terms_.size(); ++j) {
    const EventTime& event = layout_.events[j];
    if (j == 0 || event.first_row != layout_.events[j - 1].first_row) {
      row = left = event.first_row;
      at_risk = most = 0;
    }
    for (; row < event.risk_end; ++row) at_risk += weighted_risk_[row];
    most = std::max(most, at_risk);
    for (; left < event.left_end; ++left) at_risk -= weighted_risk_[layout_.by_start[left]];
    if (at_risk < share_left_min * most) {
      rebuilt_[j] = 1;
      at_risk = 0;
      for (std::size_t i = event.first_row; i < event.risk_end; ++i) {
        if (layout_.start[i] < event.time) at_risk += weighted_risk_[i];
      }
      most = at_risk;
    }
    double dead = 0;
    for (std::size_t i = event.death_begin; i < event.death_end; ++i) dead += weighted_risk_[i];
    terms_[j].at_risk = at_risk;
    terms_[j].dead_risk = dead;
  }
}

void RiskSets::finish_terms() {
  const auto map = [&](const Block& block) {
    double log_denominators = 0;
    for (std::size_t j = block.begin; j < block.end; ++j) {
      const EventTime& event = layout_.events[j];
      std::size_t deaths = 0;
      double weight = 0;
      for (std::size_t i = event.death_begin; i < event.death_end; ++i) {
        deaths += weight_[i] > 0 ? 1 : 0;
        weight += weight_[i];
      }
      terms_[j] = event_terms(terms_[j].at_risk, terms_[j].dead_risk, deaths, weight, ties_);
      log_denominators += terms_[j].log_denominator;
    }
    return log_denominators;
  };
  const double log_denominators =
      parallel_reduce({.count = terms_.size(), .block_size = 256, .threads = threads_}, 0.0, map,
                      std::plus<double>());
  log_likelihood_ = event_linear_ - log_denominators;
}

HazardSums RiskSets::hazard_sums(std::span<const double> multiplier) const {
  HazardSums sums{LargeArray<double>(terms_.size()), LargeArray<double>(terms_.size())};
  double later = 0;  // the events are in descending time
  for (std::size_t j = terms_.size(); j-- > 0;) {
    if (j + 1 < terms_.size() && layout_.events[j + 1].stratum != layout_.events[j].stratum) {
      later = 0;
    }
    const double times = multiplier.empty() ? 1 : multiplier[j];
    sums.death[j] = later + times * terms_[j].dead_hazard;
    sums.until[j] = later += times * terms_[j].hazard;
  }
  return sums;
}

}  // namespace kensho::stats
