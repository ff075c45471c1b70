#include "ledger/proof.h"

#include <bit>

namespace kensho::ledger {
namespace {

Error wrong_length() {
  return {Errc::invalid_argument, "the proof has a wrong number of hashes for its tree sizes"};
}

// Where the walk stands: a node and the last node on its level; both halve on each step up.
struct Position {
  std::uint64_t node;
  std::uint64_t last;

  void up() {
    node >>= 1;
    last >>= 1;
  }
  bool has_left_sibling() const { return (node & 1) != 0 || node == last; }
  // A last node without right sibling moves up unchanged until it is a right child.
  void skip_levels_without_sibling() {
    while (node != 0 && (node & 1) == 0) up();
  }
};

struct Roots {
  Hash older;
  Hash newer;
};

// Where a consistency proof leads from its first node: the root of the largest complete subtree at
// the right edge of the older tree, or the older root itself where that tree is complete.
Result<Roots> walk_consistency(std::uint64_t older_size, std::uint64_t newer_size,
                               const Hash& first, std::span<const Hash> siblings) {
  Position at{older_size - 1, newer_size - 1};
  while ((at.node & 1) != 0) at.up();
  Roots roots{first, first};
  for (const Hash& sibling : siblings) {
    if (at.last == 0) return wrong_length();
    if (at.has_left_sibling()) {
      roots.older = node_hash(sibling, roots.older);
      roots.newer = node_hash(sibling, roots.newer);
      at.skip_levels_without_sibling();
    } else {
      roots.newer = node_hash(roots.newer, sibling);
    }
    at.up();
  }
  if (at.last != 0) return wrong_length();
  return roots;
}

}  // namespace

Status verify_inclusion(const Hash& leaf, std::uint64_t index, const TreeHead& tree,
                        std::span<const Hash> proof) {
  if (index >= tree.size)
    return Error{Errc::invalid_argument, "the leaf index is not inside the tree"};
  Position at{index, tree.size - 1};
  Hash root = leaf;
  for (const Hash& sibling : proof) {
    if (at.last == 0) return wrong_length();
    if (at.has_left_sibling()) {
      root = node_hash(sibling, root);
      at.skip_levels_without_sibling();
    } else {
      root = node_hash(root, sibling);
    }
    at.up();
  }
  if (at.last != 0) return wrong_length();
  if (root != tree.root)
    return Error{Errc::corrupted, "the inclusion proof leads to a root that is not the tree's"};
  return ok();
}

Status verify_consistency(const TreeHead& older, const TreeHead& newer,
                          std::span<const Hash> proof) {
  if (older.size == 0)
    return Error{Errc::invalid_argument, "consistency with an empty tree proves nothing"};
  if (older.size > newer.size)
    return Error{Errc::invalid_argument, "the older tree is larger than the newer one"};
  if (older.size == newer.size) {
    if (!proof.empty()) return wrong_length();
    if (older.root != newer.root)
      return Error{Errc::corrupted, "two trees of one size have different roots"};
    return ok();
  }
  const bool complete = std::has_single_bit(older.size);
  if (!complete && proof.empty()) return wrong_length();
  const Roots roots = TRY(walk_consistency(older.size, newer.size, complete ? older.root : proof[0],
                                           proof.subspan(complete ? 0 : 1)));
  if (roots.older != older.root || roots.newer != newer.root)
    return Error{Errc::corrupted, "the consistency proof leads to roots that are not the trees'"};
  return ok();
}

Result<Hash> proven_older_root(std::uint64_t older_size, const TreeHead& newer,
                               std::span<const Hash> proof) {
  if (older_size == 0 || older_size >= newer.size)
    return Error{Errc::invalid_argument, "the older tree is empty or not smaller than the newer"};
  if (std::has_single_bit(older_size))
    return Error{Errc::invalid_argument, "the proof from a complete tree leaves its root out"};
  if (proof.empty()) return wrong_length();
  const Roots roots = TRY(walk_consistency(older_size, newer.size, proof[0], proof.subspan(1)));
  if (roots.newer != newer.root)
    return Error{Errc::corrupted, "the proof leads to a root that is not the newer tree's"};
  return roots.older;
}

}  // namespace kensho::ledger
