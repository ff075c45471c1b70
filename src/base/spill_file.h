#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/crypto_stream.h"
#include "base/result.h"

namespace kensho {

/// A temporary file for what does not fit into memory: without a name from the start, readable for
/// its owner alone, gone with the process, and encrypted under a key that is never written down, so
/// that its blocks tell nothing when the disk gives them to somebody else.
class SpillFile {
 public:
  /// Errors: unavailable: the folder cannot be written to.
  static Result<SpillFile> create(const std::filesystem::path& folder);

  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&&) = delete;
  ~SpillFile();

  std::uint64_t size_bytes() const { return size_; }
  /// Adds bytes at the end, which is then moved to a multiple of 16. The bytes are encrypted in
  /// place. Errors: unavailable (disk full).
  Status append(std::span<std::uint8_t> bytes);
  /// Fills `out` from a place that is a multiple of 16. Errors: unavailable.
  Status read(std::span<std::uint8_t> out, std::uint64_t offset);

 private:
  SpillFile(int handle, std::filesystem::path folder);

  int handle_;
  std::filesystem::path folder_;
  std::unique_ptr<StreamCipher> cipher_;
  std::uint64_t size_ = 0;
};

}  // namespace kensho
