#include "storage/sqlite/sqlite_journal.h"

#include <cstring>
#include <set>

#include <fmt/format.h>

#include "journal/erased_tag.h"
#include "journal/payload.h"
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
  // Only all four together: one of them missing is damage, and fails every check.
  entry.erased = row.column_is_null(7) && row.column_is_null(8) && row.column_is_null(9) &&
                 row.column_is_null(10);
  entry.key = hash_column(row, 7);
  entry.act.subject = row.column_text(8);
  entry.act.reason = row.column_text(9);
  entry.act.payload = row.column_text(10);
  return entry;
}

/// The entries about one participant, in order.
Result<std::vector<std::uint64_t>> find_entries_of(const Database& database,
                                                   std::string_view institution,
                                                   std::string_view participant) {
  Statement rows = TRY(Statement::prepare(database, sql_text("find_entries_of")));
  rows.bind(1, institution).bind(2, participant);
  std::vector<std::uint64_t> seqs;
  while (TRY(rows.step())) seqs.push_back(static_cast<std::uint64_t>(rows.column_int64(0)));
  return seqs;
}

/// Destroys the sealed parts of entries, inside the transaction of a writer.
class Eraser {
 public:
  static Result<Eraser> open(const Database& database, Views& views) {
    Statement read = TRY(Statement::prepare(database, sql_text("read_entries")));
    Statement erase = TRY(Statement::prepare(database, sql_text("erase_entry")));
    Statement mark = TRY(Statement::prepare(database, sql_text("mark_unscrubbed")));
    return Eraser(database, views, std::move(read), std::move(erase), std::move(mark));
  }

  Status erase(std::uint64_t seq) {
    const journal::Entry entry = TRY(entry_at(seq));
    if (!journal::is_about_a_person(entry.act.kind)) {
      return Error{Errc::invalid_argument,
                   fmt::format("entry {} cannot be erased: its kind is '{}', which is not about a "
                               "person",
                               seq, entry.act.kind)};
    }
    if (entry.erased) {
      return Error{Errc::conflict, fmt::format("entry {} was erased before", seq)};
    }
    const Json payload = TRY(parse_json(entry.act.payload));
    people_.insert(TRY(journal::read_participant_key(payload, fmt::format("entry {}", seq))));
    TRY(views_->forget(entry));
    erase_.bind(1, seq);
    TRY(erase_.run());
    mark_.bind(1, seq);
    return mark_.run();
  }

  /// Nobody may stay in part: what is left could not be folded.
  Status check_all_are_gone() const {
    for (const auto& [institution, participant] : people_) {
      const auto left = TRY(find_entries_of(*database_, institution, participant));
      if (left.empty()) continue;
      return Error{Errc::invalid_argument,
                   fmt::format("entry {} is about the same person and would stay; all entries "
                               "about a person are erased together",
                               left.front())};
    }
    return ok();
  }

 private:
  Eraser(const Database& database, Views& views, Statement read, Statement erase, Statement mark)
      : database_(&database),
        views_(&views),
        read_(std::move(read)),
        erase_(std::move(erase)),
        mark_(std::move(mark)) {}

  Result<journal::Entry> entry_at(std::uint64_t seq) {
    read_.bind(1, seq).bind(2, seq + 1);
    if (!TRY(read_.step())) {
      return Error{Errc::not_found, fmt::format("there is no entry {}", seq)};
    }
    journal::Entry entry = entry_of(read_);
    read_.reset();
    return entry;
  }

  const Database* database_;
  Views* views_;
  Statement read_;
  Statement erase_;
  Statement mark_;
  std::set<ParticipantKey> people_;
};

class Writer final : public storage::JournalWriter {
 public:
  static Result<std::unique_ptr<storage::JournalWriter>> begin(Database& database) {
    Transaction transaction = TRY(Transaction::begin(database));
    std::unique_ptr<Writer> writer(new Writer(database, std::move(transaction),
                                              TRY(Views::open(database, "main")),
                                              TRY(Statements::prepare(database))));
    Statement key = TRY(Statement::prepare(database, sql_text("find_registry_key")));
    if (TRY(key.step())) writer->registry_key_ = hash_column(key, 0);
    return std::unique_ptr<storage::JournalWriter>(std::move(writer));
  }

  Status append(const journal::Entry& entry) override {
    TRY(insert(entry));
    return views_.apply(entry);
  }

  Status append_report(const journal::Entry& entry, const CaseReport& report,
                       const journal::SubmissionKey* submission) override {
    TRY(insert(entry));
    return views_.apply_report(entry, report, submission);
  }

  Status erase(std::span<const std::uint64_t> seqs) override {
    Eraser eraser = TRY(Eraser::open(*database_, views_));
    for (const std::uint64_t seq : seqs) TRY(eraser.erase(seq));
    return eraser.check_all_are_gone();
  }

  Status commit(const storage::JournalHead& head) override {
    Statement& write = statements_.head;
    write.bind(1, head.size).bind(2, head.last_time.us).bind(3, blob(head.frontier));
    write.bind(4, head.checkpoint);
    TRY(write.run());
    return transaction_.commit();
  }

  /// A question to a file costs nothing worth saving.
  Status expect(const storage::Expected&) override { return ok(); }

  Result<std::optional<storage::KnownParticipant>> participant(
      std::string_view institution, std::string_view participant) const override {
    Statement& find = statements_.find;
    find.bind(1, institution).bind(2, participant);
    std::optional<storage::KnownParticipant> known;
    if (TRY(find.step())) {
      known = {.therapy = std::string(find.column_text(0)),
               .treated = find.column_int64(1) != 0,
               .withdrawn = find.column_int64(2) != 0};
    } else if (TRY(was_erased(institution, participant))) {
      known = {.erased = true};
    }
    find.reset();
    return known;
  }

  Result<std::optional<std::uint64_t>> submission(std::string_view client,
                                                  std::string_view key) const override {
    Statement& find = statements_.find_submission;
    find.bind(1, client).bind(2, key);
    std::optional<std::uint64_t> seq;
    if (TRY(find.step())) seq = static_cast<std::uint64_t>(find.column_int64(0));
    find.reset();
    return seq;
  }

 private:
  struct Statements {
    Statement insert;
    Statement find;
    Statement find_erased;
    Statement find_submission;
    Statement head;

    static Result<Statements> prepare(const Database& database) {
      Statement insert = TRY(Statement::prepare(database, sql_text("insert_entry")));
      Statement find = TRY(Statement::prepare(database, sql_text("find_participant")));
      Statement erased = TRY(Statement::prepare(database, sql_text("find_erased")));
      Statement submission = TRY(Statement::prepare(database, sql_text("find_submission")));
      Statement head = TRY(Statement::prepare(database, sql_text("write_head")));
      return Statements{std::move(insert), std::move(find), std::move(erased),
                        std::move(submission), std::move(head)};
    }
  };

  Writer(Database& database, Transaction transaction, Views views, Statements statements)
      : database_(&database),
        transaction_(std::move(transaction)),
        views_(std::move(views)),
        statements_(std::move(statements)) {}

  Status insert(const journal::Entry& entry) {
    TRY(storage::check_texts(entry));
    const journal::NewEntry& act = entry.act;
    Statement& put = statements_.insert;
    put.bind(1, entry.seq).bind(2, entry.time.us).bind(3, act.actor).bind(4, act.organisation);
    put.bind(5, act.kind).bind(6, blob(entry.commitment)).bind(7, blob(entry.leaf));
    put.bind(8, blob(entry.key)).bind(9, act.subject).bind(10, act.reason);
    put.bind(11, act.payload);
    if (entry.erased) {  // as a restored registry holds it
      for (const int sealed : {8, 9, 10, 11}) put.bind_null(sealed);
    }
    return put.run();
  }

  Result<bool> was_erased(std::string_view institution, std::string_view participant) const {
    Statement& find = statements_.find_erased;
    find.bind(1, journal::erased_tag(registry_key_, institution, participant));
    const bool found = TRY(find.step());
    find.reset();
    return found;
  }

  Database* database_;
  Transaction transaction_;
  Views views_;
  mutable Statements statements_;
  Hash registry_key_{};  // of the first entry; before there is one nobody was erased
};

}  // namespace

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const std::string& path, OpenMode mode) {
  Database database = TRY(Database::open(path, {.mode = mode}));
  std::unique_ptr<SqliteJournal> journal(new SqliteJournal(path, mode, std::move(database)));
  TRY(journal->prepare());
  if (mode != OpenMode::read_only)
    journal->checkpointer_ = std::make_unique<WalCheckpointer>(journal->database_, path);
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

Result<std::vector<std::uint64_t>> SqliteJournal::entries_of(std::string_view institution,
                                                             std::string_view participant) const {
  return find_entries_of(database_, institution, participant);
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
