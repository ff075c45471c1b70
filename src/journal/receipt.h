// A receipt: a tlog-proof whose `extra` line opens the entry, so that whoever holds it can check
// offline what was reported. Format: docs/receipts.md. Source: c2sp.org/tlog-proof.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/entry.h"
#include "ledger/checkpoint.h"
#include "ledger/tlog_proof.h"

namespace kensho::journal {

/// An entry as a receipt opens it.
struct Opening {
  Entry entry;               // commitment and leaf follow from the rest
  bool header_only = false;  // key, subject, reason and payload are not given: they were erased
};

/// The opening of an entry: the canonical JSON of {header, key, sealed}, key and sealed part left
/// out where only the header may be shown.
std::string format_opening(const Entry& entry);
std::string format_header_opening(const Entry& entry);

/// Errors  invalid_argument: not the one spelling that format_opening gives.
///         corrupted: the sealed part is not what the header's commitment stands for.
/// The leaf is computed from the header: only a proof that it is in a signed tree makes it true.
Result<Opening> parse_opening(std::string_view text);

/// The text of a receipt. `proof` is about this entry's index; its `extra` is replaced.
std::string format_receipt(const Entry& entry, ledger::LogProof proof);

/// What a receipt proves.
struct ProvenReceipt {
  Opening opening;
  ledger::Checkpoint checkpoint;  // the signed tree that holds the entry
};

/// The proven content of a receipt: its opening recomputes a leaf that stands at the entry's number
/// in the tree of a checkpoint signed by `log`.
///
/// Errors  invalid_argument: not a receipt; it opens no entry.
///         corrupted: says which step fails: opening, entry number, inclusion, signature.
/// A changed byte is refused, or is one that nothing is claimed from: the checkpoint's signature
/// lines of other keys.
Result<ProvenReceipt> verify_receipt(std::string_view text, const ledger::NoteKey& log);

}  // namespace kensho::journal
