// Verification of Merkle proofs: what anyone can do with a receipt and no access to the log.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "ledger/merkle.h"

namespace kensho::ledger {

/// Sibling hashes from the leaf (inclusion) or the old right edge (consistency) up to the root.
using Proof = std::vector<Hash>;

/// Success if the leaf stands at `index` in the tree with this head.
///
/// Errors  invalid_argument: index not below the tree size; proof of the wrong length for the two.
///         corrupted: the proof leads to another root.
/// Cost    O(log n) hashes.
/// Source  RFC 9162 section 2.1.3.2.
/// Checked against tests/reference/ledger/merkle_inclusion.json.
Status verify_inclusion(const Hash& leaf, std::uint64_t index, const TreeHead& tree,
                        std::span<const Hash> proof);

/// Success if the newer tree only adds leaves at the right of the older one.
///
/// Errors  invalid_argument: the older tree is empty (any tree extends it, so a proof would say
///         nothing) or larger than the newer; proof of the wrong length for the two.
///         corrupted: the proof leads to another root, or equal sizes have two roots.
/// Cost    O(log n) hashes.
/// Source  RFC 9162 section 2.1.4.2, made stricter at size 0.
/// Checked against tests/reference/ledger/merkle_consistency.json.
Status verify_consistency(const TreeHead& older, const TreeHead& newer,
                          std::span<const Hash> proof);

/// The root that the newer tree has at the older size, told by a consistency proof of that tree.
/// It needs no older root: where somebody signed another one for that size, the two contradict each
/// other, which is how a split view is proven.
///
/// Errors  invalid_argument: the older size is 0, not below the newer, or a power of two (such a
///         proof leaves the older root out); proof of the wrong length.
///         corrupted: the proof leads to another root than the newer tree's, so it says nothing.
/// Source  RFC 9162 section 2.1.4.2.
Result<Hash> proven_older_root(std::uint64_t older_size, const TreeHead& newer,
                               std::span<const Hash> proof);

}  // namespace kensho::ledger
