// Comparing what a log shows in two places.
#pragma once

#include <optional>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/split_view.h"
#include "ledger/tile.h"

namespace kensho::app {

/// What one place shows of a log.
struct ShownLog {
  std::string place;         // for messages: a file, a folder, a URL
  std::string note;          // the signed checkpoint
  ledger::TileReader tiles;  // empty: the place shows a checkpoint and nothing else
};

enum class Comparison : unsigned char {
  consistent,   // one history fulfils both
  split,        // no history does, proven
  cannot_tell,  // the checkpoints have two sizes, and the tiles of the newer are missing or
                // unusable
};

struct ComparisonReport {
  Comparison comparison = Comparison::cannot_tell;
  ledger::Checkpoint first;
  ledger::Checkpoint second;
  std::optional<ledger::SplitView> split;
  std::string why;  // where it cannot tell
};

/// Whether both places show one history of the log with this key. An empty tree fits any.
///
/// Errors: malformed or not signed by the key, saying which place.
/// Cost: reads a few tiles of the newer tree a tile level.
Result<ComparisonReport> compare_logs(const ShownLog& first, const ShownLog& second,
                                      const ledger::NoteKey& key);

}  // namespace kensho::app
