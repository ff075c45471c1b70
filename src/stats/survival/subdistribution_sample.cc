#include "stats/survival/subdistribution_sample.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/parallel.h"
#include "stats/describe/compensated_sum.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

Status check_design(const Matrix& x, std::size_t subjects) {
  if (x.rows() != subjects || x.columns() == 0) {
    return Error{Errc::invalid_argument,
                 fmt::format("Fine-Gray: {} times but a design of {} rows and {} columns", subjects,
                             x.rows(), x.columns())};
  }
  for (std::size_t column = 0; column < x.columns(); ++column) {
    for (std::size_t row = 0; row < subjects; ++row) {
      if (std::isfinite(x(row, column))) continue;
      return Error{Errc::invalid_argument,
                   fmt::format("Fine-Gray: the value in row {}, column {} of the design is {}; it "
                               "must be finite",
                               row + 1, column + 1, x(row, column))};
    }
  }
  return ok();
}

Ending ending_of(int cause, int modelled_cause) {
  if (cause == 0) return Ending::censored;
  return cause == modelled_cause ? Ending::of_cause : Ending::competing;
}

std::vector<double> means_of(const Matrix& x, unsigned threads) {
  std::vector<double> means(x.columns());
  parallel_for({.count = x.columns(), .block_size = 1, .threads = threads},
               [&](const Block& block) {
                 CompensatedSum sum;
                 for (const double value : x.column(block.index)) sum.add(value);
                 means[block.index] = sum.value() / static_cast<double>(x.rows());
               });
  return means;
}

constexpr std::size_t block_rows = 8192;

void fill_covariates(SubdistributionSample& sample, const Matrix& x, std::span<const FollowUp> rows,
                     unsigned threads) {
  sample.covariates = x.columns();
  sample.means = means_of(x, threads);
  sample.x.resize(x.rows() * x.columns());
  parallel_for({.count = rows.size(), .block_size = block_rows, .threads = threads},
               [&](const Block& block) {
                 double* to = sample.x.data() + block.begin * x.columns();
                 for (std::size_t i = block.begin; i < block.end; ++i) {
                   for (std::size_t j = 0; j < x.columns(); ++j) {
                     *to++ = x(rows[i].code, j) - sample.means[j];
                   }
                 }
               });
}

// One distinct time: counts of endings, then what they mean for the rows and for G.
class Walk {
 public:
  explicit Walk(SubdistributionSample& sample) : sample_(sample) {}

  void move(double time, std::size_t first, std::size_t end) {
    const auto at_risk = static_cast<double>(sample_.ending.size() - first);
    const double events = count(Ending::of_cause, first, end);
    const double censored = count(Ending::censored, first, end);
    const auto before = static_cast<std::uint32_t>(sample_.cause_times.size());
    if (events > 0) sample_.cause_times.push_back({time, first, events, censoring_survival_});
    for (std::size_t i = first; i < end; ++i) {
      sample_.reached[i] = static_cast<std::uint32_t>(sample_.cause_times.size());
      if (sample_.ending[i] == Ending::competing) {
        sample_.inverse_censoring[i] = 1 / censoring_survival_;
      }
    }
    if (censored == 0) return;
    sample_.censoring_times.push_back({first, end, before, censored, at_risk});
    censoring_survival_ *= (at_risk - censored) / at_risk;
  }

 private:
  double count(Ending ending, std::size_t first, std::size_t end) const {
    const auto begin = sample_.ending.begin();
    return static_cast<double>(std::count(begin + static_cast<std::ptrdiff_t>(first),
                                          begin + static_cast<std::ptrdiff_t>(end), ending));
  }

  SubdistributionSample& sample_;  // borrowed for the walk
  double censoring_survival_ = 1;
};

}  // namespace

Result<SubdistributionSample> subdistribution_sample(std::span<const double> time,
                                                     std::span<const int> cause, const Matrix& x,
                                                     int modelled_cause, unsigned threads) {
  TRY(check_follow_up(time, cause, std::numeric_limits<int>::max()));
  TRY(check_design(x, time.size()));
  const std::vector<FollowUp> rows = sorted_rows(time);

  SubdistributionSample sample{};
  fill_covariates(sample, x, rows, threads);
  sample.ending.reserve(rows.size());
  for (const FollowUp& row : rows) {
    sample.ending.push_back(ending_of(cause[row.code], modelled_cause));
  }
  sample.inverse_censoring.resize(rows.size());
  sample.reached.resize(rows.size());
  Walk walk(sample);
  for (std::size_t first = 0; first < rows.size();) {
    const std::size_t end = end_of_tie(rows, first);
    walk.move(rows[first].time, first, end);
    first = end;
  }
  if (sample.cause_times.empty()) {
    return Error{Errc::invalid_argument,
                 fmt::format("Fine-Gray: none of {} subjects had an event of cause {}", rows.size(),
                             modelled_cause)};
  }
  return sample;
}

}  // namespace kensho::stats
