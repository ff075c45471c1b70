// What the journal's file can tell of itself: its pages, its structure, its views.
#include <fmt/format.h>

#include "storage/sqlite/checked_vfs_audit.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/sql_text.h"
#include "storage/sqlite/sqlite_journal.h"
#include "storage/sqlite/statement.h"
#include "storage/sqlite/views.h"

namespace kensho {
namespace {

/// An empty set of views in the connection's temporary schema, in memory, for as long as this
/// lives. It can be written to although the file is open for reading only.
class FreshViews {
 public:
  static Result<FreshViews> create(Database& database) {
    FreshViews fresh(database);
    TRY(Views::create(database, "temp"));
    return fresh;
  }
  FreshViews(FreshViews&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  FreshViews& operator=(FreshViews&&) = delete;
  ~FreshViews() {
    if (!database_) return;
    for (const Views::Table& table : Views::tables()) {
      (void)database_->execute(fmt::format("DROP TABLE IF EXISTS temp.{}", table.name));
    }
  }

 private:
  explicit FreshViews(Database& database) : database_(&database) {}
  Database* database_;
};

/// The first row that is in one table and not in the other, as text; empty where they are equal.
Result<std::string> first_difference(const Database& database, const Views::Table& table) {
  for (const auto& [has, lacks] : {std::pair("main", "temp"), std::pair("temp", "main")}) {
    Statement rows = TRY(Statement::prepare(
        database, fmt::format("SELECT {0} FROM {2}.{1} EXCEPT SELECT {0} FROM {3}.{1} LIMIT 1",
                              table.columns, table.name, has, lacks)));
    if (!TRY(rows.step())) continue;
    const bool extra = std::string_view(has) == "main";
    return fmt::format("view '{}' {} the row with {} = {}", table.name, extra ? "has" : "lacks",
                       table.columns.substr(0, table.columns.find(',')), rows.column_text(0));
  }
  return std::string();
}

}  // namespace

Status SqliteJournal::rebuild_views() {
  Transaction transaction = TRY(Transaction::begin(database_));
  TRY(make_views());
  return transaction.commit();
}

/// Within the caller's transaction: tables of an older program's views go too.
Status SqliteJournal::make_views() {
  TRY(drop_views(database_));
  TRY(Views::create(database_, "main"));
  Views views = TRY(Views::open(database_, "main"));
  const std::uint64_t size = TRY(head()).size;
  TRY(read(0, size, [&views](const journal::Entry& entry) { return views.apply(entry); }));
  return record_views_version(database_);
}

Status SqliteJournal::check_views() const {
  const FreshViews created = TRY(FreshViews::create(database_));
  {
    Views fresh = TRY(Views::open(database_, "temp"));
    const std::uint64_t size = TRY(head()).size;
    TRY(read(0, size, [&fresh](const journal::Entry& entry) { return fresh.apply(entry); }));
  }
  for (const Views::Table& table : Views::tables()) {
    const std::string difference = TRY(first_difference(database_, table));
    if (!difference.empty()) {
      return Error{Errc::corrupted,
                   difference + ", which the journal does not lead to; rebuild the views"};
    }
  }
  return ok();
}

Status SqliteJournal::check_bytes() const {
  const PageAudit audit = TRY(audit_pages(path_));
  if (!audit.is_whole()) {
    return Error{Errc::corrupted, fmt::format("{}: {}", path_, audit.problem)};
  }
  Statement rows = TRY(Statement::prepare(database_, "PRAGMA integrity_check(1)"));
  if (TRY(rows.step()) && rows.column_text(0) != "ok") {
    return Error{Errc::corrupted, fmt::format("{}: the database's structure is damaged: {}", path_,
                                              rows.column_text(0))};
  }
  return ok();
}

}  // namespace kensho
