#include "base/parallel.h"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

namespace kensho {
namespace {

double harmonic_sum(unsigned threads) {
  const auto map = [](const Block& block) {
    double sum = 0;
    for (std::size_t i = block.begin; i < block.end; ++i) sum += 1 / std::sqrt(double(i) + 1);
    return sum;
  };
  return parallel_reduce(BlockPlan{100'003, 1'000, threads}, 0.0, map,
                         [](double left, double right) { return left + right; });
}

TEST_CASE("parallel_for visits every index exactly once, whatever the number of threads") {
  for (const unsigned threads : {1U, 2U, 5U, 64U}) {
    std::vector<int> visits(1'234);

    parallel_for({visits.size(), 100, threads}, [&](const Block& block) {
      for (std::size_t i = block.begin; i < block.end; ++i) ++visits[i];
    });

    CHECK(visits == std::vector<int>(1'234, 1));
  }
}

TEST_CASE("blocks follow from the range and the block size alone") {
  CHECK(block_count({0, 10, 3}) == 0);
  CHECK(block_count({10, 10, 3}) == 1);
  CHECK(block_count({11, 10, 3}) == 2);

  std::vector<Block> blocks(3);
  parallel_for({25, 10, 2}, [&](const Block& block) { blocks[block.index] = block; });
  CHECK(blocks[2].begin == 20);
  CHECK(blocks[2].end == 25);
}

TEST_CASE("an empty range calls nothing") {
  int calls = 0;
  parallel_for({0, 8, 4}, [&](const Block&) { ++calls; });
  CHECK(calls == 0);
}

TEST_CASE("a floating-point sum has the same bits for any number of threads") {
  const double one_thread = harmonic_sum(1);
  for (const unsigned threads : {2U, 3U, 16U}) CHECK(harmonic_sum(threads) == one_thread);
}

}  // namespace
}  // namespace kensho
