// A split view: two statements of one log that no single history of entries can fulfil. What is
// kept here convinces anyone who has the log's public key, without asking the log or us.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"
#include "ledger/verifier_key.h"

namespace kensho::ledger {

/// Two checkpoints that the log signed, and what shows that the newer's tree does not begin with
/// the older's: the root it has at the older size, with the proof that leads from there to the
/// newer root. For two checkpoints of one size that root is the newer's own and the proof is empty.
struct SplitView {
  std::vector<NoteKey> keys;  // of the log, as whoever found it knew them
  std::string older;          // the signed notes
  std::string newer;
  Hash newer_root_at_older_size{};
  Proof proof;
};

/// What a verified split view says.
struct SplitFacts {
  std::string origin;
  TreeHead older;
  TreeHead newer;
};

/// Success if the split view is real: one of `keys` signed both notes for one origin, and the proof
/// shows that the newer tree had another root at the older size than the one that was signed.
///
/// The keys are those that the caller trusts for the log; those in the view itself only say whom
/// its finder trusted.
///
/// Errors  invalid_argument or corrupted, saying which step fails.
Result<SplitFacts> verify_split_view(const SplitView& view, std::span<const NoteKey> keys);

/// The evidence file: JSON, for people and programs.
std::string format_split_view(const SplitView& view);

/// Errors: invalid_argument, naming `name`: not such a file. Nothing is verified.
Result<SplitView> parse_split_view(std::string_view text, const std::string& name);

}  // namespace kensho::ledger
