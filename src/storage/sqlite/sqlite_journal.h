#pragma once

#include <memory>
#include <string>

#include "storage/journal_store.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/wal_checkpointer.h"

namespace kensho {

/// The journal in one SQLite file, with its views beside it in the same transaction.
///
/// A commit is on the disk when it returns (WAL, synchronous FULL). Every page carries a checksum.
/// Thread use: one thread at a time.
class SqliteJournal final : public storage::JournalStore {
 public:
  /// Opens the file, making it if `mode` allows; for writing also migrates what an older version
  /// of the program made. Errors: those of Database::open; conflict: a newer version made the file,
  /// or an older one and it is opened for reading only; corrupted: a migration of it was altered.
  static Result<std::unique_ptr<SqliteJournal>> open(const std::string& path, OpenMode mode);

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
  Result<std::string> unchecked_bytes() const override { return std::string(); }
  Result<std::vector<std::string>> traces_of(std::string_view institution,
                                             std::string_view participant) const override;
  Status scrub() override;
  Result<std::string> find_in_files(const BytePatterns& patterns) const override;
  std::string_view unsearched_files() const override { return {}; }
  Result<std::uint64_t> unscrubbed() const override;

 private:
  SqliteJournal(std::string path, OpenMode mode, Database database)
      : path_(std::move(path)), mode_(mode), database_(std::move(database)) {}

  Status prepare();
  Status make_views();
  std::string folder() const;
  Status write_anew();

  std::string path_;
  OpenMode mode_;
  mutable Database database_;
  std::unique_ptr<WalCheckpointer> checkpointer_;  // of a journal open for writing
};

}  // namespace kensho
