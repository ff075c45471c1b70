// The checksum every page of a database file ends with, and the few header fields we read
// ourselves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kensho {

/// Bytes reserved at the end of each page for its checksum (byte 20 of the file's header).
inline constexpr std::size_t page_checksum_bytes = 8;

/// The page size of every database this program creates.
inline constexpr std::uint32_t default_page_bytes = 4096;

/// Length of the header at the start of page 1.
inline constexpr std::size_t database_header_bytes = 100;

/// The checksum of a page: of all its bytes but the last 8, mixed with its number.
///
/// Certain     Two pages that differ within one aligned group of 8 bytes (so in any single byte),
/// or
///             that have equal bytes and different numbers, never have the same checksum. The state
///             of a lane goes through steps x -> (x ^ word) * odd, x -> x ^ (x >> 32); each is
///             one-to-one in the state for a fixed word and in the word for a fixed state, so a
///             difference that came in once cannot vanish. A changed checksum field differs from
///             the computed one by itself.
/// Other       changes go unnoticed with a chance of about 2^-64. It guards against accidents, not
///             against forgery: that is what the ledger is for.
/// Shapes      page.size() is a power of two, 512 to 65536; page_number counts from 1.
/// Cost        Four independent lanes hide the latency of the multiplication.
std::uint64_t page_checksum(std::span<const std::byte> page, std::uint32_t page_number);

/// Writes the checksum into the last 8 bytes of the page, least significant byte first.
void stamp_page(std::span<std::byte> page, std::uint32_t page_number);

/// Whether the last 8 bytes of the page are its checksum.
bool page_is_intact(std::span<const std::byte> page, std::uint32_t page_number);

/// The page that holds the bytes SQLite locks (at 1 GiB); it never has content or a checksum.
/// Source  https://www.sqlite.org/fileformat2.html#the_lock_byte_page
std::uint32_t lock_page_number(std::uint32_t page_bytes);

/// Whether a page may have this size: a power of two, 512 to 65536.
bool is_page_size(std::int64_t bytes);

/// Unsigned big-endian 32-bit number at the start of the bytes, as SQLite stores them.
std::uint32_t load_big_endian_32(std::span<const std::byte> bytes);

/// The fields of the database header that decide how the file is read.
/// Source  https://www.sqlite.org/fileformat2.html#the_database_header
struct DatabaseHeader {
  std::uint32_t page_bytes;
  std::uint32_t reserved_bytes;
  std::uint32_t page_count;  // in pages; only meaningful if page_count_is_valid
  bool page_count_is_valid;

  /// Reads the first 100 bytes of a file; nothing if they do not start like a SQLite database or
  /// the page size is impossible.
  static std::optional<DatabaseHeader> parse(std::span<const std::byte> start_of_file);
};

}  // namespace kensho
