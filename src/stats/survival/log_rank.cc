#include "stats/survival/log_rank.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/dist/distributions.h"
#include "stats/survival/labels.h"
#include "stats/survival/strata.h"
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

Status check_choice(const LogRankChoice& choice) {
  if (std::isfinite(choice.rho) && choice.rho >= 0 && std::isfinite(choice.gamma) &&
      choice.gamma >= 0) {
    return ok();
  }
  return Error{Errc::invalid_argument,
               fmt::format("log-rank: rho is {} and gamma is {}; both must be finite and not "
                           "negative",
                           choice.rho, choice.gamma)};
}

// The sums of the test, added up over event times and strata.
class Sums {
 public:
  Sums(std::size_t groups, const LogRankChoice& choice)
      : choice_(choice),
        observed_(groups),
        at_risk_(groups),
        events_(groups),
        expected_(groups),
        weighted_observed_(groups),
        weighted_expected_(groups),
        variance_(groups * groups) {}

  void add_stratum(std::span<const FollowUp> subjects);
  LogRankGroup group(std::size_t index, int label) const {
    return {label,
            0,
            observed_[index],
            expected_[index].value(),
            weighted_observed_[index].value(),
            weighted_expected_[index].value()};
  }
  std::vector<double> variance() const;

 private:
  double weight(double at_risk) const;
  void add_events(double events, double at_risk);

  LogRankChoice choice_;
  double survival_ = 1;  // pooled, just before the present time
  std::vector<std::size_t> observed_;
  std::vector<double> at_risk_;  // now, in each group
  std::vector<double> events_;   // now, in each group
  std::vector<CompensatedSum> expected_;
  std::vector<CompensatedSum> weighted_observed_;
  std::vector<CompensatedSum> weighted_expected_;
  std::vector<CompensatedSum> variance_;  // the lower triangle of a square
};

void Sums::add_stratum(std::span<const FollowUp> subjects) {
  survival_ = 1;
  std::ranges::fill(at_risk_, 0.0);
  for (const FollowUp& subject : subjects) ++at_risk_[group_of(subject)];
  for (std::size_t first = 0; first < subjects.size();) {
    const std::size_t end = end_of_tie(subjects, first);
    const auto tied = subjects.subspan(first, end - first);
    std::size_t events = 0;
    for (const FollowUp& subject : tied) {
      if (!has_event(subject)) continue;
      ++events;
      ++events_[group_of(subject)];
    }
    if (events > 0) {
      add_events(static_cast<double>(events), static_cast<double>(subjects.size() - first));
    }
    for (const FollowUp& subject : tied) --at_risk_[group_of(subject)];
    first = end;
  }
}

double Sums::weight(double at_risk) const {
  switch (choice_.family) {
    case LogRankFamily::gehan:
      return at_risk;
    case LogRankFamily::tarone_ware:
      return std::sqrt(at_risk);
    case LogRankFamily::fleming_harrington:
      break;
  }
  // pow(0, 0) is 1, as the family wants it.
  if (choice_.rho == 0 && choice_.gamma == 0) return 1;
  return std::pow(survival_, choice_.rho) * std::pow(1 - survival_, choice_.gamma);
}

void Sums::add_events(double events, double at_risk) {
  const double weight = this->weight(at_risk);
  survival_ *= (at_risk - events) / at_risk;
  const std::size_t groups = at_risk_.size();
  for (std::size_t i = 0; i < groups; ++i) {
    if (at_risk_[i] == 0) continue;
    const double expected = events * at_risk_[i] / at_risk;
    expected_[i].add(expected);
    weighted_expected_[i].add(weight * expected);
    observed_[i] += static_cast<std::size_t>(events_[i]);
    weighted_observed_[i].add(weight * std::exchange(events_[i], 0.0));
  }
  if (at_risk < 2) return;  // the last subject: no choice, no variance
  const double spread =
      weight * weight * (events * (at_risk - events) / ((at_risk - 1) * at_risk * at_risk));
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

// The groups that were at risk at an event: the others say nothing.
std::vector<std::size_t> informative_groups(const std::vector<LogRankGroup>& groups) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].weighted_expected > 0) found.push_back(i);
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
    difference.push_back(group.weighted_observed - group.weighted_expected);
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

Result<LogRankTest> log_rank_test(const LogRankData& data, const LogRankChoice& choice) {
  TRY(check_data(data));
  TRY(check_choice(choice));
  const Labels group = TRY(make_labels(data.group, "group"));
  const Labels stratum = TRY(make_labels(data.stratum, "stratum"));

  if (group.distinct.size() > most_groups) {
    return Error{Errc::invalid_argument, fmt::format("log-rank: {} groups, at most {} are compared",
                                                     group.distinct.size(), most_groups)};
  }

  const auto code = [&](std::size_t i) {
    return group.index[i] << 1 | static_cast<std::uint32_t>(data.event[i]);
  };
  Sums sums(group.distinct.size(), choice);
  for (const auto& subjects : sorted_strata(data.time, stratum, code)) sums.add_stratum(subjects);

  std::vector<LogRankGroup> groups;
  groups.reserve(group.distinct.size());
  for (std::size_t i = 0; i < group.distinct.size(); ++i) {
    groups.push_back(sums.group(i, group.distinct[i]));
  }
  for (const std::uint32_t index : group.index) ++groups[index].subjects;
  return finish(std::move(groups), sums.variance());
}

Result<LogRankTrend> log_rank_trend(const LogRankTest& test, std::span<const double> scores) {
  const std::size_t groups = test.groups.size();
  if (scores.size() != groups) {
    return Error{Errc::invalid_argument,
                 fmt::format("log-rank trend: {} scores for {} groups", scores.size(), groups)};
  }
  double score = 0;
  double variance = 0;
  double largest = 0;  // of the terms: what is left must be more than their rounding
  for (std::size_t i = 0; i < groups; ++i) {
    if (!std::isfinite(scores[i])) {
      return Error{Errc::invalid_argument,
                   fmt::format("log-rank trend: score {} is {}, not finite", i + 1, scores[i])};
    }
    score += scores[i] * (test.groups[i].weighted_observed - test.groups[i].weighted_expected);
    for (std::size_t j = 0; j < groups; ++j) {
      const double term = scores[i] * scores[j] * test.variance[i * groups + j];
      variance += term;
      largest = std::max(largest, std::abs(term));
    }
  }
  if (!(variance > 1e-12 * largest)) {
    return Error{Errc::invalid_argument,
                 "log-rank trend: the scores do not differ between groups that were compared"};
  }
  const double z = score / std::sqrt(variance);
  return LogRankTrend{score, variance, z, normal_two_sided(z)};
}

}  // namespace kensho::stats
