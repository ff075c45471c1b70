// LogWriter: adds entries to a log directory so that a crash at any moment loses nothing published.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/log_directory.h"
#include "ledger/signed_note.h"
#include "ledger/tile_appender.h"

namespace kensho::ledger {

/// Appends to a log directory. The order of writing is the safety: entries and tiles become durable
/// (`flush`), then the checkpoint that names them (`publish`), then superseded partial tiles go.
/// What a crash leaves beyond the checkpoint is overwritten by the next writer.
///
/// One directory has one writer at a time, which the caller sees to; readers need no lock.
/// After an error the writer must be thrown away and opened again.
class LogWriter {
 public:
  /// A writer that goes on from the directory's checkpoint, or from an empty log if there is none.
  ///
  /// Errors  unavailable; corrupted: the checkpoint is not signed by this key, or the right edge of
  /// the
  ///         tree or its entries do not lead to the signed root: a damaged log is never extended.
  static Result<LogWriter> open(LogDirectory log, const NoteKey& key);

  /// Adds one entry; `leaf_data` is what the leaf hash covers, at most `max_entry_bytes`.
  /// Errors: invalid_argument: too long; unavailable.
  Status append(ByteView leaf_data);

  /// Makes all entries so far durable; returns the head to sign. Nothing is published yet.
  /// Cost: one disk flush, whatever the number of entries.
  Result<TreeHead> flush();

  /// Publishes the signed checkpoint of the head that `flush` returned.
  /// Errors: invalid_argument: no checkpoint; conflict: it states another head than the flushed
  /// one; unavailable. Its signatures are the caller's concern.
  Status publish(std::string_view checkpoint_note);

  std::uint64_t size() const { return appender_.size(); }

 private:
  LogWriter(LogDirectory log, TileAppender appender);

  Status load_bundle();
  TileSink sink();
  Status store(const std::string& path, ByteView bytes);
  void remove_superseded();

  LogDirectory log_;
  TileAppender appender_;
  Bytes bundle_;  // the unfinished bundle of the right edge
  TreeHead flushed_;
  std::uint64_t published_size_;
};

}  // namespace kensho::ledger
