// Signed notes: text with Ed25519 signature lines below it. Source: c2sp.org/signed-note.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto_signature.h"
#include "base/result.h"
#include "ledger/note_signature.h"
#include "ledger/verifier_key.h"

namespace kensho::ledger {

inline constexpr std::size_t max_note_bytes = 1'000'000;  // room for 100 post-quantum signatures

/// A key that signs notes.
class NoteSigner {
 public:
  /// Errors: as NoteKey::make.
  static Result<NoteSigner> make(std::string name, Ed25519Signer signer);

  const NoteKey& key() const { return key_; }
  /// The note of this text: text, blank line, one signature line.
  /// Errors: invalid_argument: the text does not end with a line end, is not UTF-8, or has a
  /// control character other than the line end.
  Result<std::string> sign(std::string_view text) const;

 private:
  NoteSigner(NoteKey key, Ed25519Signer signer);

  NoteKey key_;
  Ed25519Signer signer_;
};

/// A well-formed note, not verified: nothing in it may be trusted yet.
struct UnverifiedNote {
  std::string text;  // with its last line end
  std::vector<NoteSignature> signatures;
};

/// Errors: invalid_argument: not of the form of a signed note, or above the limits.
Result<UnverifiedNote> parse_note(std::string_view note);

/// The note's bytes: text, blank line, signature lines. What parse_note read comes out unchanged.
std::string format_note(const UnverifiedNote& note);

/// A note that at least one trusted key signed.
struct VerifiedNote {
  std::string text;
  std::vector<NoteKey> signers;  // in the order of the trusted keys
};

/// The note, if a trusted key signed it. Signatures of other keys are ignored.
///
/// Errors  invalid_argument: malformed, or two trusted keys share name and id.
///         corrupted: a signature of a trusted key is wrong, or there is none.
/// Checked against the note of golang.org/x/mod/sumdb/note and the examples of the C2SP pages.
Result<VerifiedNote> verify_note(std::string_view note, std::span<const NoteKey> trusted);

/// The same note with the signatures of the trusted keys alone, all of them verified.
/// Errors: as verify_note.
Result<UnverifiedNote> keep_trusted(std::string_view note, std::span<const NoteKey> trusted);

}  // namespace kensho::ledger
