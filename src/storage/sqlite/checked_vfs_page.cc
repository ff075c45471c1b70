#include "storage/sqlite/checked_vfs_page.h"

#include <bit>
#include <cstring>
#include <string_view>

#include "base/check.h"

namespace kensho {
namespace {

constexpr std::size_t word_bytes = 8;
constexpr std::size_t lanes = 4;

// Odd, so multiplying by it is one-to-one modulo 2^64; 2^64 divided by the golden ratio spreads
// bits.
constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15;

// Offset of the lock bytes in every database file.
constexpr std::uint32_t lock_byte_offset = 0x40000000;

// 16 characters with the terminating zero, which belongs to the magic string.
constexpr std::string_view magic{"SQLite format 3\0", 16};

std::uint64_t little_endian(std::uint64_t value) {
  return std::endian::native == std::endian::little ? value : __builtin_bswap64(value);
}

std::uint64_t load_word(const std::byte* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, word_bytes);
  return little_endian(word);
}

std::uint64_t absorb(std::uint64_t state, std::uint64_t word) {
  state = (state ^ word) * multiplier;
  return state ^ (state >> 32);
}

}  // namespace

std::uint64_t page_checksum(std::span<const std::byte> page, std::uint32_t page_number) {
  ENSURE(is_page_size(static_cast<std::int64_t>(page.size())));
  const std::byte* next = page.data();
  const std::byte* const end = next + page.size() - page_checksum_bytes;
  std::array<std::uint64_t, lanes> state{page_number, multiplier, ~multiplier, multiplier << 1};
  for (; end - next >= static_cast<std::ptrdiff_t>(lanes * word_bytes);
       next += lanes * word_bytes) {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      state[lane] = absorb(state[lane], load_word(next + lane * word_bytes));
  }
  std::uint64_t sum = 0;
  for (; next != end; next += word_bytes) sum = absorb(sum, load_word(next));
  for (const std::uint64_t lane : state) sum = absorb(sum, lane);
  return sum;
}

void stamp_page(std::span<std::byte> page, std::uint32_t page_number) {
  const std::uint64_t sum = little_endian(page_checksum(page, page_number));
  std::memcpy(page.last(page_checksum_bytes).data(), &sum, page_checksum_bytes);
}

bool page_is_intact(std::span<const std::byte> page, std::uint32_t page_number) {
  return load_word(page.last(page_checksum_bytes).data()) == page_checksum(page, page_number);
}

std::uint32_t lock_page_number(std::uint32_t page_bytes) {
  return lock_byte_offset / page_bytes + 1;
}

bool is_page_size(std::int64_t bytes) {
  return bytes >= 512 && bytes <= 65536 && std::has_single_bit(static_cast<std::uint64_t>(bytes));
}

std::uint32_t load_big_endian_32(std::span<const std::byte> bytes) {
  std::uint32_t value = 0;
  for (const std::byte byte : bytes.first(4)) value = value << 8 | std::to_integer<unsigned>(byte);
  return value;
}

std::optional<DatabaseHeader> DatabaseHeader::parse(std::span<const std::byte> start_of_file) {
  if (start_of_file.size() < database_header_bytes) return {};
  if (std::memcmp(start_of_file.data(), magic.data(), magic.size()) != 0) return {};
  const auto byte_at = [&](std::size_t i) { return std::to_integer<unsigned>(start_of_file[i]); };
  // Two bytes, big-endian; 65536 does not fit and is stored as 1, which lands in its place here.
  const std::uint32_t page_bytes = byte_at(16) << 8 | byte_at(17) << 16;
  if (!is_page_size(page_bytes)) return {};
  const std::uint32_t change_counter = load_big_endian_32(start_of_file.subspan(24));
  const std::uint32_t count_valid_for = load_big_endian_32(start_of_file.subspan(92));
  return DatabaseHeader{.page_bytes = page_bytes,
                        .reserved_bytes = byte_at(20),
                        .page_count = load_big_endian_32(start_of_file.subspan(28)),
                        .page_count_is_valid = change_counter == count_valid_for};
}

}  // namespace kensho
