#include "wiring/home.h"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/file.h"
#include "storage/sqlite/checked_vfs_audit.h"
#include "storage/sqlite/sqlite_journal.h"
#include "wiring/database_file.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

fs::path journal_file(const fs::path& root) {
  return root / "journal.sqlite";
}
fs::path key_file(const fs::path& root) {
  return root / "keys" / "log.key";
}

/// The key file: the log's name and the seed in hexadecimal, one a line.
Result<ledger::NoteSigner> read_signer(const fs::path& path) {
  const Error malformed{Errc::corrupted, fmt::format("{}: not a signing key", path.string())};
  const std::string text = TRY(read_file(path));
  const std::size_t line_end = text.find('\n');
  if (line_end == text.npos) return malformed;
  const auto bytes = hex_decode(std::string_view(text).substr(line_end + 1, 64));
  Ed25519Seed seed{};
  if (!bytes || bytes->size() != seed.size()) return malformed;
  std::ranges::copy(*bytes, seed.begin());
  return ledger::NoteSigner::make(text.substr(0, line_end), Ed25519Signer::from_seed(seed));
}

Status write_new_key(const fs::path& path, const std::string& origin) {
  const Ed25519Signer signer = Ed25519Signer::generate();
  TRY(ledger::NoteKey::make(origin, signer.public_key()));
  return write_file_durably(path, fmt::format("{}\n{}\n", origin, hex_encode(signer.seed())),
                            FileReaders::owner_only);
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

}  // namespace

bool Home::is_there(const fs::path& root) {
  return fs::exists(journal_file(root)) || has_database(root);
}

Result<std::unique_ptr<Home>> Home::create(const fs::path& root, const std::string& origin,
                                           const Clock& clock, const DatabaseChoice& database) {
  if (is_there(root)) {
    return Error{Errc::conflict, fmt::format("{}: a registry is there already", root.string())};
  }
  TRY(make_folders(root));
  TRY(write_new_key(key_file(root), origin));
  if (!database.url.empty()) TRY(write_new_database(root, database));
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
  signer_ = std::make_unique<ledger::NoteSigner>(TRY(read_signer(key_file(root_))));
  store_ = TRY(open_store(root_, mode));
  journal_ =
      std::make_unique<app::Journal>(*store_, clock, *signer_, ledger::LogDirectory(root_ / "log"));
  return writing ? journal_->publish_log() : ok();
}

Status Home::lock() {
  const fs::path path = root_ / "lock";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ >= 0 && ::flock(lock_, LOCK_EX | LOCK_NB) == 0) return ok();
  return Error{Errc::unavailable,
               fmt::format("{}: another process is writing to this registry; wait for it to end",
                           root_.string())};
}

Home::~Home() {
  journal_.reset();
  store_.reset();
  if (lock_ >= 0) ::close(lock_);
}

Status check_journal_file(const fs::path& root) {
  if (has_database(root)) return ok();
  const PageAudit audit = TRY(audit_pages(journal_file(root).string()));
  if (audit.is_whole()) return ok();
  return Error{Errc::corrupted, fmt::format("{}: {}", journal_file(root).string(), audit.problem)};
}

}  // namespace kensho::wiring
