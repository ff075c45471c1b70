// Random numbers that are the same on every machine, for ever.
#pragma once

#include <array>
#include <cstdint>

namespace kensho {

/// A stream of random numbers, fixed by its seed and stream number alone.
///
/// Streams of one seed do not overlap and can be drawn in any order, so what one participant gets
/// does not depend on how many came before. Not for secrets: base/random_bytes.h.
///
/// Every transform below is frozen: a change of one bit of its output is a change of what was
/// simulated. `normal` and `exponential` use the C library's logarithm, whose last bit may differ
/// between C libraries.
///
/// Cost    Some nanoseconds a number.
/// Source  Philox4x32-10: Salmon, Moraes, Dror, Shaw, Parallel random numbers: as easy as 1, 2, 3,
///         SC 2011. Block i of a stream is the cipher of (i, stream) under the key `seed`.
/// Checked against Random123's known answers and an independent implementation, rng_test.cc.
class Rng {
 public:
  Rng(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

  /// 32 random bits.
  std::uint32_t bits();

  /// Uniform on the 2^52 middles of equal parts of (0, 1); never 0 or 1.
  double uniform();

  /// Uniform on 0 .. n - 1, without bias; n > 0.
  /// Source  Lemire, Fast random integer generation in an interval, ACM TOMACS 29:3, 2019.
  std::uint32_t below(std::uint32_t n);

  /// Uniform on first .. last, both included; first <= last, less than 2^32 apart.
  int between(int first, int last);

  /// Standard normal: the quantile of one uniform number.
  double normal();

  /// Exponential with mean 1.
  double exponential();

  /// True with that probability; 0 is never, 1 always.
  bool bernoulli(double probability);

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;  // the next one
  std::array<std::uint32_t, 4> words_{};
  std::size_t used_ = 4;  // of words_
};

/// The four words of one block of Philox4x32-10.
std::array<std::uint32_t, 4> philox_block(std::uint64_t seed, std::uint64_t stream,
                                          std::uint64_t block);

/// The quantile of the standard normal distribution; 0 < p < 1.
/// Source  Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37:477-484, 1988: about 1e-16.
/// Checked against R qnorm, rng_test.cc, 4e-16 relative.
double normal_quantile(double p);

}  // namespace kensho
