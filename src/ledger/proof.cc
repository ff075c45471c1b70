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

  // A complete older tree is itself the first node; the proof then leaves it out.
  const bool complete = std::has_single_bit(older.size);
  if (!complete && proof.empty()) return wrong_length();
  Position at{older.size - 1, newer.size - 1};
  while ((at.node & 1) != 0) at.up();
  Hash old_root = complete ? older.root : proof.front();
  Hash new_root = old_root;
  for (const Hash& sibling : proof.subspan(complete ? 0 : 1)) {
    if (at.last == 0) return wrong_length();
    if (at.has_left_sibling()) {
      old_root = node_hash(sibling, old_root);
      new_root = node_hash(sibling, new_root);
      at.skip_levels_without_sibling();
    } else {
      new_root = node_hash(new_root, sibling);
    }
    at.up();
  }
  if (at.last != 0) return wrong_length();
  if (old_root != older.root || new_root != newer.root)
    return Error{Errc::corrupted, "the consistency proof leads to roots that are not the trees'"};
  return ok();
}

}  // namespace kensho::ledger
