#include "ledger/tile.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "base/check.h"

namespace kensho::ledger {

Result<std::vector<Hash>> parse_tile(const TileId& tile, ByteView bytes) {
  if (bytes.size() != tile.width * sizeof(Hash)) {
    return Error{Errc::corrupted, fmt::format("{}: {} bytes where {} are due", path_of(tile),
                                              bytes.size(), tile.width * sizeof(Hash))};
  }
  std::vector<Hash> hashes(tile.width);
  std::memcpy(hashes.data(), bytes.data(), bytes.size());
  return hashes;
}

ByteView tile_bytes(std::span<const Hash> hashes) {
  static_assert(sizeof(Hash) == 32);  // an array of bytes: no padding between hashes
  return {reinterpret_cast<const std::uint8_t*>(hashes.data()), hashes.size_bytes()};
}

Hash subtree_root(std::span<const Hash> hashes) {
  ENSURE(std::has_single_bit(hashes.size()) && hashes.size() <= tile_width);
  std::array<Hash, tile_width> level;
  std::ranges::copy(hashes, level.begin());
  for (std::size_t count = hashes.size() / 2; count != 0; count /= 2)
    for (std::size_t i = 0; i < count; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
  return level[0];
}

}  // namespace kensho::ledger
