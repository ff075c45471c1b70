#include "base/file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/crypto_hash.h"
#include "base/encoding.h"
#include <unistd.h>

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

Status write_all(int handle, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(handle, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error(path, "write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(handle) != 0) return system_error(path, "sync");
  return ok();
}

Status sync_folder(const fs::path& folder) {
  const Descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.get() < 0 || ::fsync(handle.get()) != 0)
    return system_error(folder, "sync the folder");
  return ok();
}

Status write_new(const fs::path& path, std::string_view content, FileReaders readers) {
  const mode_t mode = readers == FileReaders::everyone ? 0644 : 0600;
  const Descriptor handle(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (handle.get() < 0) return system_error(path, "create");
  return write_all(handle.get(), content, path);
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

Status write_file_durably(const fs::path& path, std::string_view content, FileReaders readers) {
  const fs::path temporary = path.string() + ".new";
  Status written = write_new(temporary, content, readers);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = system_error(path, "replace");
  }
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

}  // namespace kensho
