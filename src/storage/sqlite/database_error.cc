#include "storage/sqlite/database_error.h"

#include <cerrno>
#include <string>

#include <fmt/format.h>
#include <sqlite3.h>

#include "storage/sqlite/checked_vfs.h"

namespace kensho {
namespace {

std::string path_of(sqlite3* connection) {
  const char* const path = sqlite3_db_filename(connection, "main");
  return path != nullptr ? path : "";
}

Error disk_full() {
  return {Errc::unavailable, "disk full: free space and repeat; nothing was changed"};
}

Error bad_page_error(sqlite3* connection) {
  const BadPage page = last_bad_page(connection);
  return {Errc::corrupted,
          fmt::format("page {} (bytes {}-{}) does not fit its checksum: the file was changed from "
                      "outside or the disk is failing; restore a backup",
                      page.number, page.offset, page.offset + page.page_bytes - 1)};
}

// The system's error of the last call that failed on the database file or the WAL (`which`).
int last_system_error(sqlite3* connection, int which) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection, "main", which, static_cast<void*>(&file));
  int cause = 0;
  if (file != nullptr && file->pMethods != nullptr)
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &cause);
  return cause;
}

bool is_out_of_space(int cause) {
  return cause == ENOSPC || cause == EDQUOT || cause == EFBIG;
}

// SQLite calls only ENOSPC "full"; a quota and a file size limit mean the same to the operator.
// What the connection says about the cause is not set by every failing COMMIT, so the files are
// asked.
bool is_disk_full(sqlite3* connection, int code) {
  if (code != SQLITE_IOERR_WRITE && code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_SHMSIZE)
    return false;
  return is_out_of_space(sqlite3_system_errno(connection)) ||
         is_out_of_space(last_system_error(connection, SQLITE_FCNTL_FILE_POINTER)) ||
         is_out_of_space(last_system_error(connection, SQLITE_FCNTL_JOURNAL_POINTER));
}

Error io_error(sqlite3* connection, int code) {
  if (code == SQLITE_IOERR_DATA) return bad_page_error(connection);
  if (code == SQLITE_IOERR_NOMEM) return {Errc::unavailable, "out of memory"};
  if (is_disk_full(connection, code)) return disk_full();
  return {Errc::unavailable, fmt::format("input/output error {} (system error {}); check the disk",
                                         code, sqlite3_system_errno(connection))};
}

Error open_error(sqlite3* connection) {
  const int cause = sqlite3_system_errno(connection);
  if (cause == ENOENT || cause == ENOTDIR)
    return {Errc::not_found, "the file or its folder does not exist"};
  return {Errc::permission_denied,
          fmt::format("the file cannot be opened (system error {}); check that it is a file and "
                      "that its folder may be written to",
                      cause)};
}

Error constraint_error(sqlite3* connection, int code) {
  const bool is_duplicate = code == SQLITE_CONSTRAINT_UNIQUE ||
                            code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID;
  // The message names table and columns, never a value.
  return {is_duplicate ? Errc::conflict : Errc::invalid_argument, sqlite3_errmsg(connection)};
}

Error describe(sqlite3* connection, int code) {
  switch (code & 0xff) {  // the low byte is the kind, the rest says more
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Errc::unavailable, "the database is busy with another writer; repeat"};
    case SQLITE_FULL:
      return disk_full();
    case SQLITE_NOMEM:
      return {Errc::unavailable, "out of memory"};
    case SQLITE_INTERRUPT:
      return {Errc::unavailable, "the statement was interrupted; repeat"};
    case SQLITE_IOERR:
      return io_error(connection, code);
    case SQLITE_CORRUPT:
      return {Errc::corrupted, "the structure of the database is broken; restore a backup"};
    case SQLITE_NOTADB:
      return {Errc::corrupted,
              "not a SQLite database, or the header on page 1 (bytes 0-99) was changed; restore a "
              "backup"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Errc::permission_denied, "the database is open for reading only"};
    case SQLITE_CANTOPEN:
      return open_error(connection);
    case SQLITE_CONSTRAINT:
      return constraint_error(connection, code);
    case SQLITE_TOOBIG:
      return {Errc::invalid_argument, "a value is longer than SQLite stores"};
    default:
      return {Errc::invalid_argument, sqlite3_errmsg(connection)};
  }
}

}  // namespace

Error database_error(sqlite3* connection, int code, std::string_view path) {
  Error error = describe(connection, code);
  error.message = fmt::format("{}: {}", path, error.message);
  return error;
}

Error database_error(sqlite3* connection, int code) {
  return database_error(connection, code, path_of(connection));
}

}  // namespace kensho
