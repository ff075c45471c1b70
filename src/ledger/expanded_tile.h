// ExpandedTile: a tile together with the tree nodes inside it, so that a proof only looks them up.
#pragma once

#include <array>
#include <cstdint>

#include "base/result.h"
#include "ledger/merkle.h"
#include "ledger/tile.h"

namespace kensho::ledger {

/// Up to 256 consecutive hashes of one tile level and every complete node above them, up to the
/// tile's own root. 16 KiB.
class ExpandedTile {
 public:
  /// The nodes over a tile's bytes. Errors: as parse_tile. Cost: one node hash a hash.
  static Result<ExpandedTile> make(const TileId& tile, ByteView bytes);

  /// Adds the next hash and the nodes it completes. At most 256 times.
  /// Cost: one node hash on average.
  void push(const Hash& hash);

  std::uint32_t width() const { return width_; }
  bool is_full() const { return width_ == tile_width; }

  /// The node `height` (0 to 8) levels above the hashes, number `index` from the left. It must be
  /// complete: the hashes below it are all there.
  const Hash& node(unsigned height, std::uint32_t index) const;

 private:
  // Height h begins at 512 - 512 / 2^h: 256 hashes, 128 nodes, 64, ... and the root at 510.
  std::array<Hash, 2 * tile_width - 1> nodes_;
  std::uint32_t width_ = 0;
};

}  // namespace kensho::ledger
