#include "wiring/home.h"

#include <fmt/format.h>

#include "storage/sqlite/checked_vfs_audit.h"
#include "storage/sqlite/sqlite_journal.h"
#include "wiring/database_file.h"
#include "wiring/key_file.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

fs::path journal_file(const fs::path& root) {
  return root / "journal.sqlite";
}
fs::path key_file(const fs::path& root) {
  return root / "keys" / "log.key";
}

Result<ledger::NoteSigner> read_signer(const fs::path& root) {
  NamedSigner key = TRY(read_key_file(key_file(root)));
  return ledger::NoteSigner::make(std::move(key.name), std::move(key.signer));
}

Result<std::unique_ptr<storage::JournalStore>> open_store(const fs::path& root, OpenMode mode) {
  if (has_database(root)) {
    const PostgresLocation location = TRY(read_database(root));
    return std::unique_ptr<storage::JournalStore>(TRY(PostgresJournal::open(location, mode)));
  }
  return std::unique_ptr<storage::JournalStore>(
      TRY(SqliteJournal::open(journal_file(root).string(), mode)));
}

Status make_folders(const fs::path& root) {
  std::error_code problem;
  fs::create_directories(root / "keys", problem);
  if (!problem) fs::create_directories(root / "log", problem);
  if (!problem) return ok();
  return Error{Errc::unavailable,
               fmt::format("{}: cannot be made: {}", root.string(), problem.message())};
}

Status check_has_no_registry(const fs::path& root) {
  if (!Home::is_there(root)) return ok();
  return Error{Errc::conflict, fmt::format("{}: a registry is there already", root.string())};
}

}  // namespace

bool Home::is_there(const fs::path& root) {
  return fs::exists(journal_file(root)) || has_database(root);
}

Result<std::unique_ptr<Home>> Home::create(const fs::path& root, const std::string& origin,
                                           const Clock& clock, const DatabaseChoice& database) {
  TRY(check_has_no_registry(root));
  TRY(make_folders(root));
  TRY(write_new_key_file(key_file(root), origin));
  if (!database.url.empty()) TRY(write_new_database(root, database));
  return create_parts(root, clock);
}

Result<std::unique_ptr<Home>> Home::create_with_key(const fs::path& root, const Clock& clock) {
  TRY(check_has_no_registry(root));
  return create_parts(root, clock);
}

Result<std::unique_ptr<Home>> Home::create_parts(const fs::path& root, const Clock& clock) {
  std::unique_ptr<Home> home(new Home(root));
  TRY(home->open_parts(OpenMode::create, clock));
  return home;
}

Result<std::unique_ptr<Home>> Home::open(const fs::path& root, Purpose purpose,
                                         const Clock& clock) {
  if (!is_there(root)) {
    return Error{Errc::not_found,
                 fmt::format("{}: there is no registry in this folder; make one with "
                             "kensho init",
                             root.string())};
  }
  std::unique_ptr<Home> home(new Home(root));
  const bool writing = purpose == Purpose::writing;
  TRY(home->open_parts(writing ? OpenMode::existing : OpenMode::read_only, clock));
  return home;
}

Status Home::open_parts(OpenMode mode, const Clock& clock) {
  const bool writing = mode != OpenMode::read_only;
  if (writing) TRY(lock());
  signer_ = std::make_unique<ledger::NoteSigner>(TRY(read_signer(root_)));
  store_ = TRY(open_store(root_, mode));
  journal_ =
      std::make_unique<app::Journal>(*store_, clock, *signer_, ledger::LogDirectory(root_ / "log"));
  return writing ? journal_->publish_log() : ok();
}

Status Home::lock() {
  lock_ = TRY(FileLock::take(
      root_ / "lock",
      fmt::format("{}: another process is writing to this registry; wait for it to end",
                  root_.string())));
  return ok();
}

Status check_journal_file(const fs::path& root) {
  if (has_database(root)) return ok();
  const PageAudit audit = TRY(audit_pages(journal_file(root).string()));
  if (audit.is_whole()) return ok();
  return Error{Errc::corrupted, fmt::format("{}: {}", journal_file(root).string(), audit.problem)};
}

}  // namespace kensho::wiring
