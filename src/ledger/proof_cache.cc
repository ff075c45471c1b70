#include "ledger/proof_cache.h"

#include <algorithm>

namespace kensho::ledger {
namespace {

/// Whether the tree of this size has all leaves below the node.
bool is_complete(unsigned height, std::uint64_t index, std::uint64_t size) {
  return (index + 1) << height <= size;
}

}  // namespace

Result<std::unique_ptr<ProofCache>> ProofCache::open(std::uint64_t size, TileReader tiles,
                                                     std::size_t tiles_max) {
  std::unique_ptr<ProofCache> cache(new ProofCache(std::move(tiles), tiles_max));
  cache->size_ = size;
  for (unsigned level = 0; hashes_on_level(size, level) != 0; ++level) {
    ExpandedTile& edge = cache->edge_.emplace_back();
    const std::uint64_t index = hashes_on_level(size, level) / tile_width;
    const std::uint32_t width = tile_width_in(size, level, index);
    if (width == 0) continue;
    const TileId id{static_cast<std::uint8_t>(level), index, width};
    const Bytes bytes = TRY(cache->tiles_(id));
    edge = TRY(ExpandedTile::make(id, bytes));
  }
  return cache;
}

void ProofCache::append(std::span<const Hash> leaves) {
  const std::lock_guard lock(mutex_);
  for (const Hash& leaf : leaves) append_one(leaf);
}

void ProofCache::append_one(const Hash& leaf) {
  ++size_;
  Hash hash = leaf;
  for (unsigned level = 0;; ++level) {
    if (level == edge_.size()) edge_.emplace_back();
    ExpandedTile& edge = edge_[level];
    edge.push(hash);
    if (!edge.is_full()) return;
    hash = edge.node(tile_height, 0);
    const std::uint64_t index = hashes_on_level(size_, level) / tile_width - 1;
    unpublished_.emplace(Key{level, index}, std::make_shared<const ExpandedTile>(edge));
    edge = ExpandedTile();
  }
}

void ProofCache::published(std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  for (auto tile = unpublished_.begin(); tile != unpublished_.end();) {
    const auto& [level, index] = tile->first;
    if (index >= hashes_on_level(size, level) / tile_width) {
      ++tile;
      continue;
    }
    remember(tile->first, std::move(tile->second));
    tile = unpublished_.erase(tile);
  }
}

std::uint64_t ProofCache::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

void ProofCache::remember(const Key& key, Tile tile) {
  if (recent_.contains(key)) return;
  order_.push_front(key);
  recent_.emplace(key, Recent{std::move(tile), order_.begin()});
  if (recent_.size() <= tiles_max_) return;
  recent_.erase(order_.back());
  order_.pop_back();
}

Result<ProofCache::Tile> ProofCache::load(const Key& key) const {
  const TileId id{static_cast<std::uint8_t>(key.first), key.second, tile_width};
  const Bytes bytes = TRY(tiles_(id));
  return Tile(std::make_shared<const ExpandedTile>(TRY(ExpandedTile::make(id, bytes))));
}

const ExpandedTile* ProofCache::find(const Key& key, const Held& held) {
  const auto& [level, index] = key;
  if (level < edge_.size() && index == hashes_on_level(size_, level) / tile_width)
    return &edge_[level];
  if (const auto found = recent_.find(key); found != recent_.end()) {
    order_.splice(order_.begin(), order_, found->second.place);
    return found->second.tile.get();
  }
  if (const auto found = unpublished_.find(key); found != unpublished_.end())
    return found->second.get();
  const auto found = std::ranges::find(held, key, &Held::value_type::first);
  return found == held.end() ? nullptr : found->second.get();
}

const Hash* ProofCache::node(unsigned height, std::uint64_t index, const Held& held, Key& missing) {
  const unsigned above = height % tile_height;  // the level's own hashes
  const unsigned shift = tile_height - above;
  const Key key{height / tile_height, index >> shift};
  const ExpandedTile* tile = find(key, held);
  if (tile != nullptr)
    return &tile->node(above, static_cast<std::uint32_t>(index & ((1U << shift) - 1)));
  missing = key;
  return nullptr;
}

// The last node of each height covers leaves up to the tree's end; where these are fewer than a
// complete node has, its root is that of RFC 6962 over them. One hash a height, once a tree size.
bool ProofCache::prepare_ragged(std::uint64_t size, const Held& held, Key& missing) {
  if (ragged_size_ == size) return true;
  std::vector<Hash> roots;
  const Hash* leaf = node(0, size - 1, held, missing);
  if (leaf == nullptr) return false;
  roots.push_back(*leaf);
  std::uint64_t last = size - 1;
  for (unsigned height = 0; last != 0; ++height, last /= 2) {
    if (last % 2 == 0) {
      roots.push_back(roots.back());
      continue;
    }
    const Hash* left = node(height, last - 1, held, missing);
    if (left == nullptr) return false;
    roots.push_back(node_hash(*left, roots.back()));
  }
  ragged_ = std::move(roots);
  ragged_size_ = size;
  return true;
}

bool ProofCache::walk(std::uint64_t index, std::uint64_t size, const Held& held, Key& missing,
                      Proof& proof) {
  if (!prepare_ragged(size, held, missing)) return false;
  proof.clear();
  std::uint64_t last = size - 1;
  for (unsigned height = 0; last != 0; ++height, index /= 2, last /= 2) {
    const std::uint64_t sibling = index ^ 1;
    if (sibling > last) continue;  // the last node, without a right sibling, moves up unchanged
    const Hash* hash = is_complete(height, sibling, size) ? node(height, sibling, held, missing)
                                                          : &ragged_[height];
    if (hash == nullptr) return false;
    proof.push_back(*hash);
  }
  return true;
}

Result<Proof> ProofCache::inclusion(std::uint64_t index, std::uint64_t size) {
  if (index >= size) return Error{Errc::invalid_argument, "the leaf index is not inside the tree"};
  Proof proof;
  proof.reserve(32);
  Held held;
  while (true) {
    Key missing;
    {
      const std::lock_guard lock(mutex_);
      if (size > size_)
        return Error{Errc::invalid_argument, "the tree has not grown to that size yet"};
      if (walk(index, size, held, missing, proof)) {
        for (auto& [key, tile] : held) remember(key, std::move(tile));
        return proof;
      }
    }
    held.emplace_back(missing, TRY(load(missing)));
  }
}

}  // namespace kensho::ledger
