#include "base/file_search.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

namespace kensho {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;

std::size_t first_two(const char* bytes) {
  const auto byte = [bytes](int i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  return byte(0) << 8U | byte(1);
}

}  // namespace

BytePatterns::BytePatterns(std::span<const std::string> patterns)
    : sorted_(patterns.begin(), patterns.end()), may_start_(1 << 16) {
  std::ranges::sort(sorted_);
  for (const std::string& pattern : sorted_) {
    ENSURE(pattern.size() >= bytes_min);
    longest_ = std::max(longest_, pattern.size());
    may_start_[first_two(pattern.data())] = true;
  }
}

bool BytePatterns::any_at(std::span<const char> rest) const {
  // Candidates share the first bytes, so they lie together in the order.
  const std::string_view here(rest.data(), rest.size());
  const std::string_view start = here.substr(0, bytes_min);
  const auto begins = [](const std::string& pattern) {
    return std::string_view(pattern).substr(0, bytes_min);
  };
  const auto candidates = std::ranges::equal_range(sorted_, start, {}, begins);
  return std::ranges::any_of(
      candidates, [here](const std::string& pattern) { return here.starts_with(pattern); });
}

std::optional<std::size_t> BytePatterns::first_in(std::span<const char> bytes) const {
  for (std::size_t at = 0; at + bytes_min <= bytes.size(); ++at) {
    if (may_start_[first_two(bytes.data() + at)] && any_at(bytes.subspan(at))) return at;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> PatternSearch::take(std::span<const char> piece) {
  kept_.append(piece.data(), piece.size());
  if (const auto at = patterns_->first_in(kept_)) return begin_ + *at;
  const std::size_t keep = std::max<std::size_t>(patterns_->longest(), 1) - 1;
  const std::size_t done = kept_.size() - std::min(kept_.size(), keep);
  kept_.erase(0, done);
  begin_ += done;
  return std::nullopt;
}

Result<std::optional<std::uint64_t>> find_in_file(const std::filesystem::path& path,
                                                  const BytePatterns& patterns) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Errc::not_found, fmt::format("{}: cannot be opened", path.string())};
  PatternSearch search(patterns);
  std::string piece(piece_bytes, '\0');
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (file.bad()) break;
    const std::span<const char> read(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (const auto at = search.take(read)) return at;
  }
  if (!file.eof())
    return Error{Errc::unavailable, fmt::format("{}: cannot be read", path.string())};
  return std::optional<std::uint64_t>();
}

}  // namespace kensho
