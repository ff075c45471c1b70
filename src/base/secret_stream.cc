#include "base/secret_stream.h"

#include <sodium.h>

#include "base/random_bytes.h"

namespace kensho {

static_assert(std::tuple_size_v<SecretKey> == crypto_secretstream_xchacha20poly1305_KEYBYTES);
static_assert(secret_stream_header_bytes == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(secret_stream_overhead_bytes == crypto_secretstream_xchacha20poly1305_ABYTES);

struct SecretStreamState {
  crypto_secretstream_xchacha20poly1305_state sodium{};
  SecretStreamState() {
    static const bool ready = sodium_init() >= 0;
    ENSURE(ready);
  }
  SecretStreamState(const SecretStreamState&) = delete;
  SecretStreamState& operator=(const SecretStreamState&) = delete;
  ~SecretStreamState() { sodium_memzero(&sodium, sizeof sodium); }
};

SecretKey new_secret_key() {
  SecretKey key;
  fill_random(key);
  return key;
}

SecretStreamWriter::SecretStreamWriter(const SecretKey& key)
    : state_(std::make_unique<SecretStreamState>()) {
  ENSURE(crypto_secretstream_xchacha20poly1305_init_push(&state_->sodium, header_.data(),
                                                         key.data()) == 0);
}
SecretStreamWriter::SecretStreamWriter(SecretStreamWriter&&) noexcept = default;
SecretStreamWriter& SecretStreamWriter::operator=(SecretStreamWriter&&) noexcept = default;
SecretStreamWriter::~SecretStreamWriter() = default;

Bytes SecretStreamWriter::seal(ByteView message, ByteView associated, StreamPart part) {
  ENSURE(state_ != nullptr);
  Bytes sealed(message.size() + secret_stream_overhead_bytes);
  const unsigned char tag =
      part == StreamPart::last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
  ENSURE(crypto_secretstream_xchacha20poly1305_push(
             &state_->sodium, sealed.data(), nullptr, message.data(), message.size(),
             associated.data(), associated.size(), tag) == 0);
  if (part == StreamPart::last) state_.reset();
  return sealed;
}

SecretStreamReader::SecretStreamReader(std::unique_ptr<SecretStreamState> state)
    : state_(std::move(state)) {}
SecretStreamReader::SecretStreamReader(SecretStreamReader&&) noexcept = default;
SecretStreamReader& SecretStreamReader::operator=(SecretStreamReader&&) noexcept = default;
SecretStreamReader::~SecretStreamReader() = default;

Result<SecretStreamReader> SecretStreamReader::open(const SecretKey& key, ByteView header) {
  if (header.size() != secret_stream_header_bytes) {
    return Error{Errc::invalid_argument, "the header of a sealed stream has 24 bytes"};
  }
  auto state = std::make_unique<SecretStreamState>();
  ENSURE(crypto_secretstream_xchacha20poly1305_init_pull(&state->sodium, header.data(),
                                                         key.data()) == 0);
  return SecretStreamReader(std::move(state));
}

Result<SecretStreamReader::Message> SecretStreamReader::open_next(ByteView sealed,
                                                                  ByteView associated) {
  const Error damaged{Errc::corrupted, "the bytes are not those that were sealed with this key"};
  if (sealed.size() < secret_stream_overhead_bytes) return damaged;
  Message message;
  message.bytes.resize(sealed.size() - secret_stream_overhead_bytes);
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(&state_->sodium, message.bytes.data(), nullptr,
                                                 &tag, sealed.data(), sealed.size(),
                                                 associated.data(), associated.size()) != 0) {
    return damaged;
  }
  const bool last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  message.part = last ? StreamPart::last : StreamPart::more;
  return message;
}

}  // namespace kensho
