#include "base/rng.h"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

namespace kensho {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST_CASE("a block of Philox4x32-10 has the published known answers") {
  // Random123, kat_vectors: counter of four words, key of two, answer.
  struct Row {
    std::uint64_t seed, stream, block;
    Words answer;
  };
  const Row rows[] = {
      {0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {~0ULL, ~0ULL, ~0ULL, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {0x299f31d0a4093822,
       0x0370734413198a2e,
       0x85a308d3243f6a88,
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };

  for (const Row& row : rows) CHECK(philox_block(row.seed, row.stream, row.block) == row.answer);
}

// The following numbers were computed by an independent implementation in Python.
constexpr std::uint64_t seed = 20250319;
constexpr std::uint64_t stream = (7ULL << 32) | 3;

TEST_CASE("a stream is the words of its blocks in order") {
  Rng rng(seed, stream);

  for (const std::uint32_t word : {0x1931d3a0U, 0x7aad0037U, 0x9284100eU, 0xa7437515U, 0x5b9e4715U,
                                   0xacc2849bU, 0xb2e33db0U, 0x87b5def3U, 0x460925dcU}) {
    CHECK(rng.bits() == word);
  }
}

TEST_CASE("a uniform number is the middle of one of 2^52 parts") {
  Rng rng(seed, stream);

  for (const double u :
       {0.47920228333641235, 0.6533730676333253, 0.6748431090633115, 0.5301188797919963}) {
    CHECK(rng.uniform() == u);
  }
}

TEST_CASE("integers below n follow Lemire's method, rejections included") {
  Rng small(seed, stream), large(seed, stream);

  for (const std::uint32_t value : {0U, 4U, 5U, 6U, 3U, 6U, 6U, 5U, 2U, 6U, 2U, 5U}) {
    CHECK(small.below(10) == value);
  }
  for (const std::uint32_t value : {295249633U, 1437606849U, 1960119202U, 1073651626U, 2024529326U,
                                    2096339765U, 1590356638U, 2096656360U}) {
    CHECK(large.below(3000000000U) == value);
  }
}

TEST_CASE("normal and exponential numbers are transforms of one uniform number") {
  Rng normal(seed, stream), exponential(seed, stream);

  // R: qnorm and -log of the uniform numbers above.
  for (const double z :
       {-0.052155780905545089, 0.39444318636249748, 0.45332632165403347, 0.075568698241525886}) {
    CHECK(normal.normal() == doctest::Approx(z).epsilon(1e-15));
  }
  for (const double x :
       {0.7356324672999032, 0.4256069994689015, 0.39327504614319886, 0.634653996093456}) {
    CHECK(exponential.exponential() == doctest::Approx(x).epsilon(1e-15));
  }
}

TEST_CASE("the normal quantile agrees with R in every branch") {
  struct Row {
    double p, z;
  };
  const Row rows[] = {
      {1e-300, -37.047096299361201},
      {9.9999999999999995e-21, -9.2623400897984052},
      {1e-10, -6.3613409024040557},
      {0.001, -3.0902323061678132},
      {0.024250000000000001, -1.9729610513118845},
      {0.074999999999999997, -1.4395314709384557},
      {0.25, -0.67448975019608171},
      {0.42499999999999999, -0.18911842627279249},
      {0.59999999999999998, 0.25334710313579978},
      {0.92500000000000004, 1.4395314709384559},
      {0.97499999999999998, 1.9599639845400536},
      {0.999, 3.0902323061678132},
      {0.99999999999900002, 7.0344869100478356},
  };

  for (const Row& row : rows) {
    CHECK(std::abs(normal_quantile(row.p) - row.z) <= 4e-16 * std::abs(row.z));
  }
  CHECK(normal_quantile(0.5) == 0);
}

TEST_CASE("other seeds and other streams give other numbers") {
  CHECK(Rng(1, 1).bits() != Rng(2, 1).bits());
  CHECK(Rng(1, 1).bits() != Rng(1, 2).bits());
}

TEST_CASE("mean and variance of many numbers are near what they should be") {
  constexpr int count = 100000;
  Rng rng(seed, 0);
  double uniform = 0, normal = 0, square = 0, exponential = 0;
  int heads = 0;
  std::vector<int> faces(6);
  for (int i = 0; i < count; ++i) {
    uniform += rng.uniform();
    const double z = rng.normal();
    normal += z;
    square += z * z;
    exponential += rng.exponential();
    heads += rng.bernoulli(0.3) ? 1 : 0;
    ++faces[static_cast<std::size_t>(rng.between(1, 6) - 1)];
  }

  // Four standard errors each.
  const double root = std::sqrt(static_cast<double>(count));
  CHECK(std::abs(uniform / count - 0.5) < 4 * std::sqrt(1.0 / 12) / root);
  CHECK(std::abs(normal / count) < 4 / root);
  CHECK(std::abs(square / count - 1) < 4 * std::sqrt(2.0) / root);
  CHECK(std::abs(exponential / count - 1) < 4 / root);
  CHECK(std::abs(static_cast<double>(heads) / count - 0.3) < 4 * std::sqrt(0.21) / root);
  for (const int face : faces) {
    CHECK(std::abs(static_cast<double>(face) / count - 1.0 / 6) < 4 * std::sqrt(5.0 / 36) / root);
  }
}

TEST_CASE("probability 0 is never and 1 is always") {
  Rng rng(seed, 1);

  for (int i = 0; i < 1000; ++i) {
    CHECK_FALSE(rng.bernoulli(0));
    CHECK(rng.bernoulli(1));
  }
  CHECK(rng.between(5, 5) == 5);
}

}  // namespace
}  // namespace kensho
