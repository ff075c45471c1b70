#include "ledger/tile_path.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/check.h"

namespace kensho::ledger {
namespace {

constexpr std::string_view hashes_prefix = "tile/";
constexpr std::string_view entries_prefix = "tile/entries/";
constexpr std::string_view partial_mark = ".p/";
constexpr unsigned max_level = 63;          // tlog-tiles, section Merkle Tree
constexpr std::size_t max_path_bytes = 64;  // the longest valid path is shorter

std::string index_path(std::uint64_t index) {
  std::string path = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index != 0; index /= 1000)
    path.insert(0, fmt::format("x{:03}/", index % 1000));
  return path;
}

std::string suffix(std::uint32_t width) {
  ENSURE(width >= 1 && width <= tile_width);
  return width == tile_width ? "" : fmt::format("{}{}", partial_mark, width);
}

Error no_such_path() {
  return {Errc::not_found, "the path is not the path of a tile or entry bundle"};
}

Result<std::uint64_t> number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return no_such_path();
  return value;
}

struct IndexAndWidth {
  std::uint64_t index;
  std::uint32_t width;
};

// Reads leniently; the caller compares with path_of, which leaves exactly one spelling.
Result<IndexAndWidth> parse_index(std::string_view text) {
  std::uint64_t width = tile_width;
  if (const auto mark = text.find(partial_mark); mark != std::string_view::npos) {
    width = TRY(number(text.substr(mark + partial_mark.size())));
    text = text.substr(0, mark);
  }
  if (width < 1 || width > tile_width) return no_such_path();
  std::string digits(text);
  std::erase_if(digits, [](char c) { return c == 'x' || c == '/'; });
  return IndexAndWidth{TRY(number(digits)), static_cast<std::uint32_t>(width)};
}

}  // namespace

std::uint64_t hashes_on_level(std::uint64_t tree_size, unsigned level) {
  return level * tile_height >= 64 ? 0 : tree_size >> (level * tile_height);
}

std::uint32_t tile_width_in(std::uint64_t tree_size, unsigned level, std::uint64_t index) {
  const std::uint64_t hashes = hashes_on_level(tree_size, level);
  if (index > hashes / tile_width) return 0;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(tile_width, hashes - index * tile_width));
}

std::string path_of(const TileId& tile) {
  return fmt::format("{}{}/{}{}", hashes_prefix, tile.level, index_path(tile.index),
                     suffix(tile.width));
}

std::string path_of(const BundleId& bundle) {
  return fmt::format("{}{}{}", entries_prefix, index_path(bundle.index), suffix(bundle.width));
}

Result<TileResource> parse_tile_path(std::string_view path) {
  if (path.size() > max_path_bytes || !path.starts_with(hashes_prefix)) return no_such_path();
  if (path.starts_with(entries_prefix)) {
    const auto [index, width] = TRY(parse_index(path.substr(entries_prefix.size())));
    const BundleId bundle{index, width};
    if (path_of(bundle) != path) return no_such_path();
    return TileResource{bundle};
  }
  const std::string_view rest = path.substr(hashes_prefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return no_such_path();
  const std::uint64_t level = TRY(number(rest.substr(0, slash)));
  const auto [index, width] = TRY(parse_index(rest.substr(slash + 1)));
  const TileId tile{static_cast<std::uint8_t>(std::min<std::uint64_t>(level, 255)), index, width};
  if (level > max_level || path_of(tile) != path) return no_such_path();
  return TileResource{tile};
}

}  // namespace kensho::ledger
