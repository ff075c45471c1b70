#include "base/random_bytes.h"

#include <openssl/rand.h>

#include "base/check.h"

namespace kensho {

void fill_random(std::span<std::uint8_t> bytes) {
  ENSURE(RAND_priv_bytes_ex(nullptr, bytes.data(), bytes.size(), 0) == 1);
}

Bytes random_bytes(std::size_t count) {
  Bytes bytes(count);
  fill_random(bytes);
  return bytes;
}

}  // namespace kensho
