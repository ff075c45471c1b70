#include "stats/contingency/fisher_table.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

constexpr double AS_LIKELY = 1e-7;  // R's slack for probabilities equal but for rounding
constexpr double SAME = 1e-9;       // log probabilities nearer than this are one
constexpr std::size_t REPLICATES_A_BLOCK = 256;

using Totals = std::vector<int>;  // of the rows, ascending

// Partial tables by their log weight (minus the log factorials of their counts), and how many.
struct Weighted {
  double log_weight;
  double tables;
};
using Spectrum = std::vector<Weighted>;

// The log factorials up to the total.
std::vector<double> log_factorials(std::int64_t total) {
  std::vector<double> logs(static_cast<std::size_t>(total) + 1);
  for (std::size_t i = 2; i < logs.size(); ++i) {
    logs[i] = log_gamma(static_cast<double>(i) + 1);
  }
  return logs;
}

void merge_equal(Spectrum& spectrum) {
  std::ranges::sort(spectrum, {}, &Weighted::log_weight);
  std::size_t kept = 0;
  for (std::size_t i = 1; i < spectrum.size(); ++i) {
    if (spectrum[i].log_weight - spectrum[kept].log_weight < SAME) {
      spectrum[kept].tables += spectrum[i].tables;
    } else {
      spectrum[++kept] = spectrum[i];
    }
  }
  if (!spectrum.empty()) spectrum.resize(kept + 1);
}

// All ways to fill columns, or how far it got when the work became too much.
class Enumeration {
 public:
  Enumeration(const CountTable& table, std::uint64_t steps_max)
      : log_factorial_(log_factorials(table.total())), steps_left_(steps_max) {}

  bool exhausted() const { return steps_left_ == 0; }

  // Every way to take a column of that total out of the rows: what is left, and its log weight.
  void fill(const Totals& rows, int total,
            const std::function<void(const Totals&, double)>& filled) {
    Totals left = rows;
    fill_from(0, total, 0, left, filled);
  }

  bool spend(std::uint64_t steps) {
    steps_left_ -= std::min(steps_left_, steps);
    return steps_left_ > 0;
  }

  double log_factorial(std::int64_t n) const { return log_factorial_[std::size_t(n)]; }

 private:
  void fill_from(std::size_t row, int total, double log_weight, Totals& left,
                 const std::function<void(const Totals&, double)>& filled) {
    if (row + 1 == left.size()) {
      if (total > left[row] || !spend(1)) return;
      left[row] -= total;
      Totals ordered = left;
      std::ranges::sort(ordered);
      filled(ordered, log_weight - log_factorial(total));
      left[row] += total;
      return;
    }
    const int most = std::min(total, left[row]);
    for (int count = 0; count <= most && !exhausted(); ++count) {
      left[row] -= count;
      fill_from(row + 1, total - count, log_weight - log_factorial(count), left, filled);
      left[row] += count;
    }
  }

  std::vector<double> log_factorial_;
  std::uint64_t steps_left_;
};

using States = std::map<Totals, Spectrum>;

// The partial tables of the columns that lead from the rows' totals to each state of them.
States forward(Enumeration& enumeration, const Totals& rows, std::span<const int> columns) {
  States states = {{rows, {{0, 1}}}};
  for (const int total : columns) {
    States next;
    for (const auto& [state, spectrum] : states) {
      enumeration.fill(state, total, [&](const Totals& left, double log_weight) {
        if (!enumeration.spend(spectrum.size())) return;
        Spectrum& reached = next[left];
        for (const Weighted& past : spectrum) {
          reached.push_back({past.log_weight + log_weight, past.tables});
        }
      });
    }
    for (auto& [state, spectrum] : next) merge_equal(spectrum);
    states = std::move(next);
  }
  return states;
}

// The partial tables of the columns that use a state up; each state is worked out once.
class Completions {
 public:
  Completions(Enumeration& enumeration, std::span<const int> columns)
      : enumeration_(enumeration), columns_(columns), known_(columns.size() + 1) {}

  const Spectrum& of(const Totals& state, std::size_t column = 0) {
    const auto found = known_[column].find(state);
    if (found != known_[column].end()) return found->second;
    Spectrum spectrum;
    if (column == columns_.size()) {
      spectrum.push_back({0, 1});
    } else {
      enumeration_.fill(state, columns_[column], [&](const Totals& left, double log_weight) {
        const Spectrum& rest = of(left, column + 1);
        if (!enumeration_.spend(rest.size())) return;
        for (const Weighted& future : rest) {
          spectrum.push_back({future.log_weight + log_weight, future.tables});
        }
      });
      merge_equal(spectrum);
    }
    return known_[column].emplace(state, std::move(spectrum)).first->second;
  }

 private:
  Enumeration& enumeration_;
  std::span<const int> columns_;
  std::vector<States> known_;
};

// Of two lists, ascending in log weight, the sum over pairs whose weight is at most the limit.
double sum_of_pairs(const Spectrum& pasts, const Spectrum& futures, double limit,
                    double log_scale) {
  double sum = 0;
  double reached = 0;  // sum of futures' weights, relative to the largest
  const double top = futures.back().log_weight;
  std::size_t end = 0;
  for (std::size_t i = pasts.size(); i-- > 0;) {  // as pasts fall, more futures are in
    const double past = pasts[i].log_weight;
    for (; end < futures.size() && past + futures[end].log_weight <= limit; ++end) {
      reached += futures[end].tables * std::exp(futures[end].log_weight - top);
    }
    sum += pasts[i].tables * reached * std::exp(past + top + log_scale);
  }
  return sum;
}

Totals as_totals(const std::vector<std::int64_t>& totals) {
  Totals ascending(totals.begin(), totals.end());
  std::ranges::sort(ascending);
  return ascending;
}

double log_weight_of(const CountTable& table, const std::vector<double>& log_factorial) {
  double weight = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    for (std::size_t j = 0; j < table.columns(); ++j) {
      weight -= log_factorial[static_cast<std::size_t>(table(i, j))];
    }
  }
  return weight;
}

// The p-value, or nothing where it is too much work.
std::optional<double> counted(const CountTable& table, std::uint64_t steps_max) {
  if (table.total() > 100'000) return std::nullopt;
  Enumeration enumeration(table, steps_max);
  // The states are totals of the shorter side.
  const bool turned = table.rows() > table.columns();
  const Totals rows = as_totals(turned ? table.column_totals() : table.row_totals());
  const Totals columns = as_totals(turned ? table.row_totals() : table.column_totals());
  const std::size_t half = columns.size() / 2;
  const std::span<const int> all = columns;
  const States middle = forward(enumeration, rows, all.first(half));
  Completions completions(enumeration, all.subspan(half));

  const double limit = log_weight_of(table, log_factorials(table.total())) + AS_LIKELY;
  double log_scale = -enumeration.log_factorial(table.total());  // to probabilities
  for (const int total : rows) log_scale += enumeration.log_factorial(total);
  for (const int total : columns) log_scale += enumeration.log_factorial(total);
  double p_value = 0;
  for (const auto& [state, pasts] : middle) {
    const Spectrum& futures = completions.of(state);
    if (enumeration.exhausted()) return std::nullopt;
    if (!futures.empty()) p_value += sum_of_pairs(pasts, futures, limit, log_scale);
  }
  if (enumeration.exhausted()) return std::nullopt;
  return std::min(1.0, p_value);
}

// The log weight of a table with these margins drawn at random.
double drawn_log_weight(const CountTable& table, const std::vector<double>& log_factorial,
                        std::vector<std::uint32_t> labels, Rng& rng) {
  std::vector<std::size_t> counts(table.columns());
  double weight = 0;
  std::size_t next = 0;
  for (const std::int64_t row_total : table.row_totals()) {
    std::ranges::fill(counts, 0);
    for (std::int64_t i = 0; i < row_total; ++i, ++next) {
      const std::size_t other = next + rng.below(static_cast<std::uint32_t>(labels.size() - next));
      std::swap(labels[next], labels[other]);
      ++counts[labels[next]];
    }
    for (const std::size_t count : counts) weight -= log_factorial[count];
  }
  return weight;
}

Result<FisherTableTest> sampled(const CountTable& table, const TableQuestion& question) {
  if (question.replicates < 1) {
    return Error{Errc::invalid_argument,
                 fmt::format("Fisher's test: {} replicates", question.replicates)};
  }
  const auto log_factorial = log_factorials(table.total());
  const double limit = log_weight_of(table, log_factorial) + AS_LIKELY;
  std::vector<std::uint32_t> labels;  // the column of each subject
  for (std::size_t j = 0; j < table.columns(); ++j) {
    labels.resize(labels.size() + static_cast<std::size_t>(table.column_totals()[j]),
                  static_cast<std::uint32_t>(j));
  }
  const auto replicates = static_cast<std::size_t>(question.replicates);
  const auto count = parallel_reduce(
      {replicates, REPLICATES_A_BLOCK, std::max(1U, question.threads)}, std::uint64_t{0},
      [&](const Block& block) {
        std::uint64_t found = 0;
        for (std::size_t r = block.begin; r < block.end; ++r) {
          Rng rng(question.seed, r);
          found += drawn_log_weight(table, log_factorial, labels, rng) <= limit ? 1 : 0;
        }
        return found;
      },
      std::plus<>{});
  const double p = static_cast<double>(1 + count) / static_cast<double>(1 + replicates);
  return FisherTableTest{p, false, question.replicates,
                         std::sqrt(p * (1 - p) / static_cast<double>(replicates))};
}

}  // namespace

Result<FisherTableTest> fisher_table_test(const CountTable& table, const TableQuestion& question) {
  if (const auto p_value = counted(table, question.steps_max)) {
    return FisherTableTest{*p_value, true, std::nullopt, std::nullopt};
  }
  return sampled(table, question);
}

}  // namespace kensho::stats
