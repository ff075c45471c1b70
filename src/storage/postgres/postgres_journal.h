#pragma once

#include <memory>
#include <span>
#include <string>

#include "storage/journal_store.h"
#include "storage/open_mode.h"
#include "storage/postgres/server.h"

namespace kensho {

/// Where a registry lies in PostgreSQL.
struct PostgresLocation {
  std::string url;            // postgresql://...; may hold a password: never shown
  std::int64_t registry = 0;  // tells the registries of one database apart
  postgres::Durability durability = postgres::Durability::required;
};

/// A number for a new registry: 63 random bits.
std::int64_t new_registry_number();

/// The journal in a PostgreSQL database, beside those of other registries, with its views in the
/// same transactions.
///
/// A commit is on the server's disk when it returns. Opened for writing it holds a lock on its
/// registry for as long as its connection lives, so there is one writer wherever it runs; a
/// connection that was lost is made again, and the lock taken again, before the next batch.
/// Thread use: one thread at a time.
class PostgresJournal final : public storage::JournalStore {
 public:
  /// Connects; for writing also migrates what an older version of the program made, which waits
  /// for every other program on this database to end. Errors: those of Connection::open and
  /// prepare_for_writing; unavailable: another process writes to this registry, or uses the
  /// database while it has to be migrated; conflict: a newer version made the schema, or an older
  /// one and it is opened for reading only; not_found: no such registry and not OpenMode::create.
  static Result<std::unique_ptr<PostgresJournal>> open(const PostgresLocation& location,
                                                       OpenMode mode);

  Result<storage::JournalHead> head() const override;
  Result<std::unique_ptr<storage::JournalWriter>> begin() override;
  Status read(std::uint64_t first, std::uint64_t last,
              const std::function<Status(const journal::Entry&)>& visit) const override;
  Result<std::optional<std::string>> newest_payload(std::string_view kind,
                                                    std::string_view subject) const override;
  Result<std::optional<storage::KnownImport>> import(std::string_view digest) const override;
  Result<std::vector<std::uint64_t>> entries_of(std::string_view institution,
                                                std::string_view participant) const override;
  Status rebuild_views() override;
  Result<std::unique_ptr<storage::ViewAudit>> audit_views() const override;
  Status check_bytes() const override;
  Result<std::string> unchecked_bytes() const override;
  /// None: the files are the server's.
  Result<std::vector<std::string>> traces_of(std::string_view, std::string_view) const override {
    return std::vector<std::string>();
  }
  /// Writes the tables anew; other files of the server are out of reach (unsearched_files).
  Status scrub() override;
  Result<std::string> find_in_files(const BytePatterns&) const override { return std::string(); }
  std::string_view unsearched_files() const override;
  Result<std::uint64_t> unscrubbed() const override;

 private:
  PostgresJournal(PostgresLocation location, OpenMode mode)
      : location_(std::move(location)), mode_(mode) {}

  Result<std::shared_ptr<postgres::Connection>> connection() const;
  Result<postgres::Rows> ask(std::string_view name, const postgres::Parameters& values) const;

  PostgresLocation location_;
  OpenMode mode_;
  /// Shared with whoever is using it: a writer must go on to fail on the connection it began on
  /// when that is lost and the journal has made another.
  mutable std::shared_ptr<postgres::Connection> connection_;
};

}  // namespace kensho
