#include "stats/survival/survival_data.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

constexpr unsigned digit_bits = 11;  // 2048 counters: a histogram that stays in the first cache
constexpr std::size_t digit_values = std::size_t{1} << digit_bits;
constexpr unsigned digits = 3;
constexpr std::size_t radix_from = 4096;  // below, std::sort is faster

using Histogram = std::array<std::size_t, digit_values>;

// Doubles that are not negative order as their bits do. Of the bits between the smallest and the
// largest time the leading 33 are sorted by; what they do not tell apart is little.
class Key {
 public:
  explicit Key(std::span<const FollowUp> subjects) {
    const auto [smallest, largest] = std::ranges::minmax(subjects, {}, &FollowUp::time);
    least_ = std::bit_cast<std::uint64_t>(smallest.time);
    const auto width =
        static_cast<unsigned>(std::bit_width(std::bit_cast<std::uint64_t>(largest.time) - least_));
    dropped_ = width > digits * digit_bits ? width - digits * digit_bits : 0;
  }
  std::uint64_t of(double time) const {
    return (std::bit_cast<std::uint64_t>(time) - least_) >> dropped_;
  }
  bool is_whole() const { return dropped_ == 0; }

 private:
  std::uint64_t least_;
  unsigned dropped_;
};

std::size_t digit_of(std::uint64_t key, unsigned digit) {
  return (key >> (digit * digit_bits)) & (digit_values - 1);
}

std::array<Histogram, digits> count_digits(std::span<const FollowUp> subjects, const Key& key) {
  std::array<Histogram, digits> counts{};
  for (const FollowUp& subject : subjects) {
    const std::uint64_t bits = key.of(subject.time);
    for (unsigned digit = 0; digit < digits; ++digit) ++counts[digit][digit_of(bits, digit)];
  }
  return counts;
}

// Turns counts into the first place of each digit value.
void accumulate_places(Histogram& counts) {
  std::size_t place = 0;
  for (std::size_t& count : counts) place += std::exchange(count, place);
}

// Sorts the runs that share a key.
void sort_runs(std::span<FollowUp> subjects, const Key& key) {
  for (std::size_t first = 0; first < subjects.size();) {
    std::size_t end = first + 1;
    while (end < subjects.size() && key.of(subjects[end].time) == key.of(subjects[first].time)) {
      ++end;
    }
    const auto run = subjects.subspan(first, end - first);
    if (!std::ranges::is_sorted(run, {}, &FollowUp::time)) {
      std::ranges::sort(run, {}, &FollowUp::time);
    }
    first = end;
  }
}

void radix_sort(std::vector<FollowUp>& subjects) {
  const Key key(subjects);
  std::array<Histogram, digits> counts = count_digits(subjects, key);
  std::vector<FollowUp> buffer(subjects.size());
  for (unsigned digit = 0; digit < digits; ++digit) {
    // Times in whole days share their low digits: such a pass would move nothing.
    if (counts[digit][digit_of(key.of(subjects.front().time), digit)] == subjects.size()) continue;
    accumulate_places(counts[digit]);
    for (const FollowUp& subject : subjects) {
      buffer[counts[digit][digit_of(key.of(subject.time), digit)]++] = subject;
    }
    subjects.swap(buffer);
  }
  if (!key.is_whole()) sort_runs(subjects, key);
}

Error bad_time(std::size_t row, double time) {
  return {Errc::invalid_argument,
          fmt::format("survival data: the time in row {} is {}; it must be finite and not negative",
                      row + 1, time)};
}

Status check_sizes(std::size_t times, std::size_t codes) {
  if (times != codes) {
    return Error{Errc::invalid_argument,
                 fmt::format("survival data: {} times but {} codes", times, codes)};
  }
  if (times == 0) return Error{Errc::invalid_argument, "survival data: there is no subject"};
  if (times > std::numeric_limits<std::uint32_t>::max()) {
    return Error{Errc::invalid_argument,
                 fmt::format("survival data: {} subjects, at most 4294967295 fit", times)};
  }
  return ok();
}

bool is_usable_time(double time) {
  return time >= 0 && time <= std::numeric_limits<double>::max();
}

}  // namespace

Status check_follow_up(std::span<const double> time, std::span<const int> code, int largest_code) {
  TRY(check_sizes(time.size(), code.size()));
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (!is_usable_time(time[i])) return bad_time(i, time[i]);
    if (code[i] < 0 || code[i] > largest_code) {
      return Error{Errc::invalid_argument,
                   fmt::format("survival data: the code in row {} is {}; it must be from 0 to {}",
                               i + 1, code[i], largest_code)};
    }
  }
  return ok();
}

void sort_by_time(std::vector<FollowUp>& subjects) {
  if (subjects.size() >= radix_from) return radix_sort(subjects);
  std::ranges::sort(subjects, {}, &FollowUp::time);
}

std::vector<FollowUp> sorted_rows(std::span<const double> times) {
  std::vector<FollowUp> sorted(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    sorted[i] = {times[i] + 0.0, static_cast<std::uint32_t>(i)};  // no -0.0, as below
  }
  sort_by_time(sorted);
  return sorted;
}

Result<std::vector<FollowUp>> sorted_follow_up(std::span<const double> time,
                                               std::span<const int> code, int largest_code) {
  TRY(check_follow_up(time, code, largest_code));
  std::vector<FollowUp> subjects(time.size());
  for (std::size_t i = 0; i < time.size(); ++i) {
    // + 0.0 turns -0.0, which the radix sort would put last, into 0.0.
    subjects[i] = {time[i] + 0.0, static_cast<std::uint32_t>(code[i])};
  }
  sort_by_time(subjects);
  return subjects;
}

Status check_reading_times(std::span<const double> times) {
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (is_usable_time(times[i])) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("reading time {} of {} is {}; it must be finite and not negative",
                             i + 1, times.size(), times[i])};
  }
  return ok();
}

}  // namespace kensho::stats
