// Signed notes: text with Ed25519 signature lines below it. Source: c2sp.org/signed-note.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto_signature.h"
#include "base/result.h"

namespace kensho::ledger {

inline constexpr std::size_t max_note_bytes = 1'000'000;  // room for 100 post-quantum signatures
inline constexpr std::size_t max_note_signatures = 100;   // the source asks for at least 16

/// The public half of a note key: a name and an Ed25519 key. The pair (name, id) tells keys apart.
class NoteKey {
 public:
  /// Errors: invalid_argument: the name is empty, not UTF-8, or has a space, a plus or a control
  /// character.
  static Result<NoteKey> make(std::string name, const Ed25519PublicKey& public_key);
  /// The key of its text form, "name+id in hex+base64 of type and key".
  /// Errors: invalid_argument: not exactly as `text` writes it, or of another type than Ed25519.
  static Result<NoteKey> parse(std::string_view text);

  const std::string& name() const { return name_; }
  const Ed25519PublicKey& public_key() const { return public_key_; }
  /// First four bytes of SHA-256(name || 0x0A || 0x01 || key), read big-endian.
  std::uint32_t id() const { return id_; }
  /// What is published so that others can verify, in one line.
  std::string text() const;

  friend bool operator==(const NoteKey&, const NoteKey&) = default;

 private:
  NoteKey(std::string name, const Ed25519PublicKey& public_key);

  std::string name_;
  Ed25519PublicKey public_key_;
  std::uint32_t id_;
};

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

/// One signature line, not verified.
struct NoteSignature {
  std::string key_name;
  std::uint32_t key_id;
  Bytes signature;
};

/// A well-formed note, not verified: nothing in it may be trusted yet.
struct UnverifiedNote {
  std::string text;  // with its last line end
  std::vector<NoteSignature> signatures;
};

/// Errors: invalid_argument: not of the form of a signed note, or above the limits.
Result<UnverifiedNote> parse_note(std::string_view note);

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

}  // namespace kensho::ledger
