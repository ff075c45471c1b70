// Encryption of a sequence of messages: none of them can be read, changed, left out, put in another
// order, cut off or added to without the key.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"

namespace kensho {

using SecretKey = std::array<std::uint8_t, 32>;

/// A new key from the system's secure random source.
SecretKey new_secret_key();

inline constexpr std::size_t secret_stream_header_bytes = 24;
inline constexpr std::size_t secret_stream_overhead_bytes = 17;  // a message grows by this

/// Whether a message is followed by another one.
enum class StreamPart : unsigned char { more, last };

struct SecretStreamState;  // libsodium's state, kept out of this header; wiped when it goes

/// Seals messages. One object makes one stream and serves one thread; nothing may be sealed after
/// the last message. The same key may seal any number of streams: each has a random header.
///
/// Cost    About 1 ns a byte.
/// Source  XChaCha20-Poly1305 as libsodium's crypto_secretstream_xchacha20poly1305.
/// Checked against damage of every kind (secret_stream_test.cc) and a reader outside the program
///         (tests/e2e/backup_reader.py).
class SecretStreamWriter {
 public:
  explicit SecretStreamWriter(const SecretKey& key);
  SecretStreamWriter(SecretStreamWriter&&) noexcept;
  SecretStreamWriter& operator=(SecretStreamWriter&&) noexcept;
  ~SecretStreamWriter();

  /// What the reader needs first; not secret.
  const std::array<std::uint8_t, secret_stream_header_bytes>& header() const { return header_; }
  /// The sealed message. `associated` is not in it, but the reader must know the same bytes.
  Bytes seal(ByteView message, ByteView associated, StreamPart part);

 private:
  std::array<std::uint8_t, secret_stream_header_bytes> header_{};
  std::unique_ptr<SecretStreamState> state_;
};

/// Opens the messages of a stream, in their order.
class SecretStreamReader {
 public:
  struct Message {
    Bytes bytes;
    StreamPart part = StreamPart::more;
  };

  /// Errors: invalid_argument: the header has another length.
  static Result<SecretStreamReader> open(const SecretKey& key, ByteView header);
  SecretStreamReader(SecretStreamReader&&) noexcept;
  SecretStreamReader& operator=(SecretStreamReader&&) noexcept;
  ~SecretStreamReader();

  /// The next message. Errors: corrupted: it is not the next message of this stream under this key
  /// and these associated bytes; the reader is then of no more use.
  Result<Message> open_next(ByteView sealed, ByteView associated);

 private:
  explicit SecretStreamReader(std::unique_ptr<SecretStreamState> state);

  std::unique_ptr<SecretStreamState> state_;
};

}  // namespace kensho
