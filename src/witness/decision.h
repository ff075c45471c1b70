// What a witness answers, from what it holds and what it is sent: a pure function.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/add_checkpoint.h"
#include "ledger/checkpoint.h"
#include "ledger/split_view.h"

namespace kensho::witness {

/// A log that the operator told the witness to watch.
struct WatchedLog {
  std::string origin;
  std::vector<ledger::NoteKey> keys;  // any of them signs for the origin
};

/// The largest checkpoint of a log that the witness has vouched for. Before the first: no note.
struct Held {
  std::string note;  // with the signatures of the log's keys alone
  ledger::TreeHead tree;
};

enum class Verdict : unsigned char {
  cosign,            // it extends what we hold, or is the same
  not_signed,        // by no trusted key
  old_size_too_big,  // the old size is above the checkpoint's
  other_old_size,    // the old size is not the one we hold
  other_root,        // the size we hold, with another root: the log contradicts itself
  bad_proof,         // the proof does not lead from the tree we hold to the one we are sent
};

struct Decision {
  Verdict verdict = Verdict::not_signed;
  Held next;                               // to be held if the verdict is cosign
  std::optional<ledger::SplitView> split;  // the log contradicts itself, proven
};

/// Judges a request by the rules of c2sp.org/tlog-witness, in their order.
///
/// A split view is claimed only where what was sent proves it: a checkpoint of a size we hold with
/// another root, or a proof that leads to the signed new root from another old one. A proof that
/// leads nowhere proves nothing, since anybody can send one with a published checkpoint.
///
/// Errors: invalid_argument: the note is no checkpoint; corrupted: of another origin than the
/// log's. Cost: one or two signature checks.
Result<Decision> decide(const WatchedLog& log, const Held& held,
                        const ledger::AddCheckpoint& request);

}  // namespace kensho::witness
