// Merkle proofs: what the naive tree proves is accepted, and nothing beside it.
#include <algorithm>

#include "base/testing/fuzz_target.h"
#include "ledger/proof.h"

namespace kensho::ledger {
namespace {

/// Numbers and bytes taken off the front of an input; zeros behind its end.
class Dice {
 public:
  explicit Dice(std::string_view input) : input_(input) {}
  std::uint64_t below(std::uint64_t limit) {
    const std::uint64_t high = next();
    return (high << 8 | next()) % limit;
  }
  std::uint8_t next() {
    if (input_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(input_[0]);
    input_.remove_prefix(1);
    return byte;
  }

 private:
  std::string_view input_;
};

std::size_t split_of(std::size_t size) {
  std::size_t split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

// RFC 6962 section 2.1 word for word.
Hash root_of(std::span<const Hash> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves[0];
  const std::size_t split = split_of(leaves.size());
  return node_hash(root_of(leaves.first(split)), root_of(leaves.subspan(split)));
}

Proof path_to(std::size_t index, std::span<const Hash> leaves) {
  if (leaves.size() == 1) return {};
  const std::size_t split = split_of(leaves.size());
  const bool left = index < split;
  Proof proof =
      left ? path_to(index, leaves.first(split)) : path_to(index - split, leaves.subspan(split));
  proof.push_back(root_of(left ? leaves.subspan(split) : leaves.first(split)));
  return proof;
}

Proof subproof(std::size_t size, std::span<const Hash> leaves, bool known) {
  if (size == leaves.size()) return known ? Proof{} : Proof{root_of(leaves)};
  const std::size_t split = split_of(leaves.size());
  const bool left = size <= split;
  Proof proof = left ? subproof(size, leaves.first(split), known)
                     : subproof(size - split, leaves.subspan(split), false);
  proof.push_back(root_of(left ? leaves.subspan(split) : leaves.first(split)));
  return proof;
}

const std::vector<Hash>& all_leaves() {
  static const std::vector<Hash> leaves = [] {
    std::vector<Hash> made;
    for (int i = 0; i < 600; ++i) made.push_back(leaf_hash(as_bytes(std::to_string(i))));
    return made;
  }();
  return leaves;
}

/// Changes a proof somehow; true if it is another proof afterwards.
bool change(Proof& proof, Dice& dice) {
  const Proof before = proof;
  const std::size_t at = proof.empty() ? 0 : dice.below(proof.size());
  switch (dice.next() % 5) {
    case 0:
      proof.push_back(all_leaves()[dice.below(600)]);
      break;
    case 1:
      if (!proof.empty()) proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 2:
      if (!proof.empty()) proof[at][dice.below(32)] ^= dice.next();
      break;
    case 3:
      if (!proof.empty()) std::swap(proof[at], proof[dice.below(proof.size())]);
      break;
    default:
      break;
  }
  return proof != before;
}

void check_inclusion(Dice& dice) {
  const std::size_t size = 1 + dice.below(300), index = dice.below(size);
  const std::span leaves = std::span(all_leaves()).first(size);
  const TreeHead head{size, root_of(leaves)};
  Proof proof = path_to(index, leaves);
  ENSURE(verify_inclusion(leaves[index], index, head, proof));

  const std::uint64_t other_index = dice.below(400), other_size = dice.below(400);
  if (other_index != index) ENSURE(!verify_inclusion(leaves[index], other_index, head, proof));
  // A size is not bound by the path alone: it is by the signed head, so the root is another there.
  if (other_size != size) {
    const TreeHead other{other_size, root_of(std::span(all_leaves()).first(other_size))};
    ENSURE(!verify_inclusion(leaves[index], index, other, proof));
  }
  ENSURE(!verify_inclusion(all_leaves()[size], index, head, proof));
  if (change(proof, dice)) ENSURE(!verify_inclusion(leaves[index], index, head, proof));
}

void check_consistency(Dice& dice) {
  const std::size_t newer_size = 1 + dice.below(300), older_size = 1 + dice.below(newer_size);
  const std::span leaves = std::span(all_leaves()).first(newer_size);
  const TreeHead older{older_size, root_of(leaves.first(older_size))};
  const TreeHead newer{newer_size, root_of(leaves)};
  Proof proof = subproof(older_size, leaves, true);
  ENSURE(verify_consistency(older, newer, proof));

  std::vector<Hash> rewritten(leaves.begin(), leaves.end());
  rewritten[dice.below(older_size)][dice.below(32)] ^= 1;
  const TreeHead forked{older_size, root_of(std::span(rewritten).first(older_size))};
  ENSURE(!verify_consistency(forked, newer, proof));
  ENSURE(!verify_consistency(forked, newer, subproof(older_size, rewritten, true)));
  if (change(proof, dice)) ENSURE(!verify_consistency(older, newer, proof));
}

/// Arbitrary numbers and hashes: no crash, and no proof for what was never hashed.
void check_arbitrary(Dice& dice) {
  TreeHead head{.size = 0, .root = all_leaves()[0]};
  std::uint64_t index = 0;
  for (int i = 0; i < 8; ++i) {
    head.size = head.size << 8 | dice.next();
    index = index << 8 | dice.next();
  }
  Proof proof;
  for (std::size_t count = dice.below(70); count > 0; --count)
    proof.push_back(all_leaves()[dice.below(600)]);
  const Hash leaf = all_leaves()[1];
  ENSURE(!verify_inclusion(leaf, index, head, proof));
  const TreeHead older{.size = index, .root = leaf};
  ENSURE(!verify_consistency(older, head, proof));
}

KENSHO_FUZZ(merkle_proof) {
  Dice dice(input);
  const std::uint8_t kind = dice.next() % 3;
  if (kind == 0) check_inclusion(dice);
  if (kind == 1) check_consistency(dice);
  if (kind == 2) check_arbitrary(dice);
}

}  // namespace
}  // namespace kensho::ledger
