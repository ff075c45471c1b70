#include "base/external_sort.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "base/rng.h"

namespace kensho {
namespace {

std::vector<std::string> sorted_by(ExternalSorter& sorter,
                                   const std::vector<std::string>& records) {
  for (const std::string& record : records) REQUIRE(sorter.add(record));
  REQUIRE(sorter.sort());
  std::vector<std::string> out;
  while (true) {
    const auto record = sorter.next();
    REQUIRE(record);
    if (!*record) return out;
    out.emplace_back(**record);
  }
}

ExternalSorter sorter_of(std::size_t memory_bytes) {
  return {std::filesystem::temp_directory_path(), memory_bytes};
}

std::string random_record(Rng& rng, std::uint32_t length_max) {
  std::string record(rng.below(length_max), '\0');
  for (char& c : record) c = static_cast<char>(rng.below(3) * 127);  // 0, 127, 254: sign and zero
  return record;
}

TEST_CASE("records come back in the order of std::sort, whether they fit into memory or not") {
  struct Shape {
    std::size_t records, memory_bytes;
    std::uint32_t length_max;
  };
  const Shape shapes[] = {{0, 100, 10},           {1, 100, 10},     {1000, 1 << 20, 40},
                          {1000, 100, 40},        {5000, 4096, 20}, {300, 64, 70'000},
                          {200'000, 1 << 20, 40}, {3000, 1, 5}};
  std::uint64_t stream = 0;
  for (const Shape& shape : shapes) {
    CAPTURE(shape.records);
    CAPTURE(shape.memory_bytes);
    Rng rng(20261122, ++stream);
    std::vector<std::string> records;
    for (std::size_t i = 0; i < shape.records; ++i)
      records.push_back(random_record(rng, shape.length_max));

    ExternalSorter sorter = sorter_of(shape.memory_bytes);
    const auto sorted = sorted_by(sorter, records);

    std::ranges::sort(records);
    CHECK(sorted == records);
    CHECK_FALSE(sorter.next()->has_value());
  }
}

TEST_CASE("a folder that cannot take the temporary file is an error, not a loss") {
  ExternalSorter sorter("/nowhere/at/all", 10);
  REQUIRE(sorter.add("one record"));
  CHECK(sorter.add("another one").error().code == Errc::unavailable);
}

}  // namespace
}  // namespace kensho
