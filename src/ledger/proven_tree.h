// ProvenTree: a tree and its newest signed checkpoint, for proofs that anyone may have.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "ledger/log_directory.h"
#include "ledger/proof_cache.h"
#include "ledger/tlog_proof.h"

namespace kensho::ledger {

/// A size and the signed note that states it.
struct SignedTree {
  std::uint64_t size = 0;
  std::string checkpoint;
};

/// Where proofs come from. Any number of threads.
class ProofSource {
 public:
  virtual ~ProofSource() = default;
  /// The entry's proof against the newest checkpoint.
  /// Errors: not_found: the tree has no such entry; those of the tile reader.
  virtual Result<LogProof> proof(std::uint64_t index) = 0;
};

/// A tree that this process grows.
class ProvenTree final : public ProofSource {
 public:
  /// The tree that `newest` states, whose tiles `tiles` can read. Errors: those of the reader.
  static Result<std::unique_ptr<ProvenTree>> open(SignedTree newest, TileReader tiles);

  /// Takes the leaves (hashed) of a committed batch, with the checkpoint over them.
  /// Cost: one node hash a leaf.
  void extend(std::span<const Hash> leaves, SignedTree newest);

  /// See ProofCache::published.
  void published(std::uint64_t size) { cache_->published(size); }

  SignedTree newest() const;
  Result<LogProof> proof(std::uint64_t index) override;

 private:
  ProvenTree(SignedTree newest, std::unique_ptr<ProofCache> cache)
      : cache_(std::move(cache)), newest_(std::move(newest)) {}

  std::unique_ptr<ProofCache> cache_;
  mutable std::mutex mutex_;
  SignedTree newest_;
};

/// The log of a directory that another process may grow: each proof is against the checkpoint that
/// lies there when it is asked for.
class DirectoryProofs final : public ProofSource {
 public:
  explicit DirectoryProofs(LogDirectory log) : log_(std::move(log)) {}
  Result<LogProof> proof(std::uint64_t index) override;

 private:
  Result<std::shared_ptr<ProvenTree>> tree();

  LogDirectory log_;
  std::mutex mutex_;
  std::shared_ptr<ProvenTree> tree_;
};

}  // namespace kensho::ledger
