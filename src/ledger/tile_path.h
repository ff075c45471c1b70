// Names of the tiles and entry bundles of a log. Source: c2sp.org/tlog-tiles.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace kensho::ledger {

inline constexpr unsigned tile_height = 8;                      // tree levels in one tile
inline constexpr std::uint32_t tile_width = 1U << tile_height;  // hashes in a full tile

/// One tile of hashes: `width` consecutive roots of complete subtrees of height 8 * level, the
/// first of which is number 256 * index on that height. Full at width 256, else partial.
struct TileId {
  std::uint8_t level = 0;
  std::uint64_t index = 0;
  std::uint32_t width = tile_width;

  friend auto operator<=>(const TileId&, const TileId&) = default;
};

/// One bundle of entries: the leaf data of the level-0 tile of the same index and width.
struct BundleId {
  std::uint64_t index = 0;
  std::uint32_t width = tile_width;

  friend auto operator<=>(const BundleId&, const BundleId&) = default;
};

/// Number of hashes that a tree of this size has on a tile level, over all tiles of the level.
std::uint64_t hashes_on_level(std::uint64_t tree_size, unsigned level);

/// Width that a tree of this size gives the tile; 0 if it has no such tile.
std::uint32_t tile_width_in(std::uint64_t tree_size, unsigned level, std::uint64_t index);

/// Path below the log's prefix: "tile/<L>/<N>[.p/<W>]" and "tile/entries/<N>[.p/<W>]" with N in
/// groups of three digits, as "x001/x234/067".
std::string path_of(const TileId& tile);
std::string path_of(const BundleId& bundle);

using TileResource = std::variant<TileId, BundleId>;

/// The resource that a path names, for a server of tiles.
///
/// Errors  not_found: the path is not exactly as `path_of` writes it.
Result<TileResource> parse_tile_path(std::string_view path);

}  // namespace kensho::ledger
