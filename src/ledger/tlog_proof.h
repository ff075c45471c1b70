// A receipt anyone can check offline. Source: c2sp.org/tlog-proof.
#pragma once

#include <string>
#include <string_view>

#include "ledger/proof.h"
#include "ledger/signed_note.h"

namespace kensho::ledger {

/// That an entry stands at `index` in the tree of a signed checkpoint.
struct LogProof {
  std::string extra;  // opaque bytes of the `extra` line, which nothing vouches for; empty: no line
  std::uint64_t index = 0;
  Proof hashes;
  std::string checkpoint;  // the signed note
};

/// The text form: "c2sp.org/tlog-proof@v1", "extra BASE64" if there is any, "index N", one hash a
/// line, a blank line, the checkpoint.
std::string format_log_proof(const LogProof& proof);

/// Errors: invalid_argument: not of that form; one proof has one spelling up to its checkpoint.
Result<LogProof> parse_log_proof(std::string_view text);

/// Success if `leaf_data` is the entry the proof is about, under a checkpoint signed by `log`.
/// Errors: corrupted or invalid_argument, saying which step fails.
Status verify_log_proof(const LogProof& proof, ByteView leaf_data, const NoteKey& log);

}  // namespace kensho::ledger
