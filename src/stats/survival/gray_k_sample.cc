#include "stats/survival/gray_k_sample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/dist/distributions.h"
#include "stats/survival/strata.h"

namespace kensho::stats {
namespace {

constexpr std::size_t most_groups = 100;  // a time costs its cube; more are a column by mistake

// A subject's code holds its group and, in the two lowest bits, what ended its follow-up.
constexpr std::uint32_t of_cause = 1;
constexpr std::uint32_t competing = 2;

// One group of one stratum: its curves just before the present time, and its counts at it.
struct GroupState {
  double at_risk = 0;
  double events = 0;  // of the cause
  double competing_events = 0;
  double leaving = 0;  // with or without an event
  double survival = 1;
  double survival_after = 1;
  double incidence = 0;  // of the cause
};

// One stratum. The score of group i is a sum over times; its variance is built from the
// coefficients each martingale of group k has in it: a_ik now, c_ik summed up, the latter times a
// function of time that later times change. Hence the three sums of each k.
class Stratum {
 public:
  Stratum(std::size_t groups, double rho)
      : rho_(rho),
        groups_(groups),
        now_(groups * groups),
        summed_(groups * groups),
        constant_(groups * groups),
        mixed_(groups * groups),
        square_(groups),
        score_(groups) {}

  void add(std::span<const FollowUp> subjects);
  double score(std::size_t group) const { return score_[group].value(); }
  double variance(std::size_t i, std::size_t j) const;

 private:
  void count(std::span<const FollowUp> tied);
  void move();
  void add_score(double weight, double events, double subdistribution_at_risk);
  void set_coefficients(double weight, double events, double hazard_sum);
  void add_cause_variance(double events, double hazard_sum);
  void add_competing_variance();
  void add_variance(std::size_t k, double spread, double factor, double sign);
  double& at(std::vector<double>& square, std::size_t i, std::size_t k) {
    return square[i * groups_.size() + k];
  }

  double rho_;
  double pooled_ = 0;        // incidence of the cause under equality, just before the present time
  double pooled_after_ = 0;  // and after it
  std::vector<GroupState> groups_;
  std::vector<double> now_;       // a_ik
  std::vector<double> summed_;    // c_ik
  std::vector<double> constant_;  // variance so far
  std::vector<double> mixed_;     // covariance with what c_ik will multiply
  std::vector<double> square_;    // variance of that
  std::vector<CompensatedSum> score_;
};

void Stratum::count(std::span<const FollowUp> tied) {
  for (GroupState& group : groups_) group.events = group.competing_events = group.leaving = 0;
  for (const FollowUp& subject : tied) {
    GroupState& group = groups_[subject.code >> 2];
    ++group.leaving;
    group.events += (subject.code & 3) == of_cause ? 1 : 0;
    group.competing_events += (subject.code & 3) == competing ? 1 : 0;
  }
}

void Stratum::add_score(double weight, double events, double subdistribution_at_risk) {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const GroupState& group = groups_[i];
    if (group.at_risk == 0) continue;
    const double at_risk = group.at_risk * (1 - group.incidence) / group.survival;
    score_[i].add(weight * (group.events - events * at_risk / subdistribution_at_risk));
  }
}

void Stratum::set_coefficients(double weight, double events, double hazard_sum) {
  // Rounding may carry the pooled incidence to 1 before the last event.
  const double step = pooled_ < 1 ? events / (hazard_sum * (1 - pooled_)) : 0;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    for (std::size_t k = 0; k < groups_.size(); ++k) {
      at(now_, i, k) = 0;
      if (groups_[i].at_risk == 0 || groups_[k].at_risk == 0) continue;
      const double hazard_i = groups_[i].at_risk / groups_[i].survival;
      const double hazard_k = groups_[k].at_risk / groups_[k].survival;
      const double same = i == k ? 1 : 0;
      at(now_, i, k) = weight * hazard_i * (same - hazard_k / hazard_sum);
      at(summed_, i, k) += at(now_, i, k) * step;
    }
  }
}

// Adds a martingale increment of group k of variance `spread`, whose coefficient in score i is
// now_ik - factor * summed_ik now, and falls by factor * (what c_ik still gains) later.
void Stratum::add_variance(std::size_t k, double spread, double factor, double sign) {
  square_[k] += factor * factor * spread;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const double own = (sign > 0 ? at(now_, i, k) : 0) - sign * factor * at(summed_, i, k);
    at(mixed_, i, k) += sign * own * factor * spread;
    for (std::size_t j = 0; j <= i; ++j) {
      const double other = (sign > 0 ? at(now_, j, k) : 0) - sign * factor * at(summed_, j, k);
      at(constant_, i, j) += own * other * spread;
    }
  }
}

void Stratum::add_cause_variance(double events, double hazard_sum) {
  for (std::size_t k = 0; k < groups_.size(); ++k) {
    const GroupState& group = groups_[k];
    if (group.at_risk == 0) continue;
    const double factor =
        group.survival_after > 0 ? 1 - (1 - pooled_after_) / group.survival_after : 1;
    const double others = hazard_sum * group.survival - 1;
    const double ties = events > 1 && others > 0 ? 1 - (events - 1) / others : 1;
    const double spread = ties * group.survival * events / (hazard_sum * group.at_risk);
    add_variance(k, spread, factor, 1);
  }
}

void Stratum::add_competing_variance() {
  for (std::size_t k = 0; k < groups_.size(); ++k) {
    const GroupState& group = groups_[k];
    if (group.competing_events == 0 || !(group.survival_after > 0)) continue;
    const double factor = (1 - pooled_after_) / group.survival_after;
    const double ties =
        group.competing_events > 1 ? 1 - (group.competing_events - 1) / (group.at_risk - 1) : 1;
    const double jump = group.survival / group.at_risk;
    add_variance(k, ties * jump * jump * group.competing_events, factor, -1);
  }
}

void Stratum::move() {
  double events = 0;
  double hazard_sum = 0;  // of at_risk / survival: subjects, were nobody to leave
  double subdistribution_at_risk = 0;
  for (GroupState& group : groups_) {
    if (group.at_risk == 0) continue;
    events += group.events;
    const double all = group.events + group.competing_events;
    group.survival_after = group.survival * (group.at_risk - all) / group.at_risk;
    hazard_sum += group.at_risk / group.survival;
    subdistribution_at_risk += group.at_risk * (1 - group.incidence) / group.survival;
  }
  pooled_after_ = pooled_ + events / hazard_sum;
  if (events > 0) {
    const double weight = std::pow(std::max(1 - pooled_, 0.0), rho_);
    add_score(weight, events, subdistribution_at_risk);
    set_coefficients(weight, events, hazard_sum);
    add_cause_variance(events, hazard_sum);
  }
  add_competing_variance();
  for (GroupState& group : groups_) {
    if (group.at_risk == 0) continue;
    group.incidence += group.survival * group.events / group.at_risk;
    group.survival = group.survival_after;
  }
  pooled_ = pooled_after_;
}

void Stratum::add(std::span<const FollowUp> subjects) {
  for (const FollowUp& subject : subjects) ++groups_[subject.code >> 2].at_risk;
  for (std::size_t first = 0; first < subjects.size();) {
    const std::size_t end = end_of_tie(subjects, first);
    const auto tied = subjects.subspan(first, end - first);
    count(tied);
    const bool any =
        std::ranges::any_of(tied, [](const FollowUp& subject) { return (subject.code & 3) != 0; });
    if (any) move();
    for (GroupState& group : groups_) group.at_risk -= group.leaving;
    first = end;
  }
}

double Stratum::variance(std::size_t i, std::size_t j) const {
  const std::size_t size = groups_.size();
  double sum = constant_[std::max(i, j) * size + std::min(i, j)];
  for (std::size_t k = 0; k < size; ++k) {
    sum += summed_[i * size + k] * summed_[j * size + k] * square_[k] +
           summed_[i * size + k] * mixed_[j * size + k] +
           summed_[j * size + k] * mixed_[i * size + k];
  }
  return sum;
}

Status check_data(const GrayTestData& data, const GrayTestChoice& choice) {
  TRY(check_follow_up(data.time, data.cause, std::numeric_limits<int>::max()));
  const std::size_t n = data.time.size();
  if (data.group.size() != n || (!data.stratum.empty() && data.stratum.size() != n)) {
    return Error{Errc::invalid_argument,
                 fmt::format("Gray's test: {} times but {} groups and {} strata", n,
                             data.group.size(), data.stratum.size())};
  }
  if (choice.cause < 1 || !std::isfinite(choice.rho) || choice.rho < 0) {
    return Error{Errc::invalid_argument,
                 fmt::format("Gray's test: cause {} and rho {}; a cause is at least 1, rho is "
                             "finite and not negative",
                             choice.cause, choice.rho)};
  }
  return ok();
}

std::uint32_t ending_of(int cause, int tested) {
  if (cause == 0) return 0;
  return cause == tested ? of_cause : competing;
}

// The groups whose score varies: the others were never at risk beside another at an event.
std::vector<std::size_t> informative_groups(std::span<const double> variance, std::size_t groups) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < groups; ++i) {
    if (variance[i * groups + i] > 0) found.push_back(i);
  }
  return found;
}

Result<GrayTest> finish(std::vector<GrayTestGroup> groups, std::vector<double> variance) {
  std::vector<std::size_t> kept = informative_groups(variance, groups.size());
  if (kept.size() < 2) {
    return Error{Errc::invalid_argument,
                 fmt::format("Gray's test: {} of {} groups were at risk beside another at an event "
                             "of the cause; at least 2 are needed",
                             kept.size(), groups.size())};
  }
  kept.pop_back();  // the scores sum to 0: one group follows from the others
  std::vector<double> scores(groups.size());
  std::ranges::transform(groups, scores.begin(), &GrayTestGroup::score);
  const std::optional<double> chi_square = quadratic_form(scores, variance, kept);
  if (!chi_square) {
    return Error{Errc::invalid_argument,
                 fmt::format("Gray's test: the variance of {} groups is singular; at the events "
                             "some groups were never at risk together",
                             groups.size())};
  }
  const auto degrees = static_cast<int>(kept.size());
  return GrayTest{std::move(groups), std::move(variance), *chi_square, degrees,
                  chi_square_upper_tail(*chi_square, degrees)};
}

}  // namespace

Result<GrayTest> gray_test(const GrayTestData& data, const GrayTestChoice& choice) {
  TRY(check_data(data, choice));
  const Labels group = TRY(make_labels(data.group, "group"));
  const Labels stratum = TRY(make_labels(data.stratum, "stratum"));
  const std::size_t size = group.distinct.size();
  if (size > most_groups) {
    return Error{Errc::invalid_argument,
                 fmt::format("Gray's test: {} groups, at most {} are compared", size, most_groups)};
  }
  std::vector<GrayTestGroup> groups;
  for (const int label : group.distinct) groups.push_back({label, 0, 0, 0});
  for (std::size_t i = 0; i < data.time.size(); ++i) {
    ++groups[group.index[i]].subjects;
    if (data.cause[i] == choice.cause) ++groups[group.index[i]].events;
  }

  const auto code = [&](std::size_t i) {
    return group.index[i] << 2 | ending_of(data.cause[i], choice.cause);
  };
  std::vector<double> variance(size * size);
  for (const auto& subjects : sorted_strata(data.time, stratum, code)) {
    Stratum sums(size, choice.rho);
    sums.add(subjects);
    for (std::size_t i = 0; i < size; ++i) {
      groups[i].score += sums.score(i);
      for (std::size_t j = 0; j < size; ++j) variance[i * size + j] += sums.variance(i, j);
    }
  }
  return finish(std::move(groups), std::move(variance));
}

}  // namespace kensho::stats
