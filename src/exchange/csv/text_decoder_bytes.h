// Raw bytes of a file or of memory, read in pieces: what TextDecoder decodes.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace kensho {

/// A source of raw bytes: an open file, or bytes already in memory (an upload).
class ByteSource {
 public:
  /// Opens a file, or a pipe such as /dev/stdin.
  /// Errors  not_found: no such file; invalid_argument: a directory; permission_denied;
  /// unavailable:
  ///         any other failure of the system, in its words.
  static Result<ByteSource> open(const std::filesystem::path& path);

  /// Takes bytes that are in memory.
  static ByteSource from_bytes(std::string bytes);

  /// Fills `out` from the source and returns how many bytes it got; fewer than `out.size()` only at
  /// the end. Errors: unavailable when the system cannot read on.
  Result<std::size_t> read(std::span<char> out);

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::unique_ptr<std::FILE, CloseFile> file_;  // null: the bytes below are the source
  std::string bytes_;
  std::size_t position_ = 0;
};

}  // namespace kensho
