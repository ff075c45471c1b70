#include "storage/sqlite/checked_vfs_page.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace kensho {
namespace {

std::vector<std::byte> sample_page(std::size_t bytes) {
  std::vector<std::byte> page(bytes);
  unsigned state = 1;
  for (std::byte& byte : page) byte = static_cast<std::byte>((state = state * 69069 + 1) >> 24);
  return page;
}

TEST_CASE("a page verifies after it was stamped, under its own number only") {
  for (const std::size_t bytes : {512U, 1024U, 4096U, 65536U}) {
    std::vector<std::byte> page = sample_page(bytes);

    stamp_page(page, 7);

    CHECK(page_is_intact(page, 7));
    CHECK_FALSE(page_is_intact(page, 8));
    CHECK_FALSE(page_is_intact(page, 7 + (1U << 31)));
  }
}

TEST_CASE("the checksum is the one files already carry") {
  // Computed from the definition in the header by an independent Python implementation. A change
  // here would make every existing database unreadable.
  struct Row {
    std::size_t bytes;
    std::uint64_t checksum;
  };
  for (const Row& row : {Row{512, 0x77d654c9bbdda89e}, Row{4096, 0xdfa8c3edb06c5218},
                         Row{65536, 0xec103c13f516b97f}}) {
    std::vector<std::byte> page(row.bytes);
    for (std::size_t i = 0; i < page.size(); ++i) page[i] = static_cast<std::byte>(i * 7 % 251);

    CHECK(page_checksum(page, 7) == row.checksum);
  }
}

TEST_CASE("every other value of every byte of a page is found") {
  std::vector<std::byte> page = sample_page(512);
  stamp_page(page, 3);

  int missed = 0;
  for (std::byte& byte : page) {
    const std::byte original = byte;
    for (unsigned change = 1; change < 256; ++change) {
      byte = original ^ static_cast<std::byte>(change);
      missed += page_is_intact(page, 3) ? 1 : 0;
    }
    byte = original;
  }

  CHECK(missed == 0);
  CHECK(page_is_intact(page, 3));
}

TEST_CASE("every pair of changed bits of a page is found") {
  std::vector<std::byte> page(512);
  stamp_page(page, 1);
  constexpr std::size_t bits = 4096;
  const auto flip = [&](std::size_t bit) {
    page[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
  };

  int missed = 0;
  for (std::size_t first = 0; first < bits; first += 7) {
    flip(first);
    for (std::size_t second = first + 1; second < bits; second += 3) {
      flip(second);
      missed += page_is_intact(page, 1) ? 1 : 0;
      flip(second);
    }
    flip(first);
  }

  CHECK(missed == 0);
}

TEST_CASE("a page of zeros is not intact, and moved words are found") {
  std::vector<std::byte> page(4096);
  CHECK_FALSE(page_is_intact(page, 1));

  page = sample_page(4096);
  stamp_page(page, 1);
  for (const std::size_t distance : {8U, 16U, 32U, 64U, 1024U}) {
    std::vector<std::byte> moved = page;
    std::swap_ranges(moved.begin(), moved.begin() + 8,
                     moved.begin() + static_cast<std::ptrdiff_t>(distance));
    CHECK_FALSE(page_is_intact(moved, 1));
  }
}

TEST_CASE("the page with the lock bytes contains the byte at 1 GiB") {
  CHECK(lock_page_number(4096) == (1U << 30) / 4096 + 1);
  CHECK(lock_page_number(65536) == (1U << 30) / 65536 + 1);
}

TEST_CASE("only a SQLite header with a possible page size is a header") {
  std::vector<std::byte> start(100);
  CHECK_FALSE(DatabaseHeader::parse(start).has_value());

  constexpr std::string_view magic = "SQLite format 3";
  std::ranges::copy(std::as_bytes(std::span(magic)), start.begin());
  CHECK_FALSE(DatabaseHeader::parse(start).has_value());

  start[17] = std::byte{1};
  CHECK(DatabaseHeader::parse(start).value_or(DatabaseHeader{}).page_bytes == 65536);
  CHECK_FALSE(DatabaseHeader::parse(std::span(start).first(99)).has_value());
}

}  // namespace
}  // namespace kensho
