// TileAppender: new leaves in, finished tiles out, with the right edge of the tree as its only
// memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "ledger/merkle.h"
#include "ledger/tile.h"

namespace kensho::ledger {

/// Grows a tiled tree. A tile goes to the sink when it is full; partial tiles go when asked for.
/// After an error of the sink the appender must be thrown away and opened again.
/// Cost: one node hash a leaf; 8 KiB a tile level.
class TileAppender {
 public:
  /// An appender for the tree of this size; reads the partial tiles of its right edge, one a level.
  static Result<TileAppender> open(std::uint64_t size, const TileReader& tiles);

  /// Adds one leaf at the right and hands out every tile that becomes full.
  Status append(const Hash& leaf, const TileSink& sink);

  /// Hands out the partial tiles of the present size; the appender can then go on.
  Status write_partial_tiles(const TileSink& sink) const;

  std::uint64_t size() const { return size_; }
  /// Size and root now. Cost: at most 255 node hashes a tile level.
  TreeHead head() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<std::vector<Hash>> edge_;  // by level: the hashes of the unfinished tile, 0 to 255
};

/// Root of the tree whose unfinished tiles, by level from the leaves up, hold these hashes.
Hash root_of_edge(std::span<const std::vector<Hash>> edge);

}  // namespace kensho::ledger
