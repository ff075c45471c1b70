// Names and contents of the log's files: one name a file, one meaning a content.
#include "base/testing/fuzz_target.h"
#include "ledger/entry_bundle.h"
#include "ledger/tile.h"
#include "ledger/tile_path.h"
#include "ledger/tree_builder.h"

namespace kensho::ledger {
namespace {

KENSHO_FUZZ(tile_path) {
  const auto resource = parse_tile_path(input);
  if (!resource) return;
  const auto name = [](const auto& id) { return path_of(id); };
  ENSURE(std::visit(name, *resource) == input);
  ENSURE(input.find("..") == input.npos && !input.starts_with('/'));
}

/// The first byte is the width of the bundle, 0 for 256.
KENSHO_FUZZ(entry_bundle) {
  if (input.empty()) return;
  const auto first = static_cast<unsigned char>(input[0]);
  const std::uint32_t width = first == 0 ? tile_width : first;
  const ByteView bytes = as_bytes(input.substr(1));
  if (const auto entries = parse_bundle(bytes, width)) {
    ENSURE(entries->size() == width);
    Bytes written;
    for (const ByteView entry : *entries) append_entry(written, entry);
    ENSURE(as_text(written) == as_text(bytes));
  }
  const TileId tile{0, 0, width};
  if (const auto hashes = parse_tile(tile, bytes))
    ENSURE(as_text(tile_bytes(*hashes)) == as_text(bytes));
}

KENSHO_FUZZ(tree_frontier) {
  auto tree = TreeBuilder::restore(as_bytes(input));
  if (!tree) return;
  ENSURE(as_text(tree->serialise()) == input);
  static_cast<void>(tree->root());
}

}  // namespace
}  // namespace kensho::ledger
