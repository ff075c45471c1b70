// What the journal's file can tell of itself: its pages, its structure, its views.
#include <filesystem>

#include <fmt/format.h>

#include "base/external_sort.h"
#include "base/parallel.h"
#include "storage/read_entries.h"
#include "storage/sqlite/checked_vfs_audit.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/sql_text.h"
#include "storage/sqlite/sqlite_journal.h"
#include "storage/sqlite/statement.h"
#include "storage/sqlite/view_comparison.h"
#include "storage/sqlite/views.h"
#include "storage/view_record.h"

namespace kensho {

constexpr std::size_t rebuild_memory_bytes = std::size_t{32} << 20;

Status SqliteJournal::rebuild_views() {
  Transaction transaction = TRY(Transaction::begin(database_));
  TRY(make_views());
  return transaction.commit();
}

/// Within the caller's transaction: tables of an older program's views go too. Takes the entries'
/// changes in the order of their keys: a table filled so grows at its end alone, where one filled
/// in the order of the journal is written to everywhere at once.
Status SqliteJournal::make_views() {
  TRY(drop_views(database_));
  TRY(Views::create(database_, "main"));
  const std::uint64_t size = TRY(head()).size;
  ExternalSorter sorter(folder(), rebuild_memory_bytes);
  const auto take = [&sorter](Result<std::vector<storage::ViewChange>>& made) -> Status {
    const auto changes = TRY(std::move(made));
    for (const storage::ViewChange& change : changes) TRY(sorter.add(storage::record_of(change)));
    return ok();
  };
  const auto make = [](const journal::Entry& entry) { return storage::view_changes(entry); };
  TRY(storage::read_entries<Result<std::vector<storage::ViewChange>>>(
      *this, 0, size, threads_to_feed(), make, take));
  TRY(sorter.sort());
  Views views = TRY(Views::open(database_, "main"));
  while (const auto record = TRY(sorter.next())) TRY(views.apply(storage::change_of(*record)));
  return record_views_version(database_);
}

Result<std::unique_ptr<storage::ViewAudit>> SqliteJournal::audit_views() const {
  return ViewComparison::begin(database_, folder());
}

std::string SqliteJournal::folder() const {
  const auto folder = std::filesystem::path(path_).parent_path();
  return folder.empty() ? "." : folder.string();
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
