#include "ledger/log_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/file.h"
#include "ledger/checkpoint.h"
#include "ledger/entry_bundle.h"

namespace kensho::ledger {
namespace {

namespace fs = std::filesystem;

Error damaged(std::string_view what) {
  return {Errc::corrupted, fmt::format("the log cannot be extended: {}; audit it first", what)};
}

Status make_directory(const fs::path& directory) {
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (failed) {
    return Error{Errc::unavailable,
                 fmt::format("cannot create {}: {}", directory.string(), failed.message())};
  }
  return ok();
}

Result<TreeHead> published_head(const LogDirectory& log, const NoteKey& key) {
  const auto note = log.read_checkpoint();
  if (!note && note.error().code == Errc::not_found) return TreeHead{};
  if (!note) return note.error();
  return TRY(open_checkpoint(*note, key)).tree;
}

// Removes the partial files of one tile or bundle, except those of the width to keep. What cannot
// be removed is only waste, so failures are left to the next time.
template <class Id>
void remove_partials(const LogDirectory& log, Id id, std::uint32_t kept_width) {
  id.width = 1;
  const fs::path directory = log.file(path_of(id)).parent_path();
  std::error_code failed;
  if (kept_width == 0 || kept_width == tile_width) {
    fs::remove_all(directory, failed);
    return;
  }
  for (const auto& entry : fs::directory_iterator(directory, failed))
    if (entry.path().filename() != fmt::to_string(kept_width)) fs::remove(entry.path(), failed);
}

// Keeps of one tile, and on level 0 of its bundle, what a tree of this size needs.
void keep_width(const LogDirectory& log, unsigned level, std::uint64_t index, std::uint64_t size) {
  const std::uint32_t width = tile_width_in(size, level, index);
  remove_partials(log, TileId{static_cast<std::uint8_t>(level), index}, width);
  if (level == 0) remove_partials(log, BundleId{index}, width);
}

}  // namespace

LogWriter::LogWriter(LogDirectory log, TileAppender appender)
    : log_(std::move(log)),
      appender_(std::move(appender)),
      flushed_(appender_.head()),
      published_size_(appender_.size()) {}

Result<LogWriter> LogWriter::open(LogDirectory log, const NoteKey& key) {
  TRY(make_directory(log.root()));
  const TreeHead head = TRY(published_head(log, key));
  TileAppender appender = TRY(TileAppender::open(head.size, log.tiles()));
  LogWriter writer(std::move(log), std::move(appender));
  if (writer.flushed_ != head) return damaged("its tiles do not lead to the signed root");
  TRY(writer.load_bundle());
  writer.remove_superseded();
  return writer;
}

Status LogWriter::load_bundle() {
  const std::uint64_t index = size() / tile_width;
  const std::uint32_t width = tile_width_in(size(), 0, index);
  if (width == 0) return ok();
  bundle_ = TRY(log_.read_bundle({index, width}));
  const auto entries = TRY(parse_bundle(bundle_, width));
  const TileId tile{0, index, width};
  const Bytes bytes = TRY(log_.read_tile(tile));
  if (!std::ranges::equal(entries, TRY(parse_tile(tile, bytes)), {}, leaf_hash))
    return damaged("its newest entries do not hash to their leaves");
  return ok();
}

Status LogWriter::append(ByteView leaf_data) {
  if (leaf_data.size() > max_entry_bytes)
    return Error{Errc::invalid_argument, "a log entry is longer than 65535 bytes"};
  append_entry(bundle_, leaf_data);
  TRY(appender_.append(leaf_hash(leaf_data), sink()));
  if (size() % tile_width != 0) return ok();
  TRY(store(path_of(BundleId{size() / tile_width - 1}), bundle_));
  bundle_.clear();
  return ok();
}

Result<TreeHead> LogWriter::flush() {
  if (size() == flushed_.size) return flushed_;  // a published file is never written again
  TRY(appender_.write_partial_tiles(sink()));
  const std::uint64_t index = size() / tile_width;
  if (const std::uint32_t width = tile_width_in(size(), 0, index); width != 0)
    TRY(store(path_of(BundleId{index, width}), bundle_));
  TRY(sync_filesystem(log_.root()));
  flushed_ = appender_.head();
  return flushed_;
}

Status LogWriter::publish(std::string_view checkpoint_note) {
  const UnverifiedNote note = TRY(parse_note(checkpoint_note));
  const Checkpoint checkpoint = TRY(parse_checkpoint(note.text));
  if (checkpoint.tree != flushed_)
    return Error{Errc::conflict, "the checkpoint is not of the tree that was flushed"};
  TRY(write_file_durably(log_.file(checkpoint_path), checkpoint_note));
  remove_superseded();
  published_size_ = flushed_.size;
  return ok();
}

// A tile that the published checkpoint needs is on the disk already. Written again, even with the
// same bytes, a power cut before the next flush could leave it empty under its old name.
TileSink LogWriter::sink() {
  return [this](const TileId& tile, ByteView bytes) {
    const bool published = tile_width_in(published_size_, tile.level, tile.index) == tile.width;
    return published ? ok() : store(path_of(tile), bytes);
  };
}

Status LogWriter::store(const std::string& path, ByteView bytes) {
  const fs::path file = log_.file(path);
  TRY(make_directory(file.parent_path()));
  return replace_file(file, as_text(bytes));
}

void LogWriter::remove_superseded() {
  for (unsigned level = 0; hashes_on_level(flushed_.size, level) != 0; ++level) {
    const std::uint64_t edge = hashes_on_level(flushed_.size, level) / tile_width;
    const std::uint64_t old_edge = hashes_on_level(published_size_, level) / tile_width;
    keep_width(log_, level, edge, flushed_.size);
    if (edge != 0) keep_width(log_, level, edge - 1, flushed_.size);  // left by a crash
    if (old_edge < edge) keep_width(log_, level, old_edge, flushed_.size);
  }
}

}  // namespace kensho::ledger
