#include "ledger/log_audit.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "ledger/entry_bundle.h"
#include "ledger/tile_appender.h"

namespace kensho::ledger {
namespace {

using Hashes = std::vector<Hash>;

// The two accounts of one tile: what its file says, and what follows from the files below it.
struct Accounts {
  TileId id;
  std::optional<Hashes> stored;
  std::optional<Hashes> computed;

  // Where the accounts contradict each other; nowhere if one of them is missing.
  std::vector<std::uint32_t> differences() const {
    std::vector<std::uint32_t> places;
    if (!stored || !computed) return places;
    for (std::uint32_t i = 0; i < id.width; ++i)
      if ((*stored)[i] != (*computed)[i]) places.push_back(i);
    return places;
  }
};

std::optional<Hash> root_of(const std::optional<Hashes>& full_tile) {
  if (!full_tile) return std::nullopt;
  return subtree_root(*full_tile);
}

class Auditor {
 public:
  Auditor(const LogDirectory& log, const TreeHead& tree, AuditReport& report)
      : log_(log), tree_(tree), report_(report) {}

  Status check_tree() {
    for (std::uint64_t index = 0; index * tile_width < tree_.size; ++index) {
      const std::uint32_t width = tile_width_in(tree_.size, 0, index);
      std::optional<Hashes> computed = TRY(bundle_leaves({index, width}));
      TRY(check_tile({0, index, width}, std::move(computed)));
      if (report_.stopped_early) return ok();
    }
    check_edge();
    return ok();
  }

 private:
  void blame(std::string file, std::optional<std::uint32_t> entry, std::string problem) {
    report_.stopped_early = report_.findings.size() >= max_audit_findings;
    if (!report_.stopped_early)
      report_.findings.push_back({std::move(file), entry, std::move(problem)});
  }

  // The value, or none after blaming the file; an error only if the system fails.
  template <class T>
  Result<std::optional<T>> or_blame(const std::string& file, Result<T> result) {
    if (result) return std::optional<T>(std::move(result).value());
    if (result.error().code == Errc::unavailable) return result.error();
    const bool missing = result.error().code == Errc::not_found;
    blame(file, std::nullopt, missing ? "the file is missing" : result.error().message);
    return std::optional<T>();
  }

  Result<std::optional<Bytes>> read(const std::string& path, std::size_t max_bytes) {
    ++report_.files_read;
    return or_blame(path, read_bytes(log_.file(path), max_bytes));
  }

  Result<std::optional<Hashes>> bundle_leaves(const BundleId& id) {
    const std::optional<Bytes> bytes = TRY(read(path_of(id), max_bundle_bytes));
    if (!bytes) return std::optional<Hashes>();
    const auto entries = TRY(or_blame(path_of(id), parse_bundle(*bytes, id.width)));
    if (!entries) return std::optional<Hashes>();
    Hashes leaves(entries->size());
    std::ranges::transform(*entries, leaves.begin(), leaf_hash);
    return std::optional<Hashes>(std::move(leaves));
  }

  // The stored hashes of a tile. The newest tile of each level stays: children ask for their
  // parent.
  Result<const std::optional<Hashes>*> stored_tile(const TileId& id) {
    if (newest_.size() <= id.level) newest_.resize(id.level + std::size_t{1});
    auto& [newest_id, hashes] = newest_[id.level];
    if (newest_id == id) return &hashes;
    newest_id = id;
    hashes.reset();
    const auto bytes = TRY(read(path_of(id), tile_width * sizeof(Hash)));
    if (bytes) hashes = TRY(or_blame(path_of(id), parse_tile(id, *bytes)));
    return &hashes;
  }

  // What the tile above says the root of this full tile is.
  Result<std::optional<Hash>> root_above(const TileId& id) {
    const std::uint64_t index = id.index / tile_width;
    const unsigned level = id.level + 1U;
    const auto* parent = TRY(stored_tile(
        {static_cast<std::uint8_t>(level), index, tile_width_in(tree_.size, level, index)}));
    if (!*parent) return std::optional<Hash>();
    return std::optional<Hash>((**parent)[id.index % tile_width]);
  }

  // Takes one tile as the tiles below it have it; hands its root to the level above when it is
  // full.
  Status check_tile(const TileId& id, std::optional<Hashes> computed) {
    Accounts tile{id, {}, std::move(computed)};
    tile.stored = *TRY(stored_tile(id));
    if (id.width < tile_width) {
      edge_.push_back(std::move(tile));
      return ok();
    }
    const Hash root = TRY(settle(tile));
    return add_above(id, root);
  }

  Status add_above(const TileId& child, const Hash& root) {
    const unsigned level = child.level + 1U;
    if (computed_.size() < level) computed_.resize(level);
    Hashes& hashes = computed_[level - 1];
    hashes.push_back(root);
    const std::uint64_t index = child.index / tile_width;
    const std::uint32_t width = tile_width_in(tree_.size, level, index);
    if (hashes.size() < width) return ok();
    return check_tile({static_cast<std::uint8_t>(level), index, width}, std::exchange(hashes, {}));
  }

  // The root of a full tile: by the account that the tile above confirms, else by what is left (a
  // missing file is blamed already).
  Result<Hash> settle(const Accounts& tile) {
    if (tile.computed && tile.computed == tile.stored) return subtree_root(*tile.computed);
    const std::optional<Hash> above = TRY(root_above(tile.id));
    const std::optional<Hash> computed = root_of(tile.computed);
    const std::optional<Hash> stored = root_of(tile.stored);
    if (above != stored) blame_tile(tile);
    if (above != computed) blame_below(tile);
    if (stored && stored == above) return *stored;
    return computed.value_or(stored.value_or(above.value_or(Hash{})));
  }

  void blame_tile(const Accounts& tile) {
    for (const std::uint32_t i : tile.differences())
      blame(path_of(tile.id), i, "the hash is not that of what is below it");
  }

  void blame_below(const Accounts& tile) {
    for (const std::uint32_t i : tile.differences()) {
      const std::uint64_t child = tile.id.index * tile_width + i;
      if (tile.id.level == 0) {
        const BundleId bundle{tile.id.index, tile.id.width};
        blame(path_of(bundle), i, "the entry does not hash to its leaf");
      } else {
        blame_subtree({static_cast<std::uint8_t>(tile.id.level - 1), child});
      }
    }
  }

  void blame_subtree(const TileId& tile) {
    const std::string problem = "rewritten: the tiles above it commit to another content";
    blame(path_of(tile), std::nullopt, problem);
    if (tile.level == 0) blame(path_of(BundleId{tile.index}), std::nullopt, problem);
  }

  // The right edge has no tile above it: the signed root decides. Where the two accounts of a tile
  // differ, every combination is tried; bit k of `choice` takes the stored account of edge tile k.
  void check_edge() {
    std::ranges::sort(edge_, {}, &Accounts::id);
    for (unsigned choice = 0; choice < 1U << edge_.size(); ++choice) {
      const auto takes_stored = [&](std::size_t k) { return (choice >> k & 1) != 0; };
      if (edge_root(takes_stored) != tree_.root) continue;
      for (std::size_t k = 0; k < edge_.size(); ++k)
        takes_stored(k) ? blame_below(edge_[k]) : blame_tile(edge_[k]);
      return;
    }
    for (const Accounts& tile : edge_) {
      blame_tile(tile);
      blame_below(tile);
    }
    blame(checkpoint_path, std::nullopt, "the signed root is not the root of the tiles");
  }

  template <class TakesStored>
  std::optional<Hash> edge_root(const TakesStored& takes_stored) const {
    std::vector<Hashes> levels;
    for (std::size_t k = 0; k < edge_.size(); ++k) {
      const auto& account = takes_stored(k) ? edge_[k].stored : edge_[k].computed;
      if (!account) return std::nullopt;
      levels.resize(edge_[k].id.level);
      levels.push_back(*account);
    }
    return root_of_edge(levels);
  }

  const LogDirectory& log_;
  const TreeHead tree_;
  AuditReport& report_;
  std::vector<std::pair<std::optional<TileId>, std::optional<Hashes>>> newest_;  // by level
  std::vector<Hashes>
      computed_;                // by level - 1: roots of the tiles below, for the tile in progress
  std::vector<Accounts> edge_;  // the partial tiles, from level 0 up
};

}  // namespace

Result<AuditReport> audit_log(const LogDirectory& log, const NoteKey& key) {
  AuditReport report;
  report.files_read = 1;
  const auto note = log.read_checkpoint();
  if (!note && note.error().code == Errc::unavailable) return note.error();
  const auto checkpoint = note ? open_checkpoint(*note, key) : note.error();
  if (!checkpoint) {
    report.findings.push_back({checkpoint_path, std::nullopt, checkpoint.error().message});
    return report;
  }
  report.checkpoint = *checkpoint;
  TRY(Auditor(log, checkpoint->tree, report).check_tree());
  return report;
}

}  // namespace kensho::ledger
