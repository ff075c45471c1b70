// A file already opened for reading: what was checked is what is sent, whatever happens to its
// name.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "base/result.h"

namespace kensho {

/// Owns one file descriptor and the size the file had when it was opened. Move only.
class OpenFile {
 public:
  /// Takes over `descriptor`, which is open for reading.
  OpenFile(int descriptor, std::uint64_t size_bytes)
      : descriptor_(descriptor), size_bytes_(size_bytes) {}
  OpenFile(OpenFile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), size_bytes_(other.size_bytes_) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_bytes_, other.size_bytes_);
    return *this;
  }
  ~OpenFile();

  /// The size announced to the client.
  std::uint64_t size_bytes() const { return size_bytes_; }

  /// Reads up to into.size() bytes at `offset_bytes`; 0 at the end of the file.
  /// Errors: unavailable when the system refuses the read.
  Result<std::size_t> read_at(std::uint64_t offset_bytes, std::span<char> into) const;

 private:
  int descriptor_;
  std::uint64_t size_bytes_;
};

}  // namespace kensho
