// Cosignatures: a witness's statement that at some time a checkpoint was the largest consistent one
// it had seen of a log. Source: c2sp.org/tlog-cosignature, Ed25519.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crypto_signature.h"
#include "base/result.h"
#include "ledger/note_signature.h"
#include "ledger/verifier_key.h"

namespace kensho::ledger {

/// A witness's key that cosigns checkpoints. It must serve no other purpose: what it signs names
/// neither the witness nor, but for its first line, the purpose.
class Cosigner {
 public:
  /// Errors: as CosignerKey::make.
  static Result<Cosigner> make(std::string name, Ed25519Signer signer);

  const CosignerKey& key() const { return key_; }
  /// The cosignature of a checkpoint's note text, as of this time (in whole seconds).
  /// What the signature states is the caller's to have made sure of.
  /// Errors: invalid_argument: the text is no checkpoint, or the time is before 1970.
  Result<NoteSignature> cosign(std::string_view checkpoint_text, TimeUtc time) const;

 private:
  Cosigner(CosignerKey key, Ed25519Signer signer);

  CosignerKey key_;
  Ed25519Signer signer_;
};

/// The time of a cosignature, in seconds since 1970, if the key made it for this note text.
///
/// Errors  corrupted: another key's (name or id), of a wrong length, a time above 2^63 - 1, or the
///         signature does not fit text and time.
/// Cost    About 0.1 ms.
/// Checked against tests/reference/ledger/cosignatures.json: cosignatures that four operators of
/// witnesses made, and those of a second implementation.
Result<std::int64_t> verify_cosignature(std::string_view checkpoint_text,
                                        const NoteSignature& cosignature, const CosignerKey& key);

}  // namespace kensho::ledger
