// What erased entries leave behind in the file, and how it goes.
//
// secure_delete overwrites removed rows and freed pages in place, but a row that a page split moved
// leaves a copy in the unused part of its old page, which SQLite no longer knows. So the file is
// written anew from the rows that are there, and nothing else.
#include <fmt/format.h>

#include "storage/sqlite/sql_text.h"
#include "storage/sqlite/sqlite_journal.h"
#include "storage/sqlite/statement.h"

namespace kensho {

Status SqliteJournal::scrub() {
  // The log's space is kept, so that the new content is written over the old one.
  TRY(database_.wal_checkpoint(WalCheckpoint::restart));
  TRY(database_.execute("VACUUM"));
  TRY(database_.wal_checkpoint(WalCheckpoint::truncate));
  TRY(database_.execute("DELETE FROM unscrubbed"));
  return database_.wal_checkpoint(WalCheckpoint::truncate);
}

Result<std::uint64_t> SqliteJournal::unscrubbed() const {
  Statement count = TRY(Statement::prepare(database_, sql_text("count_unscrubbed")));
  TRY(count.step());
  return static_cast<std::uint64_t>(count.column_int64(0));
}

}  // namespace kensho
