#include "ledger/expanded_tile.h"

#include "base/check.h"

namespace kensho::ledger {
namespace {

std::size_t place_of(unsigned height, std::uint32_t index) {
  return 2 * tile_width - ((2 * tile_width) >> height) + index;
}

}  // namespace

Result<ExpandedTile> ExpandedTile::make(const TileId& tile, ByteView bytes) {
  const std::vector<Hash> hashes = TRY(parse_tile(tile, bytes));
  ExpandedTile expanded;
  for (const Hash& hash : hashes) expanded.push(hash);
  return expanded;
}

void ExpandedTile::push(const Hash& hash) {
  ENSURE(width_ < tile_width);
  nodes_[width_] = hash;
  ++width_;
  std::uint32_t count = width_;
  for (unsigned height = 1; height <= tile_height && count % 2 == 0; ++height) {
    count /= 2;
    const std::size_t right = place_of(height - 1, 2 * count - 1);
    nodes_[place_of(height, count - 1)] = node_hash(nodes_[right - 1], nodes_[right]);
  }
}

const Hash& ExpandedTile::node(unsigned height, std::uint32_t index) const {
  ENSURE(height <= tile_height && ((index + 1) << height) <= width_);
  return nodes_[place_of(height, index)];
}

}  // namespace kensho::ledger
