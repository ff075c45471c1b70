#include "base/large_array.h"

#include <cstdint>
#include <numeric>

#include <doctest/doctest.h>

namespace kensho {
namespace {

TEST_CASE("a large array holds what is put in, at any size, and copies as a value") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{600'000}}) {
    LargeArray<double> values(size);
    std::iota(values.begin(), values.end(), 1.0);
    const LargeArray<double> copy = values;
    values.assign(size, 0.0);
    CHECK(std::accumulate(values.begin(), values.end(), 0.0) == 0);
    const auto count = static_cast<double>(size);
    CHECK(std::accumulate(copy.begin(), copy.end(), 0.0) == count * (count + 1) / 2);
  }
}

TEST_CASE("an array that outgrows small memory keeps its values") {
  LargeArray<std::uint32_t> values;
  for (std::uint32_t i = 0; i < 3'000'000; ++i) values.push_back(i);
  bool same = true;
  for (std::uint32_t i = 0; i < 3'000'000; ++i) same = same && values[i] == i;
  CHECK(same);
}

}  // namespace
}  // namespace kensho
