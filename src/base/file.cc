#include "base/file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto_hash.h"
#include "base/encoding.h"

namespace kensho {
namespace {

namespace fs = std::filesystem;

Error system_error(const fs::path& path, const char* doing) {
  const Errc code = errno == ENOENT ? Errc::not_found : Errc::unavailable;
  return {code, fmt::format("{}: cannot {}: {}", path.string(), doing, std::strerror(errno))};
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int handle) : handle_(handle) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (handle_ >= 0) ::close(handle_);
  }
  int get() const { return handle_; }

 private:
  int handle_;
};

/// Whether a written file must be on the disk before we go on.
enum class Sync : unsigned char { now, later };

Status write_all(int handle, std::string_view content, const fs::path& path, Sync sync) {
  while (!content.empty()) {
    const ssize_t written = ::write(handle, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error(path, "write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (sync == Sync::now && ::fsync(handle) != 0) return system_error(path, "sync");
  return ok();
}

Status sync_folder(const fs::path& folder) {
  const Descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.get() < 0 || ::fsync(handle.get()) != 0)
    return system_error(folder, "sync the folder");
  return ok();
}

Status write_new(const fs::path& path, std::string_view content, FileReaders readers, Sync sync) {
  const mode_t mode = readers == FileReaders::everyone ? 0644 : 0600;
  const Descriptor handle(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (handle.get() < 0) return system_error(path, "create");
  return write_all(handle.get(), content, path, sync);
}

Status check_is_file(const fs::path& path) {
  std::error_code problem;
  const auto status = fs::status(path, problem);
  if (!fs::exists(status)) {
    return Error{Errc::not_found, fmt::format("{}: there is no such file", path.string())};
  }
  if (fs::is_directory(status)) {
    return Error{Errc::unavailable, fmt::format("{}: this is a folder, not a file", path.string())};
  }
  return ok();
}

/// Writes a file beside `path` and renames it.
Status write_beside(const fs::path& path, std::string_view content, FileReaders readers,
                    Sync sync) {
  const fs::path temporary = path.string() + ".new";
  Status written = write_new(temporary, content, readers, sync);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = system_error(path, "replace");
  }
  if (!written) ::unlink(temporary.c_str());
  return written;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

bool can_exchange(int system_code) {
  return system_code != EINVAL && system_code != ENOSYS;
}

/// Two names change places in one step; where the file system has no such step, in three.
Status exchange(const fs::path& folder, const fs::path& next) {
  if (::renameat2(AT_FDCWD, next.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) {
    return ok();
  }
  if (can_exchange(errno)) return system_error(folder, "replace");
  const fs::path old = folder.string() + ".old";
  std::error_code ignored;
  fs::remove_all(old, ignored);
  if (::rename(folder.c_str(), old.c_str()) != 0 || ::rename(next.c_str(), folder.c_str()) != 0 ||
      ::rename(old.c_str(), next.c_str()) != 0) {
    return system_error(folder, "replace");
  }
  return ok();
}

}  // namespace

Result<std::string> sha256_of_file(const fs::path& path) {
  TRY(check_is_file(path));
  std::ifstream stream(path, std::ios::binary);
  Sha256 hash;
  std::array<char, 1 << 16> buffer;
  while (stream.read(buffer.data(), buffer.size()) || stream.gcount() > 0) {
    hash.update(as_bytes({buffer.data(), static_cast<std::size_t>(stream.gcount())}));
  }
  if (!stream.eof()) {
    return Error{Errc::unavailable, fmt::format("{}: cannot be read", path.string())};
  }
  return hex_encode(hash.finish());
}

Result<std::string> read_file(const fs::path& path, std::uintmax_t bytes_max) {
  TRY(check_is_file(path));
  std::error_code problem;
  const auto size = fs::file_size(path, problem);
  if (!problem && size > bytes_max) {
    return Error{Errc::invalid_argument, fmt::format("{}: {} bytes, more than the limit of {}",
                                                     path.string(), size, bytes_max)};
  }
  std::ifstream stream(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return Error{Errc::unavailable, fmt::format("{}: cannot be read", path.string())};
  return content;
}

Result<Bytes> read_bytes(const fs::path& path, std::uintmax_t bytes_max) {
  const std::string content = TRY(read_file(path, bytes_max));
  const ByteView bytes = as_bytes(content);
  return Bytes(bytes.begin(), bytes.end());
}

Status write_file_durably(const fs::path& path, std::string_view content, FileReaders readers) {
  TRY(write_beside(path, content, readers, Sync::now));
  return sync_folder(folder_of(path));
}

Status replace_file_and_wipe(const fs::path& path, std::string_view content, FileReaders readers) {
  const Descriptor old(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  struct stat found{};
  if (old.get() >= 0 && ::fstat(old.get(), &found) != 0) return system_error(path, "look at");
  TRY(write_file_durably(path, content, readers));
  if (old.get() < 0) return ok();
  const std::string zeros(static_cast<std::size_t>(found.st_size), '\0');
  const fs::path name = path.string() + " (replaced, its old bytes)";
  return write_all(old.get(), zeros, name, Sync::now);
}

Status replace_file(const fs::path& path, std::string_view content) {
  return write_beside(path, content, FileReaders::everyone, Sync::later);
}

Status sync_filesystem(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::syncfs(opened.get()) != 0) {
    return system_error(folder, "sync the file system of");
  }
  return ok();
}

Status replace_folder(const fs::path& folder, const fs::path& next) {
  std::error_code problem;
  if (fs::exists(folder, problem)) {
    TRY(exchange(folder, next));
  } else if (::rename(next.c_str(), folder.c_str()) != 0) {
    return system_error(folder, "make");
  }
  TRY(sync_folder(folder_of(folder)));
  fs::remove_all(next, problem);  // what was there before; the next replacement tries again
  return ok();
}

}  // namespace kensho
