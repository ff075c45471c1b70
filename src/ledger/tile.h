// Tile: the hashes of one tile file, and the two ports through which tiles come and go.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "ledger/merkle.h"
#include "ledger/tile_path.h"

namespace kensho::ledger {

/// The bytes of one tile, exactly `width` * 32 of them. A reader that holds a wider tile may give
/// its beginning: a narrower tile is always a prefix of a wider one. Errors: not_found, corrupted
/// (another length), unavailable.
using TileReader = std::function<Result<Bytes>(const TileId&)>;

/// Where finished tiles go. Errors: unavailable.
using TileSink = std::function<Status(const TileId&, ByteView)>;

/// The hashes that a tile's bytes are.
/// Errors: corrupted: the length is not `width` * 32.
Result<std::vector<Hash>> parse_tile(const TileId& tile, ByteView bytes);

/// The bytes of consecutive hashes, borrowed from them.
ByteView tile_bytes(std::span<const Hash> hashes);

/// Root of a complete subtree over 1, 2, 4, ... 256 hashes.
/// Cost: one node hash less than there are hashes.
Hash subtree_root(std::span<const Hash> hashes);

}  // namespace kensho::ledger
