#include "storage/sqlite/statement.h"

#include <utility>

#include <sqlite3.h>

#include "storage/sqlite/database_error.h"

namespace kensho {
namespace {

bool has_only_space(const char* begin, const char* end) {
  return std::string_view(begin, static_cast<std::size_t>(end - begin))
             .find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

}  // namespace

Result<Statement> Statement::prepare(const Database& database, std::string_view sql) {
  if (sqlite3_stmt* known = database.shelf()->take(sql)) return Statement(known, database.shelf());
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code =
      sqlite3_prepare_v3(database.connection(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  Statement prepared(statement, database.shelf());
  if (code != SQLITE_OK) return database_error(database.connection(), code);
  if (statement == nullptr || !has_only_space(rest, sql.data() + sql.size()))
    return Error{Errc::invalid_argument, "the SQL is not exactly one statement"};
  return prepared;
}

Statement& Statement::bind_int64(int position, std::int64_t value) {
  return bound(sqlite3_bind_int64(statement_.get(), position, value));
}

Statement& Statement::bind(int position, double value) {
  return bound(sqlite3_bind_double(statement_.get(), position, value));
}

Statement& Statement::bind(int position, std::string_view text) {
  // A null pointer would bind NULL; an empty text is not missing.
  return bound(sqlite3_bind_text64(statement_.get(), position, text.empty() ? "" : text.data(),
                                   text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::bind(int position, std::span<const std::byte> blob) {
  if (blob.empty()) return bound(sqlite3_bind_zeroblob(statement_.get(), position, 0));
  return bound(
      sqlite3_bind_blob64(statement_.get(), position, blob.data(), blob.size(), SQLITE_TRANSIENT));
}

Statement& Statement::bind_null(int position) {
  return bound(sqlite3_bind_null(statement_.get(), position));
}

Statement& Statement::bound(int code) {
  const bool is_runtime_failure = code == SQLITE_TOOBIG || (code & 0xff) == SQLITE_NOMEM;
  ENSURE(code == SQLITE_OK || is_runtime_failure);
  if (bind_failure_ == SQLITE_OK) bind_failure_ = code;
  return *this;
}

Result<bool> Statement::step() {
  sqlite3* const connection = sqlite3_db_handle(statement_.get());
  if (const int failure = std::exchange(bind_failure_, SQLITE_OK); failure != SQLITE_OK)
    return database_error(connection, failure);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error error = database_error(connection, code);
  reset();
  return error;
}

Status Statement::run() {
  while (TRY(step())) {
  }
  return ok();
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

sqlite3_stmt* Statement::row(int index) const {
  ENSURE(index >= 0 && index < sqlite3_data_count(statement_.get()));
  return statement_.get();
}

bool Statement::column_is_null(int index) const {
  return sqlite3_column_type(row(index), index) == SQLITE_NULL;
}

ColumnKind Statement::column_kind(int index) const {
  switch (sqlite3_column_type(row(index), index)) {
    case SQLITE_INTEGER:
      return ColumnKind::integer;
    case SQLITE_FLOAT:
      return ColumnKind::real;
    case SQLITE_TEXT:
      return ColumnKind::text;
    case SQLITE_BLOB:
      return ColumnKind::blob;
    default:
      return ColumnKind::null;
  }
}

std::int64_t Statement::column_int64(int index) const {
  return sqlite3_column_int64(row(index), index);
}

double Statement::column_double(int index) const {
  return sqlite3_column_double(row(index), index);
}

std::string_view Statement::column_text(int index) const {
  // The pointer must be asked for before the length: it may convert the value.
  const unsigned char* const text = sqlite3_column_text(row(index), index);
  const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), index));
  return {reinterpret_cast<const char*>(text), text != nullptr ? bytes : 0};
}

std::span<const std::byte> Statement::column_blob(int index) const {
  const void* const blob = sqlite3_column_blob(row(index), index);
  const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), index));
  return {static_cast<const std::byte*>(blob), blob != nullptr ? bytes : 0};
}

}  // namespace kensho
