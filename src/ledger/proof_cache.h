// ProofCache: inclusion proofs of a growing tree by looking nodes up, not by hashing them.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ledger/expanded_tile.h"
#include "ledger/proof.h"

namespace kensho::ledger {

/// The nodes of a tree, as far as memory goes: the right edge always, tiles that the log directory
/// does not hold yet, and the tiles asked for last. Others are read from the directory.
///
/// Threads  any number; one mutex, which is not held while a tile is read.
/// Cost     16 KiB a tile; a proof whose tiles are in memory is about 20 look-ups, no hash and no
///          allocation but the answer's; a tile from the directory costs about 50 microseconds.
class ProofCache {
 public:
  static constexpr std::size_t default_tiles_max = 4096;  // 64 MiB: the last million entries

  /// The cache of a tree whose tiles, up to this size, `tiles` can read.
  /// Errors: those of the reader.
  static Result<std::unique_ptr<ProofCache>> open(std::uint64_t size, TileReader tiles,
                                                  std::size_t tiles_max = default_tiles_max);

  /// Adds leaves at the right. Cost: one node hash a leaf.
  void append(std::span<const Hash> leaves);

  /// Says that the reader can now read all full tiles of the tree of this size; until then they
  /// are kept, however many.
  void published(std::uint64_t size);

  std::uint64_t size() const;

  /// Proof that leaf `index` is in the tree of the first `size` leaves.
  ///
  /// Errors  invalid_argument: index not below size, size above the tree's; those of the reader.
  /// Source  RFC 6962 section 2.1.1.
  /// Checked against ledger::inclusion_proof (tile_proof.h) for all small trees, large ones at
  /// random.
  Result<Proof> inclusion(std::uint64_t index, std::uint64_t size);

 private:
  using Tile = std::shared_ptr<const ExpandedTile>;
  using Key = std::pair<unsigned, std::uint64_t>;  // level, index
  using Held = std::vector<std::pair<Key, Tile>>;  // what one proof has read
  struct HashOfKey {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::uint64_t>{}(key.second << 4 ^ key.first);
    }
  };
  struct Recent {
    Tile tile;
    std::list<Key>::iterator place;
  };
  ProofCache(TileReader tiles, std::size_t tiles_max)
      : tiles_(std::move(tiles)), tiles_max_(tiles_max) {}

  void append_one(const Hash& leaf);
  void remember(const Key& key, Tile tile);
  Result<Tile> load(const Key& key) const;
  const ExpandedTile* find(const Key& key, const Held& held);
  /// A complete node; null, and its tile in `missing`, where no memory holds it.
  const Hash* node(unsigned height, std::uint64_t index, const Held& held, Key& missing);
  bool prepare_ragged(std::uint64_t size, const Held& held, Key& missing);
  bool walk(std::uint64_t index, std::uint64_t size, const Held& held, Key& missing, Proof& proof);

  TileReader tiles_;
  std::size_t tiles_max_;
  mutable std::mutex mutex_;  // of everything below
  std::uint64_t size_ = 0;
  std::vector<ExpandedTile> edge_;  // by level: the unfinished tile
  std::map<Key, Tile> unpublished_;
  std::unordered_map<Key, Recent, HashOfKey> recent_;
  std::list<Key> order_;  // of recent_, the last asked for in front
  // Roots of the last node of each height in the tree of ragged_size_, where it is not complete.
  std::uint64_t ragged_size_ = 0;
  std::vector<Hash> ragged_;
};

}  // namespace kensho::ledger
