// A receipt: a tlog-proof whose `extra` line opens the entry, so that whoever holds it can check
// offline what was reported. Format: docs/receipts.md. Source: c2sp.org/tlog-proof.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/entry.h"
#include "ledger/policy.h"
#include "ledger/tlog_proof.h"

namespace kensho::journal {

/// The opening of an entry: the canonical JSON of {header, key, sealed}; of {header} alone if the
/// entry was erased.
std::string format_opening(const Entry& entry);

/// The entry that an opening shows; `erased` where it shows the header alone.
///
/// Errors  invalid_argument: not the one spelling that format_opening gives.
///         corrupted: the sealed part is not what the header's commitment stands for.
/// The leaf is computed from the header: only a proof that it is in a signed tree makes it true.
Result<Entry> parse_opening(std::string_view text);

/// The text of a receipt. `proof` is about this entry's index; its `extra` is replaced.
std::string format_receipt(const Entry& entry, ledger::LogProof proof);

/// What is checked, in this order.
enum class ReceiptStep : unsigned char {
  form,       // it is a tlog-proof with an opening
  signature,  // a trusted log signed the checkpoint
  witnesses,  // enough witnesses cosigned it
  opening,    // what it shows is what the entry's leaf commits to
  inclusion,  // that leaf is in the signed tree, at the entry's number
};

/// What a receipt proves.
struct ProvenReceipt {
  Entry entry;
  ledger::PolicyReport signers;  // with the checkpoint whose tree holds the entry
};

/// A policy that trusts one log and asks for no witness.
ledger::Policy trust_in(const ledger::NoteKey& log);

/// The proven content of a receipt. `reached` tells how far it came: after an error, the step that
/// failed.
///
/// Errors  invalid_argument: not a receipt, or it opens no entry; the policy lists no log.
///         corrupted: says what fails.
/// A changed byte is refused, or is one that nothing is claimed from: the checkpoint's signature
/// lines of keys that the policy does not name.
Result<ProvenReceipt> verify_receipt(std::string_view text, const ledger::Policy& policy,
                                     ReceiptStep* reached = nullptr);

}  // namespace kensho::journal
