#include "stats/survival/log_rank.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/dist/distributions.h"
#include "stats/survival/labels.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

// A subject's code holds its group and, in the lowest bit, its event.
std::uint32_t group_of(const FollowUp& subject) {
  return subject.code >> 1;
}
bool has_event(const FollowUp& subject) {
  return (subject.code & 1) != 0;
}

// The variance has the square of this many numbers; more groups are a column taken by mistake.
constexpr std::size_t most_groups = 1000;

Status check_data(const LogRankData& data) {
  TRY(check_follow_up(data.time, data.event, 1));
  const std::size_t n = data.time.size();
  if (data.group.size() != n || (!data.stratum.empty() && data.stratum.size() != n)) {
    return Error{Errc::invalid_argument,
                 fmt::format("log-rank: {} times but {} groups and {} strata", n, data.group.size(),
                             data.stratum.size())};
  }
  return ok();
}

// The subjects of each stratum, in ascending time.
std::vector<std::vector<FollowUp>> sorted_strata(const LogRankData& data, const Labels& group,
                                                 const Labels& stratum) {
  std::vector<std::size_t> sizes(std::max<std::size_t>(stratum.distinct.size(), 1), 0);
  const auto stratum_of = [&](std::size_t i) {
    return stratum.index.empty() ? 0 : stratum.index[i];
  };
  for (std::size_t i = 0; i < data.time.size(); ++i) ++sizes[stratum_of(i)];

  std::vector<std::vector<FollowUp>> strata(sizes.size());
  for (std::size_t s = 0; s < sizes.size(); ++s) strata[s].reserve(sizes[s]);
  for (std::size_t i = 0; i < data.time.size(); ++i) {
    const auto event = static_cast<std::uint32_t>(data.event[i]);
    strata[stratum_of(i)].push_back({data.time[i] + 0.0, group.index[i] << 1 | event});
  }
  for (auto& subjects : strata) sort_by_time(subjects);
  return strata;
}

// The sums of the test, added up over event times and strata.
class Sums {
 public:
  explicit Sums(std::size_t groups)
      : observed_(groups), at_risk_(groups), expected_(groups), variance_(groups * groups) {}

  void add_stratum(std::span<const FollowUp> subjects);
  std::size_t observed(std::size_t group) const { return observed_[group]; }
  double expected(std::size_t group) const { return expected_[group].value(); }
  std::vector<double> variance() const;

 private:
  void add_events(double events, double at_risk);

  std::vector<std::size_t> observed_;
  std::vector<double> at_risk_;  // now, in each group
  std::vector<CompensatedSum> expected_;
  std::vector<CompensatedSum> variance_;  // the lower triangle of a square
};

void Sums::add_stratum(std::span<const FollowUp> subjects) {
  std::ranges::fill(at_risk_, 0.0);
  for (const FollowUp& subject : subjects) ++at_risk_[group_of(subject)];
  for (std::size_t first = 0; first < subjects.size();) {
    const std::size_t end = end_of_tie(subjects, first);
    const auto tied = subjects.subspan(first, end - first);
    std::size_t events = 0;
    for (const FollowUp& subject : tied) {
      if (!has_event(subject)) continue;
      ++events;
      ++observed_[group_of(subject)];
    }
    if (events > 0) {
      add_events(static_cast<double>(events), static_cast<double>(subjects.size() - first));
    }
    for (const FollowUp& subject : tied) --at_risk_[group_of(subject)];
    first = end;
  }
}

void Sums::add_events(double events, double at_risk) {
  const std::size_t groups = at_risk_.size();
  for (std::size_t i = 0; i < groups; ++i) {
    if (at_risk_[i] > 0) expected_[i].add(events * at_risk_[i] / at_risk);
  }
  if (at_risk < 2) return;  // the last subject: no choice, no variance
  const double spread = events * (at_risk - events) / ((at_risk - 1) * at_risk * at_risk);
  for (std::size_t i = 0; i < groups; ++i) {
    if (at_risk_[i] == 0) continue;
    for (std::size_t j = 0; j < i; ++j) {
      variance_[i * groups + j].add(-spread * at_risk_[i] * at_risk_[j]);
    }
    variance_[i * groups + i].add(spread * at_risk_[i] * (at_risk - at_risk_[i]));
  }
}

std::vector<double> Sums::variance() const {
  const std::size_t groups = at_risk_.size();
  std::vector<double> full(groups * groups);
  for (std::size_t i = 0; i < groups; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      full[i * groups + j] = full[j * groups + i] = variance_[i * groups + j].value();
    }
  }
  return full;
}

// A pivot that has lost all but this share of its variance is rounding, not information.
constexpr double smallest_pivot = 1e-10;

// u' V^-1 u by Cholesky for the groups in `kept`, or nothing where V is singular.
std::optional<double> quadratic_form(std::span<const double> u, std::span<const double> variance,
                                     std::span<const std::size_t> kept) {
  const std::size_t groups = u.size();
  const std::size_t size = kept.size();
  std::vector<double> factor(size * size);
  std::vector<double> solved(size);
  double form = 0;
  for (std::size_t i = 0; i < size; ++i) {
    double rest = u[kept[i]];
    for (std::size_t j = 0; j <= i; ++j) {
      double entry = variance[kept[i] * groups + kept[j]];
      for (std::size_t l = 0; l < j; ++l) entry -= factor[i * size + l] * factor[j * size + l];
      if (j < i) {
        factor[i * size + j] = entry / factor[j * size + j];
        rest -= factor[i * size + j] * solved[j];
        continue;
      }
      if (!(entry > smallest_pivot * variance[kept[i] * groups + kept[i]])) return std::nullopt;
      factor[i * size + i] = std::sqrt(entry);
    }
    solved[i] = rest / factor[i * size + i];
    form += solved[i] * solved[i];
  }
  return form;
}

// The groups that were at risk at an event: the others say nothing.
std::vector<std::size_t> informative_groups(const std::vector<LogRankGroup>& groups) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].expected > 0) found.push_back(i);
  }
  return found;
}

Result<LogRankTest> finish(std::vector<LogRankGroup> groups, std::vector<double> variance) {
  std::vector<std::size_t> kept = informative_groups(groups);
  if (kept.size() < 2) {
    return Error{Errc::invalid_argument,
                 fmt::format("log-rank: {} of {} groups had anyone at risk at an event; at least 2 "
                             "are needed",
                             kept.size(), groups.size())};
  }
  kept.pop_back();  // the differences sum to 0: one group follows from the others
  std::vector<double> difference;
  difference.reserve(groups.size());
  for (const LogRankGroup& group : groups) {
    difference.push_back(static_cast<double>(group.observed) - group.expected);
  }
  const std::optional<double> chi_square = quadratic_form(difference, variance, kept);
  if (!chi_square) {
    return Error{Errc::invalid_argument,
                 fmt::format("log-rank: the variance of {} groups is singular; at the events some "
                             "groups were never at risk together",
                             groups.size())};
  }
  const auto degrees = static_cast<int>(kept.size());
  return LogRankTest{std::move(groups), std::move(variance), *chi_square, degrees,
                     chi_square_upper_tail(*chi_square, degrees)};
}

}  // namespace

Result<LogRankTest> log_rank_test(const LogRankData& data) {
  TRY(check_data(data));
  const Labels group = TRY(make_labels(data.group, "group"));
  const Labels stratum = TRY(make_labels(data.stratum, "stratum"));

  if (group.distinct.size() > most_groups) {
    return Error{Errc::invalid_argument, fmt::format("log-rank: {} groups, at most {} are compared",
                                                     group.distinct.size(), most_groups)};
  }

  Sums sums(group.distinct.size());
  for (const auto& subjects : sorted_strata(data, group, stratum)) sums.add_stratum(subjects);

  std::vector<LogRankGroup> groups;
  groups.reserve(group.distinct.size());
  for (std::size_t i = 0; i < group.distinct.size(); ++i) {
    groups.push_back({group.distinct[i], 0, sums.observed(i), sums.expected(i)});
  }
  for (const std::uint32_t index : group.index) ++groups[index].subjects;
  return finish(std::move(groups), sums.variance());
}

}  // namespace kensho::stats
