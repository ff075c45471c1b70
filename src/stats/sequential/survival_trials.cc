#include "stats/sequential/survival_trials.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <span>

#include <Eigen/Core>
#include <fmt/format.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

using Array = Eigen::ArrayXd;

constexpr std::size_t TRIALS_A_BLOCK = 64;
// A bucket with more subjects than this is too full for an insertion sort.
constexpr std::uint32_t BUCKET_MAX = 24;

Error refusal(std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("survival trial: {}", rule)};
}

bool is_time(double value) {
  return std::isfinite(value) && value >= 0;
}

Status check(const SurvivalTrialDesign& design) {
  if (design.control_subjects == 0 || design.treated_subjects == 0 ||
      design.control_subjects > 1'000'000 || design.treated_subjects > 1'000'000) {
    return refusal("each arm needs 1 to 1,000,000 subjects");
  }
  if (!is_time(design.accrual_time) || !is_time(design.analysis_time) ||
      !(design.analysis_time > design.accrual_time)) {
    return refusal("the analysis must come after accrual, both at finite times from 0 on");
  }
  if (!is_time(design.control_hazard) || !is_time(design.hazard_ratio) ||
      !(design.control_hazard > 0) || !(design.hazard_ratio > 0)) {
    return refusal("the hazard and the hazard ratio must be above 0");
  }
  if (!is_time(design.effect_delay) || !is_time(design.dropout_hazard)) {
    return refusal("the delay and the dropout hazard must be finite and not negative");
  }
  return ok();
}

// A subject in 64 bits, ordered by time: the bits of the time, of which the last two give way to
// the arm and the event.
using Subject = std::uint64_t;

std::uint64_t time_bits(Subject subject) {
  return subject >> 2;
}
bool is_treated(Subject subject) {
  return (subject & 2) != 0;
}
bool has_event(Subject subject) {
  return (subject & 1) != 0;
}

// One trial after another in the same memory.
class Simulator {
 public:
  Simulator(const SurvivalTrialDesign& design, std::uint64_t seed);

  SurvivalTrialResult run(std::uint64_t trial) {
    draw(trial);
    sort();
    return log_rank();
  }
  void draw(std::uint64_t trial);
  double time(std::size_t i) const { return time_[static_cast<Eigen::Index>(i)]; }
  Subject subject(std::size_t i) const { return subjects_[i]; }

 private:
  // The next uniform numbers: those of one kind of all subjects.
  void fill(Array& uniform);
  void event_times();
  void sort();
  SurvivalTrialResult log_rank() const;

  const SurvivalTrialDesign& design_;  // borrowed for the simulation
  std::uint64_t seed_;
  std::uint64_t trial_ = 0;
  std::uint64_t block_ = 0;  // the next of the trial's stream
  std::size_t size_;
  Array follow_up_;  // until the analysis
  Array time_;
  Array other_;
  Array has_event_;
  std::vector<Subject> subjects_;
  std::vector<Subject> sorted_;
  std::vector<std::uint32_t> bucket_;        // of each subject
  std::vector<std::uint32_t> bucket_begin_;  // of each bucket
  std::vector<double> inverse_;              // 1 / n
};

Simulator::Simulator(const SurvivalTrialDesign& design, std::uint64_t seed)
    : design_(design),
      seed_(seed),
      size_(design.control_subjects + design.treated_subjects),
      subjects_(size_),
      sorted_(size_),
      bucket_(size_),
      bucket_begin_(size_ + 1),
      inverse_(size_ + 1) {
  const auto n = static_cast<Eigen::Index>(size_);
  follow_up_.resize(n);
  time_.resize(n);
  other_.resize(n);
  has_event_.resize(n);
  for (std::size_t i = 1; i <= size_; ++i) inverse_[i] = 1 / static_cast<double>(i);
}

void Simulator::fill(Array& uniform) {
  double* to = uniform.data();
  for (std::size_t i = 0; i < size_; i += 4) {
    const std::array<std::uint32_t, 4> words = philox_block(seed_, trial_, block_++);
    const std::size_t count = std::min<std::size_t>(4, size_ - i);
    for (std::size_t k = 0; k < count; ++k) to[i + k] = (words[k] + 0.5) * 0x1p-32;
  }
}

// From cumulative hazards in time_ to times.
void Simulator::event_times() {
  const auto control = static_cast<Eigen::Index>(design_.control_subjects);
  const double until_effect = design_.control_hazard * design_.effect_delay;
  const double treated_hazard = design_.control_hazard * design_.hazard_ratio;
  auto treated = time_.tail(time_.size() - control);
  if (until_effect == 0) {
    treated /= treated_hazard;
  } else {
    treated = (treated < until_effect)
                  .select(treated / design_.control_hazard,
                          design_.effect_delay + (treated - until_effect) / treated_hazard);
  }
  time_.head(control) /= design_.control_hazard;
}

void Simulator::draw(std::uint64_t trial) {
  trial_ = trial;
  block_ = 0;
  fill(follow_up_);
  follow_up_ = design_.analysis_time - design_.accrual_time * follow_up_;
  fill(time_);
  time_ = -time_.log();
  event_times();
  if (design_.dropout_hazard > 0) {
    fill(other_);
    follow_up_ = follow_up_.min(-other_.log() / design_.dropout_hazard);
  }
  has_event_ = (time_ <= follow_up_).cast<double>();
  time_ = time_.min(follow_up_);
  for (std::size_t i = 0; i < size_; ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    const Subject arm = i < design_.control_subjects ? 0 : 2;
    subjects_[i] = (std::bit_cast<std::uint64_t>(time_[at]) & ~std::uint64_t{3}) | arm |
                   static_cast<Subject>(has_event_[at]);
  }
}

// Buckets of equal time hold about one subject each: what is out of order then is near its place.
void Simulator::sort() {
  const double per_time = static_cast<double>(size_) / design_.analysis_time;
  std::ranges::fill(bucket_begin_, 0U);
  for (std::size_t i = 0; i < size_; ++i) {
    const double place = time_[static_cast<Eigen::Index>(i)] * per_time;
    bucket_[i] = std::min(static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(size_ - 1));
    ++bucket_begin_[bucket_[i]];
  }
  std::uint32_t before = 0;
  std::uint32_t fullest = 0;
  for (std::uint32_t& begin : bucket_begin_) {
    const std::uint32_t count = begin;
    fullest = std::max(fullest, count);
    begin = before;
    before += count;
  }
  for (std::size_t i = 0; i < size_; ++i) sorted_[bucket_begin_[bucket_[i]]++] = subjects_[i];
  if (fullest > BUCKET_MAX) {
    std::ranges::sort(sorted_, {}, time_bits);
    return;
  }
  for (std::size_t i = 1; i < size_; ++i) {
    const Subject moving = sorted_[i];
    std::size_t place = i;
    for (; place > 0 && time_bits(sorted_[place - 1]) > time_bits(moving); --place) {
      sorted_[place] = sorted_[place - 1];
    }
    sorted_[place] = moving;
  }
}

SurvivalTrialResult Simulator::log_rank() const {
  std::size_t at_risk = size_;
  std::size_t treated = design_.treated_subjects;
  double excess = 0;  // observed minus expected among the treated
  double variance = 0;
  std::uint32_t all_events = 0;
  for (std::size_t i = 0; i < size_;) {
    std::size_t end = i;
    std::size_t leaving = 0;
    std::size_t events = 0;
    std::size_t treated_events = 0;
    do {
      const Subject subject = sorted_[end];
      leaving += is_treated(subject) ? 1 : 0;
      events += has_event(subject) ? 1 : 0;
      treated_events += is_treated(subject) && has_event(subject) ? 1 : 0;
      ++end;
    } while (end < size_ && time_bits(sorted_[end]) == time_bits(sorted_[i]));
    if (events > 0) {
      const auto d = static_cast<double>(events);
      const double share = static_cast<double>(treated) * inverse_[at_risk];
      excess += static_cast<double>(treated_events) - d * share;
      if (at_risk > 1) {
        const double ties =
            events == 1 ? 1 : d * static_cast<double>(at_risk - events) * inverse_[at_risk - 1];
        variance += ties * share * (1 - share);
      }
      all_events += static_cast<std::uint32_t>(events);
    }
    at_risk -= end - i;
    treated -= leaving;
    i = end;
  }
  return {variance > 0 ? excess / std::sqrt(variance) : 0, all_events};
}

}  // namespace

Result<std::vector<SurvivalTrialResult>> simulate_survival_trials(const SurvivalTrialDesign& design,
                                                                  std::size_t trials,
                                                                  std::uint64_t seed,
                                                                  unsigned threads) {
  TRY(check(design));
  std::vector<SurvivalTrialResult> results(trials);
  parallel_for({trials, TRIALS_A_BLOCK, threads}, [&](const Block& block) {
    Simulator simulator(design, seed);
    for (std::size_t trial = block.begin; trial < block.end; ++trial) {
      results[trial] = simulator.run(trial);
    }
  });
  return results;
}

Result<SurvivalTrialSubjects> survival_trial_subjects(const SurvivalTrialDesign& design,
                                                      std::uint64_t seed, std::uint64_t trial) {
  TRY(check(design));
  Simulator simulator(design, seed);
  simulator.draw(trial);
  SurvivalTrialSubjects subjects;
  for (std::size_t i = 0; i < design.control_subjects + design.treated_subjects; ++i) {
    subjects.time.push_back(simulator.time(i));
    subjects.event.push_back(has_event(simulator.subject(i)) ? 1 : 0);
    subjects.arm.push_back(is_treated(simulator.subject(i)) ? 1 : 0);
  }
  return subjects;
}

Result<SurvivalTrialSummary> summarise(const std::vector<SurvivalTrialResult>& trials,
                                       double one_sided_level) {
  if (trials.empty()) return refusal("there is no simulated trial");
  if (!(one_sided_level > 0) || !(one_sided_level < 1)) {
    return refusal("the level must lie between 0 and 1");
  }
  const double bound = normal_quantile(one_sided_level);
  double rejected = 0;
  double events = 0;
  for (const SurvivalTrialResult& trial : trials) {
    rejected += trial.z <= bound ? 1 : 0;
    events += trial.events;
  }
  const auto n = static_cast<double>(trials.size());
  const double power = rejected / n;
  return SurvivalTrialSummary{power, std::sqrt(power * (1 - power) / n), events / n};
}

}  // namespace kensho::stats
