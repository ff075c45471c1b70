// Ed25519 signatures.
#pragma once

#include <array>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY, kept out of this header

namespace kensho {

using Ed25519PublicKey = std::array<std::uint8_t, 32>;
using Ed25519Seed = std::array<std::uint8_t, 32>;  // secret: the whole private key derives from it
using Ed25519Signature = std::array<std::uint8_t, 64>;

/// A private key that signs. Const use from several threads is safe.
class Ed25519Signer {
 public:
  /// A new key from the system's secure random source.
  static Ed25519Signer generate();
  /// The key of a stored seed.
  static Ed25519Signer from_seed(const Ed25519Seed& seed);

  const Ed25519PublicKey& public_key() const { return public_key_; }
  /// The seed, to be stored where only the owner of the key can read it.
  Ed25519Seed seed() const;
  /// The signature of the message: deterministic, about 40 microseconds. Source: RFC 8032, by
  /// OpenSSL.
  Ed25519Signature sign(ByteView message) const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  explicit Ed25519Signer(evp_pkey_st* key);

  std::unique_ptr<evp_pkey_st, Free> key_;
  Ed25519PublicKey public_key_;
};

/// Success if the signature is the key's for exactly this message.
///
/// Errors  corrupted: it is not (wrong key, message or signature bytes).
/// Cost    About 0.1 ms. Thread safe.
/// Source  RFC 8032 section 5.1.7, by OpenSSL.
/// Checked against Wycheproof ed25519_test.json (tests/reference/ledger/wycheproof).
Status verify_ed25519(const Ed25519PublicKey& key, ByteView message, ByteView signature);

}  // namespace kensho
