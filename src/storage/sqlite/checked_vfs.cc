#include "storage/sqlite/checked_vfs.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>

#include <sqlite3.h>

#include "storage/sqlite/checked_vfs_page.h"

namespace kensho {
namespace {

// Our question to an open file: which page failed? Numbers below 100 belong to SQLite.
constexpr int bad_page_question = 0x4B534401;

// SQLite allocates this with room for the real VFS's file object right behind it.
struct CheckedFile : sqlite3_file {
  std::uint32_t page_bytes = 0;  // 0 until a header was seen
  bool has_checksums = true;     // a file without a header yet will get them
  BadPage bad_page;
  std::unique_ptr<std::byte[]> buffer;  // one page; made when first needed
  std::uint32_t buffer_bytes = 0;
};

sqlite3_vfs* real_vfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

CheckedFile& checked(sqlite3_file* file) {
  return *static_cast<CheckedFile*>(file);
}

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(&checked(file) + 1);
}

// Hands a method on to the real file.
template <auto Method>
struct Forward;

template <class Answer, class... Arguments,
          Answer (*sqlite3_io_methods::*Method)(sqlite3_file*, Arguments...)>
struct Forward<Method> {
  static Answer call(sqlite3_file* file, Arguments... arguments) {
    return (real(file)->pMethods->*Method)(real(file), arguments...);
  }
};

int real_read(CheckedFile& file, void* out, int amount, sqlite3_int64 offset) {
  return real(&file)->pMethods->xRead(real(&file), out, amount, offset);
}

void learn_header(CheckedFile& file, std::span<const std::byte> start_of_file) {
  const std::optional<DatabaseHeader> header = DatabaseHeader::parse(start_of_file);
  if (!header) return;
  file.page_bytes = header->page_bytes;
  file.has_checksums = header->reserved_bytes == page_checksum_bytes;
}

// A file that was empty when opened may since have been filled by another connection.
void learn_header_if_unknown(CheckedFile& file) {
  if (file.page_bytes != 0) return;
  std::array<std::byte, database_header_bytes> header;
  if (real_read(file, header.data(), header.size(), 0) == SQLITE_OK) learn_header(file, header);
}

std::uint32_t page_number_at(sqlite3_int64 offset, std::uint32_t page_bytes) {
  return static_cast<std::uint32_t>(offset / page_bytes + 1);
}

// Space for one page, or null if memory is out.
std::byte* page_buffer(CheckedFile& file, std::uint32_t bytes) {
  if (file.buffer_bytes < bytes) {
    file.buffer.reset(new (std::nothrow) std::byte[bytes]);
    file.buffer_bytes = file.buffer ? bytes : 0;
  }
  return file.buffer.get();
}

int refuse_page(CheckedFile& file, sqlite3_int64 offset, std::uint32_t page_bytes) {
  file.bad_page = {.number = page_number_at(offset, page_bytes),
                   .offset = static_cast<std::uint64_t>(offset),
                   .page_bytes = page_bytes};
  return SQLITE_IOERR_DATA;
}

bool is_empty(CheckedFile& file) {
  sqlite3_int64 bytes = 0;
  return real(&file)->pMethods->xFileSize(real(&file), &bytes) == SQLITE_OK && bytes == 0;
}

// Reads and verifies the page at `offset`. SQLite asks only for pages it knows to exist, so one
// that ends early was cut off; without this SQLite would take the missing bytes for zeros.
int read_page(CheckedFile& file, void* out, std::uint32_t page_bytes, sqlite3_int64 offset) {
  const int read = real_read(file, out, static_cast<int>(page_bytes), offset);
  if (read == SQLITE_IOERR_SHORT_READ)
    return offset == 0 && is_empty(file) ? read : refuse_page(file, offset, page_bytes);
  if (read != SQLITE_OK) return read;
  const std::span<const std::byte> page{static_cast<const std::byte*>(out), page_bytes};
  if (offset == 0) learn_header(file, page);
  // Page 1 read in a size the file does not have: SQLite sees that too and reads it again.
  if (offset == 0 && file.page_bytes != 0 && file.page_bytes != page_bytes) return SQLITE_OK;
  const std::uint32_t number = page_number_at(offset, page_bytes);
  if (!file.has_checksums || number == lock_page_number(page_bytes)) return SQLITE_OK;
  return page_is_intact(page, number) ? SQLITE_OK : refuse_page(file, offset, page_bytes);
}

// Some builds of SQLite read part of an overflow page past the page cache: verify all of it.
int read_part_of_page(CheckedFile& file, void* out, int amount, sqlite3_int64 offset) {
  const std::uint32_t page_bytes = file.page_bytes;
  const std::uint32_t skip = static_cast<std::uint32_t>(offset % page_bytes);
  if (skip + static_cast<std::uint32_t>(amount) > page_bytes) return SQLITE_IOERR_READ;
  std::byte* const page = page_buffer(file, page_bytes);
  if (page == nullptr) return SQLITE_IOERR_NOMEM;
  const int read = read_page(file, page, page_bytes, offset - skip);
  if (read == SQLITE_OK) std::memcpy(out, page + skip, static_cast<std::size_t>(amount));
  return read;
}

int read_file(sqlite3_file* base, void* out, int amount, sqlite3_int64 offset) {
  CheckedFile& file = checked(base);
  if (offset + amount <= static_cast<sqlite3_int64>(database_header_bytes)) {
    const int read = real_read(file, out, amount, offset);
    if (read == SQLITE_OK && offset == 0)
      learn_header(file, {static_cast<const std::byte*>(out), static_cast<std::size_t>(amount)});
    return read;
  }
  learn_header_if_unknown(file);
  if (is_page_size(amount) && offset % amount == 0 &&
      (file.page_bytes == 0 || amount == static_cast<int>(file.page_bytes) || offset == 0))
    return read_page(file, out, static_cast<std::uint32_t>(amount), offset);
  if (file.page_bytes == 0 || !file.has_checksums) return real_read(file, out, amount, offset);
  return read_part_of_page(file, out, amount, offset);
}

int write_page(CheckedFile& file, std::span<const std::byte> page, sqlite3_int64 offset) {
  std::byte* const copy = page_buffer(file, static_cast<std::uint32_t>(page.size()));
  if (copy == nullptr) return SQLITE_IOERR_NOMEM;
  std::memcpy(copy, page.data(), page.size());
  const auto page_bytes = static_cast<std::uint32_t>(page.size());
  const std::uint32_t number = page_number_at(offset, page_bytes);
  if (number != lock_page_number(page_bytes)) stamp_page({copy, page.size()}, number);
  return real(&file)->pMethods->xWrite(real(&file), copy, static_cast<int>(page_bytes), offset);
}

int write_file(sqlite3_file* base, const void* data, int amount, sqlite3_int64 offset) {
  CheckedFile& file = checked(base);
  const std::span bytes{static_cast<const std::byte*>(data), static_cast<std::size_t>(amount)};
  learn_header_if_unknown(file);
  if (offset == 0) learn_header(file, bytes);
  if (!file.has_checksums) return SQLITE_IOERR_WRITE;
  const bool whole_page = is_page_size(amount) && offset % amount == 0 &&
                          (file.page_bytes == 0 || amount == static_cast<int>(file.page_bytes));
  // A write that is no page could not get a checksum, and would break the one that is there.
  return whole_page ? write_page(file, bytes, offset) : SQLITE_IOERR_WRITE;
}

int control_file(sqlite3_file* file, int question, void* answer) {
  if (question == bad_page_question) {
    *static_cast<BadPage*>(answer) = checked(file).bad_page;
    return SQLITE_OK;
  }
  if (question == SQLITE_FCNTL_MMAP_SIZE) {  // a mapped page would be read unchecked
    *static_cast<sqlite3_int64*>(answer) = 0;
    return SQLITE_OK;
  }
  return real(file)->pMethods->xFileControl(real(file), question, answer);
}

int close_file(sqlite3_file* file) {
  const int closed = real(file)->pMethods->xClose(real(file));
  checked(file).~CheckedFile();
  return closed;
}

template <auto Method>
constexpr auto forward = Forward<Method>::call;

// Version 2 has shared memory (for the WAL) but not xFetch: SQLite never maps the file.
constexpr sqlite3_io_methods checked_methods{
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = forward<&sqlite3_io_methods::xTruncate>,
    .xSync = forward<&sqlite3_io_methods::xSync>,
    .xFileSize = forward<&sqlite3_io_methods::xFileSize>,
    .xLock = forward<&sqlite3_io_methods::xLock>,
    .xUnlock = forward<&sqlite3_io_methods::xUnlock>,
    .xCheckReservedLock = forward<&sqlite3_io_methods::xCheckReservedLock>,
    .xFileControl = control_file,
    .xSectorSize = forward<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = forward<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = forward<&sqlite3_io_methods::xShmMap>,
    .xShmLock = forward<&sqlite3_io_methods::xShmLock>,
    .xShmBarrier = forward<&sqlite3_io_methods::xShmBarrier>,
    .xShmUnmap = forward<&sqlite3_io_methods::xShmUnmap>,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_used) {
  sqlite3_vfs* const vfs = real_vfs();
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return vfs->xOpen(vfs, name, file, flags, flags_used);
  CheckedFile* const created = new (file) CheckedFile;
  const int opened = vfs->xOpen(vfs, name, real(file), flags, flags_used);
  if (opened == SQLITE_OK) {
    created->pMethods = &checked_methods;
    return SQLITE_OK;
  }
  if (real(file)->pMethods != nullptr) real(file)->pMethods->xClose(real(file));
  created->~CheckedFile();
  file->pMethods = nullptr;  // tells SQLite that there is nothing to close
  return opened;
}

// Everything but opening is the real VFS's own: its methods use no more of the object they are
// called on than the fields copied here.
sqlite3_vfs make_checked_vfs() {
  sqlite3_vfs vfs = *real_vfs();
  vfs.pNext = nullptr;
  vfs.zName = checked_vfs_name;
  vfs.szOsFile += static_cast<int>(sizeof(CheckedFile));
  vfs.xOpen = open_file;
  return vfs;
}

int register_once() {
  if (const int started = sqlite3_initialize(); started != SQLITE_OK) return started;
  static sqlite3_vfs vfs = make_checked_vfs();
  return sqlite3_vfs_register(&vfs, /*makeDflt=*/0);
}

}  // namespace

Status register_checked_vfs() {
  static const int registered = register_once();
  if (registered != SQLITE_OK)
    return Error{Errc::unavailable, "SQLite could not be started; restart the program"};
  return ok();
}

BadPage last_bad_page(sqlite3* connection) {
  BadPage bad_page;
  sqlite3_file_control(connection, "main", bad_page_question, &bad_page);
  return bad_page;
}

}  // namespace kensho
