#include "storage/sqlite/database.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "storage/sqlite/checked_vfs.h"
#include "storage/sqlite/checked_vfs_page.h"
#include "storage/sqlite/database_error.h"
#include "storage/sqlite/statement.h"

namespace kensho {
namespace {

// cache_size: negative = KiB. journal_mode comes later, it writes.
constexpr const char* connection_settings =
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA cache_size = -16384;";

// A name starting with "/" is never taken for ":memory:", a temporary file or a URI.
Result<std::string> absolute_path(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos)
    return Error{Errc::invalid_argument, "the path of the database is empty or has a zero byte"};
  std::error_code failure;
  const std::filesystem::path absolute = std::filesystem::absolute(path, failure);
  if (failure) return Error{Errc::not_found, fmt::format("{}: {}", path, failure.message())};
  return absolute.string();
}

int open_flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case OpenMode::existing:
      return SQLITE_OPEN_READWRITE;
    case OpenMode::read_only:
      return SQLITE_OPEN_READONLY;
  }
  ENSURE(false);
}

Result<std::string> read_setting(Database& database, std::string_view sql) {
  Statement setting = TRY(Statement::prepare(database, sql));
  if (!TRY(setting.step())) return std::string();
  return std::string(setting.column_text(0));
}

// Has an effect only until page 1 is written.
Status choose_page_layout(Database& database) {
  TRY(database.execute(fmt::format("PRAGMA page_size = {};", default_page_bytes)));
  int reserved_bytes = page_checksum_bytes;
  sqlite3_file_control(database.connection(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved_bytes);
  return ok();
}

// The first 100 bytes of the file; nothing if it is empty. Does not look into the WAL: the fields
// we want never change.
Result<std::optional<DatabaseHeader>> read_header(sqlite3* connection) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  sqlite3_int64 bytes = 0;
  int code = file->pMethods->xFileSize(file, &bytes);
  if (code == SQLITE_OK && bytes == 0) return std::optional<DatabaseHeader>();
  std::array<std::byte, database_header_bytes> start{};
  if (code == SQLITE_OK) code = file->pMethods->xRead(file, start.data(), start.size(), 0);
  if (code != SQLITE_OK) return database_error(connection, code);
  const std::optional<DatabaseHeader> header = DatabaseHeader::parse(start);
  if (!header) return database_error(connection, SQLITE_NOTADB);
  return header;
}

// Whether the file holds a database; refuses one whose pages have no space for a checksum.
Result<bool> has_checked_pages(Database& database, const std::string& path) {
  // Reading anything finishes what a crash left behind (journal, WAL) and verifies page 1.
  const Result<std::string> read = read_setting(database, "PRAGMA schema_version");
  const std::optional<DatabaseHeader> header = TRY(read_header(database.connection()));
  if (header && header->reserved_bytes != page_checksum_bytes) {
    return Error{Errc::corrupted,
                 fmt::format("{}: page 1, byte 20: the database keeps no page checksums ({} bytes "
                             "reserved, not {}); it was not made by this program or was changed",
                             path, header->reserved_bytes, page_checksum_bytes)};
  }
  if (!read) return read.error();
  return header.has_value();
}

// SQLite does not call its busy handler when two connections turn WAL on at the same time.
Status use_wal(Database& database, int busy_timeout_ms) {
  constexpr int pause_ms = 5;
  const auto give_up =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_timeout_ms);
  for (;;) {
    const Result<std::string> mode = read_setting(database, "PRAGMA journal_mode = WAL");
    if (mode && *mode == "wal") return ok();
    if (mode) {
      return Error{
          Errc::unavailable,
          fmt::format("write-ahead logging is not possible here (mode {}); use a local disk",
                      *mode)};
    }
    const bool is_busy = (sqlite3_errcode(database.connection()) & 0xff) == SQLITE_BUSY;
    if (!is_busy || std::chrono::steady_clock::now() >= give_up) return mode.error();
    sqlite3_sleep(pause_ms);
  }
}

Status prepare_for_writing(Database& database, const std::string& path, int busy_timeout_ms) {
  if (sqlite3_db_readonly(database.connection(), "main") == 1)
    return Error{Errc::permission_denied, fmt::format("{}: no permission to write", path)};
  TRY(use_wal(database, busy_timeout_ms));
  if (TRY(read_setting(database, "PRAGMA secure_delete")) != "1")
    return Error{Errc::unavailable, "this SQLite cannot overwrite deleted content; use another"};
  if (!TRY(has_checked_pages(database, path)))
    return Error{Errc::corrupted, fmt::format("{}: the new database has no first page", path)};
  return ok();
}

}  // namespace

void Database::Close::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Result<Database> Database::open(const std::string& path, OpenOptions options) {
  TRY(register_checked_vfs());
  const std::string file = TRY(absolute_path(path));
  sqlite3* connection = nullptr;
  const int flags = open_flags(options.mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int opened = sqlite3_open_v2(file.c_str(), &connection, flags, checked_vfs_name);
  Database database(connection);
  if (opened != SQLITE_OK) return database_error(connection, opened, file);
  sqlite3_busy_timeout(connection, options.busy_timeout_ms);
  if (options.mode != OpenMode::read_only) TRY(choose_page_layout(database));
  const bool has_database = TRY(has_checked_pages(database, file));
  if (!has_database && options.mode != OpenMode::create)
    return Error{Errc::corrupted, fmt::format("{}: the file is empty; restore a backup", file)};
  TRY(database.execute(connection_settings));
  if (options.mode != OpenMode::read_only)
    TRY(prepare_for_writing(database, file, options.busy_timeout_ms));
  return database;
}

Status Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return database_error(connection(), code);
  return ok();
}

Status Database::wal_checkpoint(WalCheckpoint then) {
  const int mode =
      then == WalCheckpoint::truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART;
  const int code = sqlite3_wal_checkpoint_v2(connection(), "main", mode, nullptr, nullptr);
  if (code != SQLITE_OK) return database_error(connection(), code);
  return ok();
}

// SQLite builds the new content in a temporary database first. In a file, because it is as large as
// the whole; beside the database, because elsewhere such content must not go, and unseen: the file
// has no name from its first moment.
Status Database::vacuum() {
  const std::filesystem::path file = sqlite3_db_filename(connection(), "main");
  const std::unique_ptr<char, void (*)(void*)> folder(
      sqlite3_mprintf("%s", file.parent_path().c_str()), sqlite3_free);
  TRY(execute("PRAGMA temp_store = FILE"));
  char* const other = std::exchange(sqlite3_temp_directory, folder.get());
  const Status vacuumed = execute("VACUUM");
  sqlite3_temp_directory = other;
  TRY(execute("PRAGMA temp_store = MEMORY"));
  return vacuumed;
}

Status Database::close() {
  Status emptied = ok();
  if (sqlite3_db_readonly(connection(), "main") == 0) {
    // Another open connection keeps the WAL; it will empty it when it closes.
    sqlite3_busy_timeout(connection(), 0);
    emptied = wal_checkpoint(WalCheckpoint::truncate);
    if ((sqlite3_errcode(connection()) & 0xff) == SQLITE_BUSY) emptied = ok();
  }
  shelf_->clear();
  const int closed = sqlite3_close(connection_.release());
  ENSURE(closed == SQLITE_OK);  // otherwise a Statement is still alive
  return emptied;
}

sqlite3_stmt* Database::StatementShelf::take(std::string_view sql) {
  sql = sql.substr(0, sql.find_last_not_of(" \t\r\n") + 1);  // SQLite keeps it up to the semicolon
  const auto found = std::ranges::find_if(
      statements_, [sql](sqlite3_stmt* statement) { return sqlite3_sql(statement) == sql; });
  if (found == statements_.end()) return nullptr;
  sqlite3_stmt* const taken = *found;
  statements_.erase(found);
  return taken;
}

void Database::StatementShelf::put(sqlite3_stmt* statement) {
  constexpr std::size_t statements_max = 32;
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  statements_.push_back(statement);
  if (statements_.size() <= statements_max) return;
  sqlite3_finalize(statements_.front());
  statements_.erase(statements_.begin());
}

void Database::StatementShelf::clear() {
  for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
  statements_.clear();
}

Result<Transaction> Transaction::begin(Database& database) {
  TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database.connection());
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  roll_back();
}

Status Transaction::commit() {
  ENSURE(connection_ != nullptr);
  if (sqlite3_get_autocommit(connection_) != 0) {
    connection_ = nullptr;
    return Error{Errc::unavailable, "an earlier failure undid the transaction; repeat it"};
  }
  const int code = sqlite3_exec(connection_, "COMMIT", nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    Error error = database_error(connection_, code);
    roll_back();
    return error;
  }
  connection_ = nullptr;
  return ok();
}

// Some failures have already made SQLite roll back by itself.
void Transaction::roll_back() {
  if (connection_ != nullptr && sqlite3_get_autocommit(connection_) == 0)
    sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
  connection_ = nullptr;
}

}  // namespace kensho
