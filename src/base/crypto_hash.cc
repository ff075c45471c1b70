#include "base/crypto_hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/check.h"

// OpenSSL fails here only when it has no memory or no default provider: no caller could go on, so
// ENSURE.

namespace kensho {
namespace {

// Fetching an algorithm by name costs three times the hash of a tree node, so it happens once.
const EVP_MD* sha256_algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ENSURE(algorithm != nullptr);
  return algorithm;
}

EVP_MAC* hmac_algorithm() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  ENSURE(algorithm != nullptr);
  return algorithm;
}

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

}  // namespace

Hash sha256(ByteView data) {
  thread_local Sha256 hasher;  // spares an allocation each call
  return hasher.update(data).finish();
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  ENSURE(context_ != nullptr);
  ENSURE(EVP_DigestInit_ex2(context_.get(), sha256_algorithm(), nullptr) == 1);
}

Sha256::~Sha256() = default;

Sha256& Sha256::update(ByteView data) {
  ENSURE(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1);
  return *this;
}

Hash Sha256::finish() {
  Hash hash;
  ENSURE(EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr) == 1);
  ENSURE(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  return hash;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Hash hmac_sha256(ByteView key, ByteView message) {
  const std::unique_ptr<EVP_MAC_CTX, FreeMac> context(EVP_MAC_CTX_new(hmac_algorithm()));
  ENSURE(context != nullptr);
  char digest[] = "SHA256";  // OSSL_PARAM takes it without const, and only reads it
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  // An empty key is allowed by RFC 2104, but a null pointer would mean "keep the old key".
  const std::uint8_t no_key = 0;
  const std::uint8_t* key_data = key.empty() ? &no_key : key.data();
  ENSURE(EVP_MAC_init(context.get(), key_data, key.size(), parameters.data()) == 1);
  ENSURE(EVP_MAC_update(context.get(), message.data(), message.size()) == 1);
  Hash code;
  std::size_t written = 0;
  ENSURE(EVP_MAC_final(context.get(), code.data(), &written, code.size()) == 1);
  ENSURE(written == code.size());
  return code;
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace kensho
