// Text as clinics send it, turned into checked UTF-8 a piece at a time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace kensho {

/// How the bytes of a file stand for characters. It is stated, never guessed.
enum class TextEncoding : unsigned char {
  utf8,       ///< strict; a byte-order mark at the start is skipped
  shift_jis,  ///< as Windows spreadsheets write it (CP932); see text_decoder_shift_jis.h
};

/// A pull source of valid UTF-8 over a file or over bytes in memory.
///
/// Reading stops at the first wrong byte: what stands before it is still delivered, then the error,
/// with the line and the byte offset (from 0, a byte-order mark included). Messages do not repeat
/// the file's text, and only those of `open` name the file: the caller knows which one it reads.
/// Cost    flat memory whatever the size: nothing of note for UTF-8, 96 KiB for Shift_JIS.
class TextDecoder {
 public:
  /// Opens a file (or a pipe such as /dev/stdin) and looks at its first bytes.
  /// Errors  not_found; permission_denied; unavailable: the system cannot read it;
  ///         invalid_argument: a directory, an empty file, a UTF-16 file, or a UTF-8 byte-order
  ///         mark in a file said to be Shift_JIS.
  static Result<TextDecoder> open(const std::filesystem::path& path, TextEncoding encoding);

  /// The same over bytes already in memory, such as an upload.
  static Result<TextDecoder> from_bytes(std::string bytes, TextEncoding encoding);

  /// Smallest buffer that `read` accepts.
  static constexpr std::size_t min_read_bytes = 16;

  /// Writes the next valid UTF-8 into `out`, in whole characters, and returns how many bytes; 0 at
  /// the end. `out` holds at least `min_read_bytes`.
  /// Errors  invalid_argument: wrong bytes; unavailable: the system cannot read on. An error is
  ///         returned again by every later call.
  Result<std::size_t> read(std::span<char> out);

  TextDecoder(TextDecoder&&) noexcept;
  TextDecoder& operator=(TextDecoder&&) noexcept;
  ~TextDecoder();

 private:
  class Impl;
  explicit TextDecoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kensho
