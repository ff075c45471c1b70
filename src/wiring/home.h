#pragma once

#include <filesystem>
#include <memory>

#include "app/journal.h"
#include "base/file_lock.h"
#include "storage/open_mode.h"

namespace kensho::wiring {

/// What a registry's folder is opened for. Writing takes a lock that one process holds at a time.
enum class Purpose : unsigned char { reading, writing };

/// Where a new registry's journal is kept.
struct DatabaseChoice {
  std::string url;  // postgresql://...; empty: a SQLite file in the folder
  /// Takes a PostgreSQL server that is set to lose data in a power cut.
  bool accept_data_loss = false;
};

/// A registry's folder: `keys/`, the public `log/`, the published `site/`, and the journal as
/// `journal.sqlite` or, in PostgreSQL, where `database.toml` says.
class Home {
 public:
  /// Makes the folder, its signing key and an empty journal.
  /// `origin` is the log's name in its checkpoints. Errors: conflict: a registry is there already;
  /// those of PostgresJournal::open.
  static Result<std::unique_ptr<Home>> create(const std::filesystem::path& root,
                                              const std::string& origin, const Clock& clock,
                                              const DatabaseChoice& database = {});

  /// Whether a registry is in this folder.
  static bool is_there(const std::filesystem::path& root);

  /// Makes an empty journal in a folder that has its signing key already, as one being restored.
  /// Errors: conflict: a registry is there already; not_found, corrupted: the key.
  static Result<std::unique_ptr<Home>> create_with_key(const std::filesystem::path& root,
                                                       const Clock& clock);

  /// Opens a registry; for writing also brings the public log up to date after a crash.
  /// Errors: not_found: no registry there; unavailable: another process writes.
  static Result<std::unique_ptr<Home>> open(const std::filesystem::path& root, Purpose purpose,
                                            const Clock& clock);

  app::Journal& journal() { return *journal_; }
  storage::JournalStore& store() { return *store_; }
  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path site() const { return root_ / "site"; }
  std::filesystem::path log() const { return root_ / "log"; }

 private:
  explicit Home(std::filesystem::path root) : root_(std::move(root)) {}

  Status lock();
  static Result<std::unique_ptr<Home>> create_parts(const std::filesystem::path& root,
                                                    const Clock& clock);
  Status open_parts(OpenMode mode, const Clock& clock);

  std::filesystem::path root_;
  std::optional<FileLock> lock_;  // given back after everything below it is closed
  std::unique_ptr<storage::JournalStore> store_;
  std::unique_ptr<ledger::NoteSigner> signer_;
  std::unique_ptr<app::Journal> journal_;
};

/// What the bytes of the journal's file say by themselves, for one so damaged that it does not
/// open; nothing where the journal is in PostgreSQL. Errors: corrupted: names the first page that
/// is not as it was written, and its bytes.
Status check_journal_file(const std::filesystem::path& root);

}  // namespace kensho::wiring
