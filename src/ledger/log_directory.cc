#include "ledger/log_directory.h"

#include <algorithm>

#include "base/file.h"
#include "ledger/entry_bundle.h"
#include "ledger/signed_note.h"

namespace kensho::ledger {
namespace {

namespace fs = std::filesystem;

template <class Id>  // TileId or BundleId
Id with_width(Id id, std::uint32_t width) {
  id.width = width;
  return id;
}

// The narrowest stored width that is at least the wanted one; the wanted one if there is none.
template <class Id>
std::uint32_t stored_width(const LogDirectory& log, const Id& id) {
  std::error_code failed;  // any failure shows when the file is read
  for (std::uint32_t width = id.width; width <= tile_width; ++width)
    if (fs::exists(log.file(path_of(with_width(id, width))), failed)) return width;
  return id.width;
}

}  // namespace

Result<std::string> LogDirectory::read_checkpoint() const {
  const Bytes bytes = TRY(read_bytes(file(checkpoint_path), max_note_bytes));
  return std::string(as_text(bytes));
}

Result<Bytes> LogDirectory::read_tile(const TileId& tile) const {
  const TileId stored = with_width(tile, stored_width(*this, tile));
  Bytes bytes = TRY(read_bytes(file(path_of(stored)), tile_width * sizeof(Hash)));
  TRY(parse_tile(stored, bytes));
  bytes.resize(tile.width * sizeof(Hash));
  return bytes;
}

Result<Bytes> LogDirectory::read_bundle(const BundleId& bundle) const {
  const BundleId stored = with_width(bundle, stored_width(*this, bundle));
  Bytes bytes = TRY(read_bytes(file(path_of(stored)), max_bundle_bytes));
  const auto entries = TRY(parse_bundle(bytes, stored.width));
  std::size_t kept = 0;
  for (const ByteView entry : std::span(entries).first(bundle.width)) kept += 2 + entry.size();
  bytes.resize(kept);
  return bytes;
}

TileReader LogDirectory::tiles() const {
  return [this](const TileId& tile) { return read_tile(tile); };
}

}  // namespace kensho::ledger
