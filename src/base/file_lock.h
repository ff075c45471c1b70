#pragma once

#include <filesystem>

#include "base/result.h"

namespace kensho {

/// A lock that one process holds at a time, on a file made for it. It goes with the object, and
/// with the process however it ends.
class FileLock {
 public:
  /// Takes the lock without waiting. Errors: unavailable: `refusal` where another process holds it;
  /// the system's reason where the file cannot be opened.
  static Result<FileLock> take(const std::filesystem::path& file, const std::string& refusal);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int handle) : handle_(handle) {}

  int handle_;
};

}  // namespace kensho
