// Roots and proofs computed from tiles, reading only the tiles they need.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "ledger/merkle.h"
#include "ledger/proof.h"
#include "ledger/tile.h"

namespace kensho::ledger {

// In all three the reader is asked only for tiles that a log of the given (newer) size must serve,
// and for each at most once. A failing read is passed on.

/// Root of the tree at this size, which may be older than the newest. Reads one tile a tile level.
Result<Hash> root_at(const TileReader& tiles, std::uint64_t size);

/// Proof that leaf `index` is in the tree of this size. Reads at most three tiles a tile level.
///
/// Errors  invalid_argument: index not below size.
/// Source  RFC 6962 section 2.1.1.
Result<Proof> inclusion_proof(const TileReader& tiles, std::uint64_t index, std::uint64_t size);

/// Proof that the tree of `newer_size` begins with the tree of `older_size`.
///
/// Errors  invalid_argument: older size 0 or above the newer size.
/// Source  RFC 6962 section 2.1.2.
Result<Proof> consistency_proof(const TileReader& tiles, std::uint64_t older_size,
                                std::uint64_t newer_size);

}  // namespace kensho::ledger
