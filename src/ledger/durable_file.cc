#include "ledger/durable_file.h"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kensho::ledger {
namespace {

namespace fs = std::filesystem;

Error system_error(const char* what, const fs::path& path) {
  const int code = errno;
  return {code == ENOENT ? Errc::not_found : Errc::unavailable,
          fmt::format("{} {}: {}", what, path.string(), std::generic_category().message(code))};
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

bool write_all(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

fs::path temporary_of(fs::path path) {
  path += temporary_suffix;
  return path;
}

enum class Sync : std::uint8_t { now, later };

Status write_temporary(const fs::path& temporary, ByteView bytes, Sync sync) {
  const Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file.is_open()) return system_error("cannot create", temporary);
  if (!write_all(file.number(), bytes)) return system_error("cannot write", temporary);
  if (sync == Sync::now && ::fsync(file.number()) != 0)
    return system_error("cannot sync", temporary);
  return ok();
}

Status rename_to(const fs::path& path) {
  if (::rename(temporary_of(path).c_str(), path.c_str()) != 0)
    return system_error("cannot rename to", path);
  return ok();
}

}  // namespace

Status write_file(const fs::path& path, ByteView bytes) {
  TRY(write_temporary(temporary_of(path), bytes, Sync::later));
  return rename_to(path);
}

Status write_file_durably(const fs::path& path, ByteView bytes) {
  TRY(write_temporary(temporary_of(path), bytes, Sync::now));
  TRY(rename_to(path));
  const Descriptor directory(path.parent_path(), O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || ::fsync(directory.number()) != 0)
    return system_error("cannot sync the directory of", path);
  return ok();
}

Status sync_filesystem(const fs::path& directory) {
  const Descriptor opened(directory, O_RDONLY | O_DIRECTORY);
  if (!opened.is_open() || ::syncfs(opened.number()) != 0)
    return system_error("cannot sync the filesystem of", directory);
  return ok();
}

Result<Bytes> read_file(const fs::path& path, std::size_t max_bytes) {
  const Descriptor file(path, O_RDONLY);
  if (!file.is_open()) return system_error("cannot open", path);
  Bytes bytes;
  std::uint8_t piece[16384];
  while (true) {
    const ssize_t count = ::read(file.number(), piece, sizeof piece);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("cannot read", path);
    if (count == 0) return bytes;
    bytes.insert(bytes.end(), piece, piece + count);
    if (bytes.size() > max_bytes) {
      return Error{Errc::corrupted,
                   fmt::format("{} is longer than {} bytes", path.string(), max_bytes)};
    }
  }
}

}  // namespace kensho::ledger
