#include "ledger/tile_appender.h"

#include <bit>
#include <optional>

namespace kensho::ledger {
namespace {

// Folds the complete subtrees of one level's unfinished tile, smallest (rightmost) first, onto the
// root of everything to their right.
void fold_level(std::span<const Hash> hashes, std::optional<Hash>& root) {
  while (!hashes.empty()) {
    const std::size_t count = std::size_t{1} << std::countr_zero(hashes.size());
    const Hash subtree = subtree_root(hashes.last(count));
    root = root ? node_hash(subtree, *root) : subtree;
    hashes = hashes.first(hashes.size() - count);
  }
}

}  // namespace

Hash root_of_edge(std::span<const std::vector<Hash>> edge) {
  std::optional<Hash> root;
  for (const auto& hashes : edge) fold_level(hashes, root);
  return root ? *root : empty_root();
}

Result<TileAppender> TileAppender::open(std::uint64_t size, const TileReader& tiles) {
  TileAppender appender;
  appender.size_ = size;
  for (unsigned level = 0; hashes_on_level(size, level) != 0; ++level) {
    auto& hashes = appender.edge_.emplace_back();
    const std::uint64_t index = hashes_on_level(size, level) / tile_width;
    const std::uint32_t width = tile_width_in(size, level, index);
    if (width == 0) continue;
    const TileId id{static_cast<std::uint8_t>(level), index, width};
    const Bytes bytes = TRY(tiles(id));
    hashes = TRY(parse_tile(id, bytes));
  }
  return appender;
}

Status TileAppender::append(const Hash& leaf, const TileSink& sink) {
  Hash hash = leaf;
  ++size_;
  for (unsigned level = 0;; ++level) {
    if (level == edge_.size()) edge_.emplace_back();
    auto& hashes = edge_[level];
    hashes.push_back(hash);
    if (hashes.size() < tile_width) return ok();
    const std::uint64_t index = hashes_on_level(size_, level) / tile_width - 1;
    TRY(sink({static_cast<std::uint8_t>(level), index, tile_width}, tile_bytes(hashes)));
    hash = subtree_root(hashes);
    hashes.clear();
  }
}

Status TileAppender::write_partial_tiles(const TileSink& sink) const {
  for (unsigned level = 0; level < edge_.size(); ++level) {
    const auto& hashes = edge_[level];
    if (hashes.empty()) continue;
    const TileId id{static_cast<std::uint8_t>(level), hashes_on_level(size_, level) / tile_width,
                    static_cast<std::uint32_t>(hashes.size())};
    TRY(sink(id, tile_bytes(hashes)));
  }
  return ok();
}

TreeHead TileAppender::head() const {
  return {size_, root_of_edge(edge_)};
}

}  // namespace kensho::ledger
