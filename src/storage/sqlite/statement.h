// A prepared SQL statement.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "storage/sqlite/database.h"

struct sqlite3_stmt;

namespace kensho {

/// How a value is stored, which in SQLite is a property of the value, not of its column.
enum class ColumnKind : unsigned char { null, integer, real, text, blob };

/// One SQL statement, compiled once and run often: also by the next Statement of the same SQL, as
/// the database keeps what it has compiled.
///
/// Binding to a position the statement does not have, or while its rows are being read, and reading
/// a column that is not there are programmer errors (ENSURE). The database must outlive it.
///
///   rows.bind(1, patient).bind(2, "score");
///   while (TRY(rows.step())) use(rows.column_int64(0));
class Statement {
 public:
  /// Errors  invalid_argument: not exactly one statement, or one SQLite refuses; `database_error`.
  static Result<Statement> prepare(const Database& database, std::string_view sql);

  /// Sets parameter `position` (from 1); the value is copied and kept until bound again. One that
  /// is too long or finds no memory is reported by the next step().
  Statement& bind(int position, std::integral auto value) {
    return bind_int64(position, static_cast<std::int64_t>(value));
  }
  Statement& bind(int position, double value);
  Statement& bind(int position, std::string_view text);
  Statement& bind(int position, std::span<const std::byte> blob);
  Statement& bind_null(int position);

  /// Goes to the next row: true if there is one; after the last (or an error) the statement can be
  /// bound and run again. Errors: `database_error`.
  Result<bool> step();

  /// Runs to the end, dropping rows. Errors: `database_error`.
  Status run();

  /// Stops reading rows; bound values stay.
  void reset();

  /// The value in column `index` (from 0) of the current row. Views live until the next step(),
  /// run() or reset(). Text is UTF-8 and may hold zero bytes; NULL reads as 0 or as nothing.
  bool column_is_null(int index) const;
  ColumnKind column_kind(int index) const;
  std::int64_t column_int64(int index) const;
  double column_double(int index) const;
  std::string_view column_text(int index) const;
  std::span<const std::byte> column_blob(int index) const;

 private:
  /// Puts a statement back for the next one of its SQL.
  struct PutBack {
    std::shared_ptr<Database::StatementShelf> shelf;
    void operator()(sqlite3_stmt* statement) const { shelf->put(statement); }
  };

  Statement(sqlite3_stmt* statement, std::shared_ptr<Database::StatementShelf> shelf)
      : statement_(statement, PutBack{std::move(shelf)}) {}

  Statement& bind_int64(int position, std::int64_t value);
  Statement& bound(int code);
  sqlite3_stmt* row(int index) const;

  std::unique_ptr<sqlite3_stmt, PutBack> statement_;
  int bind_failure_ = 0;  // SQLite's code of the first value that could not be taken; 0 = none
};

}  // namespace kensho
