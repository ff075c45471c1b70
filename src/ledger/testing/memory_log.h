// For tests: a small log in memory that signs any size of its history, and can have a double.
#pragma once

#include <map>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/merkle.h"
#include "ledger/tile_appender.h"
#include "ledger/tile_proof.h"

namespace kensho::ledger {

/// A history of `size` entries. Two logs with one signer and one `story` have one history; with two
/// stories they have the first `common` entries in common and differ from there on.
class MemoryLog {
 public:
  MemoryLog(const NoteSigner& signer, std::uint64_t size, const std::string& story = "",
            std::uint64_t common = 0)
      : signer_(&signer) {
    TileAppender appender = TileAppender::open(0, tiles()).value();
    const TileSink sink = [this](const TileId& tile, ByteView bytes) {
      tiles_[tile] = Bytes(bytes.begin(), bytes.end());
      return ok();
    };
    for (std::uint64_t i = 0; i < size; ++i) {
      const std::string entry = std::to_string(i) + (i < common ? "" : story);
      ENSURE(bool(appender.append(leaf_hash(as_bytes(entry)), sink)));
      ENSURE(bool(appender.write_partial_tiles(sink)));
    }
  }
  MemoryLog(NoteSigner&&, std::uint64_t) = delete;  // it is borrowed
  MemoryLog(const MemoryLog&) = delete;
  MemoryLog& operator=(const MemoryLog&) = delete;

  TreeHead head(std::uint64_t size) const { return {size, root_at(tiles(), size).value()}; }
  std::string note(std::uint64_t size) const {
    return sign_checkpoint({signer_->key().name(), head(size), {}}, *signer_).value();
  }
  Proof proof(std::uint64_t older, std::uint64_t newer) const {
    return older == 0 ? Proof{} : consistency_proof(tiles(), older, newer).value();
  }
  TileReader tiles() const {
    return [this](const TileId& tile) -> Result<Bytes> {
      const auto found = tiles_.find(tile);
      if (found == tiles_.end()) return Error{Errc::not_found, path_of(tile)};
      return found->second;
    };
  }

 private:
  const NoteSigner* signer_;
  std::map<TileId, Bytes> tiles_;
};

/// A new key that signs as a log of this name.
inline NoteSigner new_log_signer(const std::string& name) {
  return NoteSigner::make(name, Ed25519Signer::generate()).value();
}

}  // namespace kensho::ledger
