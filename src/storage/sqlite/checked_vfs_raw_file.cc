#include "storage/sqlite/checked_vfs_raw_file.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sqlite3.h>

namespace kensho {
namespace {

sqlite3_vfs* file_layer() {
  return sqlite3_vfs_find(nullptr);
}

sqlite3_file* as_file(std::byte* memory) {
  return reinterpret_cast<sqlite3_file*>(memory);
}

std::byte* new_file_memory() {
  const auto bytes = static_cast<std::size_t>(file_layer()->szOsFile);
  return static_cast<std::byte*>(std::memset(::operator new(bytes), 0, bytes));
}

Error open_error(const std::string& path) {
  switch (file_layer()->xGetLastError(file_layer(), 0, nullptr)) {
    case ENOENT:
    case ENOTDIR:
      return {Errc::not_found, fmt::format("{}: there is no such file", path)};
    case EACCES:
    case EPERM:
      return {Errc::permission_denied, fmt::format("{}: no permission to read the file", path)};
    default:
      return {Errc::unavailable, fmt::format("{}: the file could not be opened", path)};
  }
}

Error read_error(const std::string& path) {
  return {Errc::unavailable,
          fmt::format("{}: input/output error while reading; check the disk", path)};
}

}  // namespace

void RawFile::Close::operator()(std::byte* file) const {
  if (as_file(file)->pMethods != nullptr) as_file(file)->pMethods->xClose(as_file(file));
  ::operator delete(file);
  sqlite3_free_filename(name);
}

RawFile::RawFile(std::byte* file, const char* name, const std::string& path)
    : file_(file, Close{name}), path_(path) {}

Result<RawFile> RawFile::open(const std::string& path) {
  // As a database even if it is a WAL: of those, SQLite opens none whose database is missing. Such
  // a name must be followed by those of journal and WAL; this makes one that is.
  const char* const name = sqlite3_create_filename(path.c_str(), "", "", 0, nullptr);
  if (name == nullptr) return Error{Errc::unavailable, "out of memory"};
  constexpr int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  RawFile raw(new_file_memory(), name, path);
  sqlite3_file* const file = as_file(raw.file_.get());
  if (file_layer()->xOpen(file_layer(), name, file, flags, nullptr) != SQLITE_OK) {
    Error error = open_error(path);
    file->pMethods = nullptr;
    return error;
  }
  return raw;
}

bool RawFile::exists(const std::string& path) {
  int found = 0;
  file_layer()->xAccess(file_layer(), path.c_str(), SQLITE_ACCESS_EXISTS, &found);
  return found != 0;
}

Result<std::uint64_t> RawFile::size_bytes() const {
  sqlite3_int64 bytes = 0;
  sqlite3_file* const file = as_file(file_.get());
  if (file->pMethods->xFileSize(file, &bytes) != SQLITE_OK) return read_error(path_);
  return static_cast<std::uint64_t>(bytes);
}

Status RawFile::read(std::span<std::byte> out, std::uint64_t offset) const {
  sqlite3_file* const file = as_file(file_.get());
  const int read = file->pMethods->xRead(file, out.data(), static_cast<int>(out.size()),
                                         static_cast<sqlite3_int64>(offset));
  if (read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ) return read_error(path_);
  return ok();
}

}  // namespace kensho
