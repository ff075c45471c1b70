#include "storage/sqlite/sqlite_journal.h"

#include <cstring>

#include <fmt/format.h>

#include "storage/migration.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/sql_text.h"
#include "storage/sqlite/statement.h"
#include "storage/sqlite/views.h"
#include "storage/texts.h"

namespace kensho {
namespace {

std::span<const std::byte> blob(const Hash& hash) {
  return std::as_bytes(std::span(hash));
}

std::span<const std::byte> blob(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// A stored hash; all zero where another length is stored, which then fails every check.
Hash hash_column(const Statement& row, int index) {
  Hash hash{};
  const auto bytes = row.column_blob(index);
  if (bytes.size() == hash.size()) std::memcpy(hash.data(), bytes.data(), hash.size());
  return hash;
}

journal::Entry entry_of(const Statement& row) {
  journal::Entry entry;
  entry.seq = static_cast<std::uint64_t>(row.column_int64(0));
  entry.time = {row.column_int64(1)};
  entry.act.actor = row.column_text(2);
  entry.act.organisation = row.column_text(3);
  entry.act.kind = row.column_text(4);
  entry.commitment = hash_column(row, 5);
  entry.leaf = hash_column(row, 6);
  entry.key = hash_column(row, 7);
  entry.act.subject = row.column_text(8);
  entry.act.reason = row.column_text(9);
  entry.act.payload = row.column_text(10);
  return entry;
}

class Writer final : public storage::JournalWriter {
 public:
  static Result<std::unique_ptr<storage::JournalWriter>> begin(Database& database) {
    Transaction transaction = TRY(Transaction::begin(database));
    Statement insert = TRY(Statement::prepare(database, sql_text("insert_entry")));
    Statement find = TRY(Statement::prepare(database, sql_text("find_participant")));
    Statement head = TRY(Statement::prepare(database, sql_text("write_head")));
    Views views = TRY(Views::open(database, "main"));
    return std::unique_ptr<storage::JournalWriter>(new Writer(std::move(transaction),
                                                              std::move(insert), std::move(find),
                                                              std::move(head), std::move(views)));
  }

  Status append(const journal::Entry& entry) override {
    TRY(insert(entry));
    return views_.apply(entry);
  }

  Status append_report(const journal::Entry& entry, const CaseReport& report) override {
    TRY(insert(entry));
    return views_.apply_report(entry, report);
  }

  Status commit(const storage::JournalHead& head) override {
    head_.bind(1, head.size).bind(2, head.last_time.us).bind(3, blob(head.frontier));
    head_.bind(4, head.checkpoint);
    TRY(head_.run());
    return transaction_.commit();
  }

  /// A question to a file costs nothing worth saving.
  Status expect(std::span<const ParticipantKey>) override { return ok(); }

  Result<std::optional<storage::KnownParticipant>> participant(
      std::string_view institution, std::string_view participant) const override {
    find_.bind(1, institution).bind(2, participant);
    std::optional<storage::KnownParticipant> known;
    if (TRY(find_.step())) {
      known = {.therapy = std::string(find_.column_text(0)), .treated = find_.column_int64(1) != 0};
    }
    find_.reset();
    return known;
  }

 private:
  Writer(Transaction transaction, Statement insert, Statement find, Statement head, Views views)
      : transaction_(std::move(transaction)),
        insert_(std::move(insert)),
        find_(std::move(find)),
        head_(std::move(head)),
        views_(std::move(views)) {}

  Status insert(const journal::Entry& entry) {
    TRY(storage::check_texts(entry));
    const journal::NewEntry& act = entry.act;
    insert_.bind(1, entry.seq).bind(2, entry.time.us).bind(3, act.actor).bind(4, act.organisation);
    insert_.bind(5, act.kind).bind(6, blob(entry.commitment)).bind(7, blob(entry.leaf));
    insert_.bind(8, blob(entry.key)).bind(9, act.subject).bind(10, act.reason);
    insert_.bind(11, act.payload);
    return insert_.run();
  }

  Transaction transaction_;
  Statement insert_;
  mutable Statement find_;
  Statement head_;
  Views views_;
};

}  // namespace

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const std::string& path, OpenMode mode) {
  Database database = TRY(Database::open(path, {.mode = mode}));
  std::unique_ptr<SqliteJournal> journal(new SqliteJournal(path, mode, std::move(database)));
  TRY(journal->prepare());
  return journal;
}

/// Brings the file to this program's schema. A file that has it is not written to.
Status SqliteJournal::prepare() {
  if (TRY(schema_is_current(database_, path_))) return ok();
  if (mode_ == OpenMode::read_only) return storage::needs_migration(path_);
  Transaction transaction = TRY(Transaction::begin(database_));
  TRY(migrate_schema(database_, path_));
  TRY(make_views());
  return transaction.commit();
}

Result<storage::JournalHead> SqliteJournal::head() const {
  Statement row = TRY(Statement::prepare(database_, sql_text("read_head")));
  storage::JournalHead head;
  if (!TRY(row.step())) return head;
  head.size = static_cast<std::uint64_t>(row.column_int64(0));
  head.last_time = {row.column_int64(1)};
  const auto frontier = row.column_blob(2);
  head.frontier.assign(reinterpret_cast<const char*>(frontier.data()), frontier.size());
  head.checkpoint = row.column_text(3);
  return head;
}

Result<std::unique_ptr<storage::JournalWriter>> SqliteJournal::begin() {
  // SQLite itself would refuse the first change only.
  if (mode_ == OpenMode::read_only) {
    return Error{Errc::permission_denied, "the registry is open for reading only"};
  }
  return Writer::begin(database_);
}

Status SqliteJournal::read(std::uint64_t first, std::uint64_t last,
                           const std::function<Status(const journal::Entry&)>& visit) const {
  Statement rows = TRY(Statement::prepare(database_, sql_text("read_entries")));
  rows.bind(1, first).bind(2, last);
  std::uint64_t expected = first;
  while (TRY(rows.step())) {
    const journal::Entry entry = entry_of(rows);
    if (entry.seq != expected) break;
    TRY(visit(entry));
    ++expected;
  }
  if (expected == last) return ok();
  return Error{Errc::corrupted, fmt::format("entry {} is missing in the journal", expected)};
}

Result<std::optional<std::string>> SqliteJournal::newest_payload(std::string_view kind,
                                                                 std::string_view subject) const {
  Statement row = TRY(Statement::prepare(database_, sql_text("find_newest")));
  row.bind(1, kind).bind(2, subject);
  std::optional<std::string> payload;
  if (TRY(row.step())) payload = std::string(row.column_text(0));
  return payload;
}

Result<std::optional<storage::KnownImport>> SqliteJournal::import(std::string_view digest) const {
  Statement row = TRY(Statement::prepare(database_, sql_text("find_import")));
  row.bind(1, digest);
  std::optional<storage::KnownImport> known;
  if (TRY(row.step())) {
    known = {.first_seq = static_cast<std::uint64_t>(row.column_int64(0)),
             .rows = static_cast<std::uint64_t>(row.column_int64(1))};
  }
  return known;
}

}  // namespace kensho
