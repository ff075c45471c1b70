// The public keys behind the signature lines of notes. Source: c2sp.org/signed-note, Verifier keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto_signature.h"
#include "base/result.h"

namespace kensho::ledger {

/// What a signature line holds. Source: c2sp.org/signed-note, Signature types.
enum class SignatureType : std::uint8_t {
  ed25519 = 0x01,      // a plain signature of the note text: what a log makes
  cosignature = 0x04,  // a signature with a time, of text and time: what a witness makes
};

/// Whether a text may name a key: UTF-8, not empty, no Unicode space, plus or control character.
bool is_key_name(std::string_view name);

/// The public half of a key for one type of signature: a name and an Ed25519 key. The pair
/// (name, id) tells keys apart; the type is part of the id, so that no signature passes for one of
/// another type.
template <SignatureType Type>
class VerifierKey {
 public:
  /// Errors: invalid_argument: not a key name (see is_key_name).
  static Result<VerifierKey> make(std::string name, const Ed25519PublicKey& public_key);
  /// The key of its text form, "name+id in hex+base64 of type and key".
  /// Errors: invalid_argument: not exactly as `text` writes it, or of another type; says which.
  static Result<VerifierKey> parse(std::string_view text);

  const std::string& name() const { return name_; }
  const Ed25519PublicKey& public_key() const { return public_key_; }
  /// First four bytes of SHA-256(name || 0x0A || type || key), read big-endian.
  std::uint32_t id() const { return id_; }
  /// What is published so that others can verify, in one line.
  std::string text() const;

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

 private:
  VerifierKey(std::string name, const Ed25519PublicKey& public_key);

  std::string name_;
  Ed25519PublicKey public_key_;
  std::uint32_t id_;
};

using NoteKey = VerifierKey<SignatureType::ed25519>;          // a log's
using CosignerKey = VerifierKey<SignatureType::cosignature>;  // a witness's

}  // namespace kensho::ledger
