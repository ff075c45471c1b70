#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace kensho {

/// Byte strings to look for, prepared once for many files.
class BytePatterns {
 public:
  static constexpr std::size_t bytes_min = 8;

  /// Contract: every pattern has at least `bytes_min` bytes (shorter ones turn up by chance).
  explicit BytePatterns(std::span<const std::string> patterns);

  std::size_t longest() const { return longest_; }
  /// Where the first of them begins in `bytes`; empty if none is there.
  std::optional<std::size_t> first_in(std::span<const char> bytes) const;

 private:
  bool any_at(std::span<const char> rest) const;

  std::vector<std::string> sorted_;
  std::vector<bool> may_start_;  // by the first two bytes: passes over almost everything
  std::size_t longest_ = 0;
};

/// Looks for patterns in bytes that come in pieces. Borrows the patterns.
class PatternSearch {
 public:
  explicit PatternSearch(const BytePatterns& patterns) : patterns_(&patterns) {}

  /// Takes the next piece: where in all the bytes so far a pattern begins; empty if none does.
  std::optional<std::uint64_t> take(std::span<const char> piece);

 private:
  const BytePatterns* patterns_;
  std::string kept_;         // the end of what came before: a pattern may begin in it
  std::uint64_t begin_ = 0;  // of `kept_` in all the bytes
};

/// The place of the first pattern in a file; empty if there is none. Reads in pieces: memory does
/// not grow with the file. Not for a database that this process has open (storage knows how).
/// Errors: not_found, unavailable. Cost: about 1 GB/s.
Result<std::optional<std::uint64_t>> find_in_file(const std::filesystem::path& path,
                                                  const BytePatterns& patterns);

}  // namespace kensho
