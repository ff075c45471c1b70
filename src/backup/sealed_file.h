// Bytes sealed as one stream: cut into frames, padded so that the length says little, hashed.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>
#include <string>

#include "base/crypto_hash.h"
#include "base/secret_stream.h"

namespace kensho::backup {

inline constexpr std::size_t frame_bytes = 64 * 1024;  // of content in one sealed message

/// The length that content of this length is padded to: at most 12 % more, and only a few lengths
/// of each magnitude exist. Source: Padme, in Nikitin et al., PETS 2019, section 4.
std::uint64_t padded_length(std::uint64_t bytes);

/// What a sealed file is known by from outside.
struct SealedSize {
  Hash sha256{};            // of the sealed bytes
  std::uint64_t bytes = 0;  // their number

  friend bool operator==(const SealedSize&, const SealedSize&) = default;
};

/// Seals content as it comes; memory does not grow with it.
class SealedWriter {
 public:
  /// To a new file. `associated` says what the content is: the reader must know it.
  /// Errors: unavailable.
  static Result<SealedWriter> create(const std::filesystem::path& file, const SecretKey& key,
                                     std::string associated);
  /// To a stream, which messages call `name`.
  SealedWriter(std::unique_ptr<std::ostream> sink, std::string name, const SecretKey& key,
               std::string associated);
  SealedWriter(SealedWriter&&) noexcept;
  ~SealedWriter();

  /// Errors: unavailable (the disk is full).
  Status write(ByteView content);
  /// Pads, ends the stream and gives it to the system; making it durable is the caller's.
  Result<SealedSize> finish();
  const std::ostream& sink() const { return *sink_; }

 private:
  Status emit(ByteView sealed);
  Status seal_pending(StreamPart part);

  std::unique_ptr<std::ostream> sink_;
  std::string name_;
  std::string associated_;
  SecretStreamWriter stream_;
  Sha256 hash_;
  SealedSize size_;
  std::uint64_t content_bytes_ = 0;
  Bytes pending_;
};

/// Reads sealed content back; memory does not grow with it. Nothing unverified is ever given out.
class SealedReader {
 public:
  /// Errors: not_found, unavailable; corrupted: shorter than any sealed file.
  static Result<SealedReader> open(const std::filesystem::path& file, const SecretKey& key,
                                   std::string associated);
  static Result<SealedReader> open(std::unique_ptr<std::istream> source, std::string name,
                                   const SecretKey& key, std::string associated);
  SealedReader(SealedReader&&) noexcept;
  ~SealedReader();

  /// Fills `content`. Errors: corrupted: the bytes are not those that were sealed, or are at their
  /// end.
  Status read(std::span<std::uint8_t> content);
  /// Checks that nothing but padding is left; gives what the whole is known by from outside.
  Result<SealedSize> finish();

 private:
  SealedReader(std::unique_ptr<std::istream> source, std::string name, std::string associated,
               SecretStreamReader stream);

  Error damaged(std::string_view what) const;
  Status next_frame();

  std::unique_ptr<std::istream> source_;
  std::string name_;
  std::string associated_;
  SecretStreamReader stream_;
  Sha256 hash_;
  SealedSize size_;
  SecretStreamReader::Message frame_;
  std::size_t taken_ = 0;  // bytes of the frame that were given out
};

}  // namespace kensho::backup
