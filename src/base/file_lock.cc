#include "base/file_lock.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace kensho {

Result<FileLock> FileLock::take(const std::filesystem::path& file, const std::string& refusal) {
  const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (handle < 0) {
    return Error{Errc::unavailable,
                 fmt::format("{}: cannot open: {}", file.string(), std::strerror(errno))};
  }
  FileLock lock(handle);
  if (::flock(handle, LOCK_EX | LOCK_NB) != 0) return Error{Errc::unavailable, refusal};
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

FileLock::~FileLock() {
  if (handle_ >= 0) ::close(handle_);
}

}  // namespace kensho
