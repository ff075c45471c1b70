// For tests only: small survival samples, from the reference data or from a fixed sequence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stats/testing/reference_test_support.h"

namespace kensho::stats::testing {

/// Follow-up times and a code a subject (an event 0/1, or a cause).
struct Sample {
  std::vector<double> time;
  std::vector<int> code;
};

/// A fixed pseudo-random sequence (Knuth's 64-bit linear congruence; its high bits).
class Sequence {
 public:
  explicit Sequence(std::uint64_t seed) : state_(seed) {}
  int below(int bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<int>((state_ >> 33) % static_cast<std::uint64_t>(bound));
  }

 private:
  std::uint64_t state_;
};

/// `n` subjects on whole times below `distinct_times` with codes below `code_count`: many ties.
inline Sample tied_sample(std::uint64_t seed, int n, int distinct_times, int code_count) {
  Sequence sequence(seed);
  Sample sample;
  for (int i = 0; i < n; ++i) {
    sample.time.push_back(sequence.below(distinct_times));
    sample.code.push_back(sequence.below(code_count));
  }
  return sample;
}

/// The same subjects in another order.
inline Sample shuffled(const Sample& sample, std::uint64_t seed) {
  Sequence sequence(seed);
  Sample result = sample;
  for (std::size_t i = result.time.size(); i > 1; --i) {
    const auto j = static_cast<std::size_t>(sequence.below(static_cast<int>(i)));
    std::swap(result.time[i - 1], result.time[j]);
    std::swap(result.code[i - 1], result.code[j]);
  }
  return result;
}

/// Every subject twice.
inline Sample doubled(const Sample& sample) {
  Sample result = sample;
  result.time.insert(result.time.end(), sample.time.begin(), sample.time.end());
  result.code.insert(result.code.end(), sample.code.begin(), sample.code.end());
  return result;
}

}  // namespace kensho::stats::testing
