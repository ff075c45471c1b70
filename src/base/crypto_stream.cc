#include "base/crypto_stream.h"

#include <algorithm>
#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/check.h"

// OpenSSL fails here only without memory or a default provider: no caller could go on, so ENSURE.

namespace kensho {

StreamCipher::StreamCipher(const Hash& key) : context_(EVP_CIPHER_CTX_new()), key_(key) {
  ENSURE(context_ != nullptr);
}

StreamCipher::~StreamCipher() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

void StreamCipher::apply(std::span<std::uint8_t> bytes, std::uint64_t offset) {
  ENSURE(offset % block_bytes == 0);
  constexpr std::size_t bytes_a_call = std::size_t{1} << 30;  // OpenSSL counts in int
  std::array<std::uint8_t, block_bytes> counter{};
  std::uint64_t block = offset / block_bytes;
  for (std::size_t i = counter.size(); block != 0; block >>= 8)
    counter[--i] = static_cast<std::uint8_t>(block);
  ENSURE(EVP_EncryptInit_ex(context_.get(), EVP_aes_256_ctr(), nullptr, key_.data(),
                            counter.data()) == 1);
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), bytes_a_call));
    int written = 0;
    ENSURE(EVP_EncryptUpdate(context_.get(), part.data(), &written, part.data(),
                             static_cast<int>(part.size())) == 1);
    bytes = bytes.subspan(part.size());
  }
}

void StreamCipher::Free::operator()(evp_cipher_ctx_st* context) const {
  EVP_CIPHER_CTX_free(context);
}

}  // namespace kensho
