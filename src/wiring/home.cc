#include "wiring/home.h"

#include <fmt/format.h>

#include "storage/sqlite/checked_vfs_audit.h"
#include "storage/sqlite/sqlite_journal.h"
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

Status make_folders(const fs::path& root) {
  std::error_code problem;
  fs::create_directories(root / "keys", problem);
  if (!problem) fs::create_directories(root / "log", problem);
  if (!problem) return ok();
  return Error{Errc::unavailable,
               fmt::format("{}: cannot be made: {}", root.string(), problem.message())};
}

Status check_has_no_journal(const fs::path& root) {
  if (!fs::exists(journal_file(root))) return ok();
  return Error{Errc::conflict, fmt::format("{}: a registry is there already", root.string())};
}

}  // namespace

Result<std::unique_ptr<Home>> Home::create(const fs::path& root, const std::string& origin,
                                           const Clock& clock) {
  TRY(check_has_no_journal(root));
  TRY(make_folders(root));
  TRY(write_new_key_file(key_file(root), origin));
  return create_with_key(root, clock);
}

Result<std::unique_ptr<Home>> Home::create_with_key(const fs::path& root, const Clock& clock) {
  TRY(check_has_no_journal(root));
  TRY(SqliteJournal::open(journal_file(root).string(), OpenMode::create));
  return open(root, Purpose::writing, clock);
}

Result<std::unique_ptr<Home>> Home::open(const fs::path& root, Purpose purpose,
                                         const Clock& clock) {
  if (!fs::exists(journal_file(root))) {
    return Error{Errc::not_found,
                 fmt::format("{}: there is no registry in this folder; make one with "
                             "kensho init",
                             root.string())};
  }
  std::unique_ptr<Home> home(new Home(root));
  const bool writing = purpose == Purpose::writing;
  if (writing) TRY(home->lock());
  auto signer = TRY(read_signer(root));
  home->signer_ = std::make_unique<ledger::NoteSigner>(std::move(signer));
  home->store_ = TRY(SqliteJournal::open(journal_file(root).string(),
                                         writing ? OpenMode::existing : OpenMode::read_only));
  home->journal_ = std::make_unique<app::Journal>(*home->store_, clock, *home->signer_,
                                                  ledger::LogDirectory(root / "log"));
  if (writing) TRY(home->journal_->publish_log());
  return home;
}

Status Home::lock() {
  lock_ = TRY(FileLock::take(
      root_ / "lock",
      fmt::format("{}: another process is writing to this registry; wait for it to end",
                  root_.string())));
  return ok();
}

Status check_journal_file(const fs::path& root) {
  const PageAudit audit = TRY(audit_pages(journal_file(root).string()));
  if (audit.is_whole()) return ok();
  return Error{Errc::corrupted, fmt::format("{}: {}", journal_file(root).string(), audit.problem)};
}

}  // namespace kensho::wiring
