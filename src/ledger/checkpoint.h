// Checkpoints: the signed statement of a log's size and root. Source: c2sp.org/tlog-checkpoint.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/merkle.h"
#include "ledger/signed_note.h"

namespace kensho::ledger {

struct Checkpoint {
  std::string origin;  // who the log is; ours is also the name of the log's key
  TreeHead tree;
  std::vector<std::string> extensions;  // opaque further lines; we write none and trust none

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// The note text: origin, size, base64 root, extensions, one a line.
/// Errors: invalid_argument: the origin or an extension is empty or has a line end.
Result<std::string> format_checkpoint(const Checkpoint& checkpoint);

/// The checkpoint that a note text states.
/// Errors: invalid_argument: fewer than three lines, an empty line, a size that is not a plain
/// decimal below 2^64, a root that is not base64 of 32 bytes.
Result<Checkpoint> parse_checkpoint(std::string_view text);

/// The signed note that a log publishes. Errors: as format_checkpoint and NoteSigner::sign.
Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, const NoteSigner& log);

/// The checkpoint of a note that the log's key signed for its own origin (the key's name).
/// Errors: as verify_note and parse_checkpoint; corrupted: the origin is another log's.
Result<Checkpoint> open_checkpoint(std::string_view note, const NoteKey& log);

}  // namespace kensho::ledger
