#include "base/spill_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/random_bytes.h"

namespace kensho {
namespace {

Error failed(const std::filesystem::path& folder, const char* doing) {
  return {Errc::unavailable, fmt::format("{}: a temporary file cannot be {}: {}", folder.string(),
                                         doing, std::strerror(errno))};
}

/// A file without a name; where the file system has none, one whose name is taken away at once.
int open_nameless(const std::filesystem::path& folder) {
  const int handle = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (handle >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return handle;
  std::string name = (folder / "spill-XXXXXX").string();
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

Hash random_key() {
  Hash key;
  fill_random(key);
  return key;
}

}  // namespace

Result<SpillFile> SpillFile::create(const std::filesystem::path& folder) {
  const int handle = open_nameless(folder);
  if (handle < 0) return failed(folder, "made");
  return SpillFile(handle, folder);
}

SpillFile::SpillFile(int handle, std::filesystem::path folder)
    : handle_(handle),
      folder_(std::move(folder)),
      cipher_(std::make_unique<StreamCipher>(random_key())) {}

SpillFile::SpillFile(SpillFile&& other) noexcept
    : handle_(std::exchange(other.handle_, -1)),
      folder_(std::move(other.folder_)),
      cipher_(std::move(other.cipher_)),
      size_(other.size_) {}

SpillFile::~SpillFile() {
  if (handle_ >= 0) ::close(handle_);
}

Status SpillFile::append(std::span<std::uint8_t> bytes) {
  cipher_->apply(bytes, size_);
  std::uint64_t at = size_;
  for (std::span<const std::uint8_t> left = bytes; !left.empty();) {
    const ssize_t written = ::pwrite(handle_, left.data(), left.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(folder_, "written");
    left = left.subspan(static_cast<std::size_t>(written));
    at += static_cast<std::uint64_t>(written);
  }
  size_ =
      (at + StreamCipher::block_bytes - 1) / StreamCipher::block_bytes * StreamCipher::block_bytes;
  return ok();
}

Status SpillFile::read(std::span<std::uint8_t> out, std::uint64_t offset) {
  std::uint64_t at = offset;
  for (std::span<std::uint8_t> left = out; !left.empty();) {
    const ssize_t got = ::pread(handle_, left.data(), left.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failed(folder_, "read");
    left = left.subspan(static_cast<std::size_t>(got));
    at += static_cast<std::uint64_t>(got);
  }
  cipher_->apply(out, offset);
  return ok();
}

}  // namespace kensho
