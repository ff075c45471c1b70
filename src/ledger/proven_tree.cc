#include "ledger/proven_tree.h"

#include <fmt/format.h>

#include "ledger/checkpoint.h"

namespace kensho::ledger {

Result<std::unique_ptr<ProvenTree>> ProvenTree::open(SignedTree newest, TileReader tiles) {
  auto cache = TRY(ProofCache::open(newest.size, std::move(tiles)));
  return std::unique_ptr<ProvenTree>(new ProvenTree(std::move(newest), std::move(cache)));
}

void ProvenTree::extend(std::span<const Hash> leaves, SignedTree newest) {
  cache_->append(leaves);
  const std::lock_guard lock(mutex_);
  newest_ = std::move(newest);
}

SignedTree ProvenTree::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

Result<LogProof> ProvenTree::proof(std::uint64_t index) {
  SignedTree tree = newest();
  if (index >= tree.size) {
    return Error{Errc::not_found, fmt::format("the journal has no entry {}: its newest checkpoint "
                                              "is of {} entries",
                                              index, tree.size)};
  }
  return LogProof{.index = index,
                  .hashes = TRY(cache_->inclusion(index, tree.size)),
                  .checkpoint = std::move(tree.checkpoint)};
}

Result<std::shared_ptr<ProvenTree>> DirectoryProofs::tree() {
  SignedTree newest{0, TRY(log_.read_checkpoint())};
  const std::lock_guard lock(mutex_);
  if (tree_ && tree_->newest().checkpoint == newest.checkpoint) return tree_;
  const UnverifiedNote note = TRY(parse_note(newest.checkpoint));
  newest.size = TRY(parse_checkpoint(note.text)).tree.size;
  tree_ = TRY(ProvenTree::open(std::move(newest), log_.tiles()));
  return tree_;
}

Result<LogProof> DirectoryProofs::proof(std::uint64_t index) {
  return TRY(tree())->proof(index);
}

}  // namespace kensho::ledger
