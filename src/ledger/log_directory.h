// LogDirectory: a log as files in the layout of c2sp.org/tlog-tiles, ready for any web server.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/tile.h"

namespace kensho::ledger {

/// Reads the files of a log: `checkpoint`, `tile/<L>/<N>`, `tile/entries/<N>`.
///
/// Of partial tiles only those of the newest checkpoint are kept. A narrower one, of an older
/// checkpoint, is the beginning of a wider one, and is answered from it.
class LogDirectory {
 public:
  explicit LogDirectory(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  /// The file of a path below the log's prefix.
  std::filesystem::path file(const std::string& path) const { return root_ / path; }

  /// The newest signed checkpoint, not verified. Errors: not_found before the first; unavailable.
  Result<std::string> read_checkpoint() const;

  /// The bytes of a tile. Errors: not_found, unavailable, corrupted: the file has another length.
  Result<Bytes> read_tile(const TileId& tile) const;

  /// The bytes of an entry bundle. Errors: not_found, unavailable, corrupted: not a bundle.
  Result<Bytes> read_bundle(const BundleId& bundle) const;

  /// The tiles as a port; the reader must not outlive the directory.
  TileReader tiles() const;

 private:
  std::filesystem::path root_;
};

inline constexpr const char* checkpoint_path = "checkpoint";
inline constexpr std::size_t max_bundle_bytes = std::size_t{tile_width} * (2 + 65535);

}  // namespace kensho::ledger
