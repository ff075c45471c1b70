#include "base/crypto_signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/check.h"

namespace kensho {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

Error bad_signature() {
  ERR_clear_error();  // a refused signature must not confuse the next OpenSSL call of this thread
  return {Errc::corrupted, "the Ed25519 signature does not match the key and the message"};
}

}  // namespace

Ed25519Signer::Ed25519Signer(evp_pkey_st* key) : key_(key) {
  ENSURE(key_ != nullptr);
  std::size_t size = public_key_.size();
  ENSURE(EVP_PKEY_get_raw_public_key(key_.get(), public_key_.data(), &size) == 1);
  ENSURE(size == public_key_.size());
}

void Ed25519Signer::Free::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

Ed25519Signer Ed25519Signer::generate() {
  return Ed25519Signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

Ed25519Signer Ed25519Signer::from_seed(const Ed25519Seed& seed) {
  return Ed25519Signer(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
}

Ed25519Seed Ed25519Signer::seed() const {
  Ed25519Seed seed;
  std::size_t size = seed.size();
  ENSURE(EVP_PKEY_get_raw_private_key(key_.get(), seed.data(), &size) == 1);
  return seed;
}

Ed25519Signature Ed25519Signer::sign(ByteView message) const {
  const Context context(EVP_MD_CTX_new());
  ENSURE(context != nullptr);
  ENSURE(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  Ed25519Signature signature;
  std::size_t size = signature.size();
  ENSURE(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) ==
         1);
  return signature;
}

Status verify_ed25519(const Ed25519PublicKey& key, ByteView message, ByteView signature) {
  const std::unique_ptr<EVP_PKEY, FreeKey> public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Context context(EVP_MD_CTX_new());
  ENSURE(context != nullptr);
  if (public_key == nullptr || signature.size() != std::tuple_size_v<Ed25519Signature> ||
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) != 1 ||
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                       message.size()) != 1)
    return bad_signature();
  return ok();
}

}  // namespace kensho
