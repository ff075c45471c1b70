// TreeBuilder: the root of a growing tree from O(log n) hashes.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "ledger/merkle.h"

namespace kensho::ledger {

/// A Merkle tree that only grows. It holds the frontier: the roots of the complete subtrees that
/// the leaves divide into, largest (leftmost) first, one for each 1 bit of the size.
class TreeBuilder {
 public:
  /// Adds one leaf at the right. Cost: one node hash on average, log2(n) at worst.
  void append(const Hash& leaf);

  std::uint64_t size() const { return size_; }
  /// The root over all leaves so far; `empty_root()` when there are none. Cost: O(log n) hashes.
  Hash root() const;
  TreeHead head() const { return {size_, root()}; }

  /// The whole state: the size as 8 big-endian bytes, then the frontier, 32 bytes a hash.
  Bytes serialise() const;
  /// A builder that goes on where the serialised one stopped.
  /// Errors: corrupted: the length does not fit the size. Compare the root to detect other damage.
  static Result<TreeBuilder> restore(ByteView serialised);

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> frontier_;
};

}  // namespace kensho::ledger
