#include "wiring/restore.h"

#include <fmt/format.h>

#include "app/check_registry.h"
#include "app/manifest.h"
#include "backup/archive.h"
#include "backup/chunk.h"
#include "base/file.h"
#include "wiring/home.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

Status check_is_free(const fs::path& home) {
  std::error_code problem;
  if (!fs::exists(home, problem)) return ok();
  if (fs::is_directory(home, problem) && fs::is_empty(home, problem)) return ok();
  return Error{Errc::conflict,
               fmt::format("{}: there is something already; a registry is restored to a folder "
                           "that does not exist",
                           home.string())};
}

/// A path of an archive leads into the folder and nowhere else.
Result<fs::path> place_of(const fs::path& folder, const std::string& path) {
  const fs::path relative = fs::path(path).lexically_normal();
  if (!path.empty() && relative.is_relative() && *relative.begin() != "..") {
    return folder / relative;
  }
  return Error{Errc::corrupted, fmt::format("'{}' in the backup is no path of a registry", path)};
}

/// Keys, site and settings.
Status restore_files(const backup::Folder& folder, const backup::Manifest& manifest,
                     const fs::path& part) {
  const auto write = [&part](const backup::HomeFile& file, std::string_view content) -> Status {
    const fs::path place = TRY(place_of(part, file.path));
    std::error_code problem;
    fs::create_directories(place.parent_path(), problem);
    return write_file_durably(place, content,
                              file.owner_only ? FileReaders::owner_only : FileReaders::everyone);
  };
  return backup::read_archive(folder, manifest, write);
}

/// The entries with their views, as one transaction.
Status restore_entries(const backup::Folder& folder, const backup::Manifest& manifest, Home& home,
                       const RestoreRequest& request) {
  const auto writer = TRY(home.store().begin());
  const auto append = [&writer](const journal::Entry& entry) { return writer->append(entry); };
  std::uint64_t done = 0;
  for (std::uint64_t index = 0; index < manifest.chunks.size(); ++index) {
    TRY(backup::read_chunk(folder, manifest, index, append));
    done += manifest.chunks[index].entries();
    if (request.on_progress) request.on_progress(done, manifest.entries());
  }
  return writer->commit(manifest.head);
}

/// The public log from the leaves; its checkpoint with the cosignatures that the backup knows.
Status restore_log(const backup::Manifest& manifest, Home& home) {
  TRY(home.journal().publish_log());
  const auto own = TRY(ledger::open_checkpoint(manifest.head.checkpoint, home.journal().key()));
  const auto shown = ledger::open_checkpoint(manifest.public_checkpoint, home.journal().key());
  if (!shown || shown->tree != own.tree) return ok();
  const fs::path file = home.journal().log().file(ledger::checkpoint_path);
  return write_file_durably(file, manifest.public_checkpoint);
}

/// A folder beside another one; the path may end with a slash.
fs::path beside(const fs::path& folder, const char* suffix) {
  const fs::path normal = folder.lexically_normal();
  return (normal.has_filename() ? normal : normal.parent_path()).string() + suffix;
}

/// What fsck and verify say of the restored registry.
Status check_restored(Home& home) {
  std::vector<app::Finding> findings = app::check_registry(home.journal()).findings;
  if (fs::exists(home.site())) {
    const app::SiteCheck site = TRY(app::verify_site(home.site(), home.journal().key()));
    findings.insert(findings.end(), site.findings.begin(), site.findings.end());
  }
  if (findings.empty()) return ok();
  std::string text = "the restored registry is not as it was accepted; nothing was put in place\n";
  for (const app::Finding& finding : findings) {
    text += fmt::format("{}: {}\n", finding.place, finding.problem);
  }
  return Error{Errc::corrupted, text};
}

/// Holds the restored journal to a checkpoint that somebody else kept.
Status check_known(Home& home, const std::string& note) {
  const auto known = TRY(ledger::open_checkpoint(note, home.journal().key()));
  const std::uint64_t size = TRY(home.store().head()).size;
  if (known.tree.size > size) {
    return Error{Errc::conflict,
                 fmt::format("the checkpoint known from elsewhere covers {} entries, the backup "
                             "holds {}: {} accepted entries are not in it; look for a newer backup",
                             known.tree.size, size, known.tree.size - size)};
  }
  const Hash root = TRY(home.journal().root_at(known.tree.size));
  if (root == known.tree.root) return ok();
  return Error{Errc::corrupted,
               fmt::format("the checkpoint known from elsewhere and the backup tell two different "
                           "histories of the first {} entries",
                           known.tree.size)};
}

/// Makes the registry in the folder `part` and checks it.
Status make_part(const backup::Folder& folder, const backup::Manifest& manifest,
                 const fs::path& part, const RestoreRequest& request, const Clock& clock) {
  TRY(restore_files(folder, manifest, part));
  const auto home = TRY(Home::create_with_key(part, clock));
  if (home->journal().key().text() != manifest.log_key) {
    return Error{Errc::corrupted, "the signing key in the backup is not that of its checkpoints"};
  }
  TRY(restore_entries(folder, manifest, *home, request));
  TRY(restore_log(manifest, *home));
  if (request.known_checkpoint) TRY(check_known(*home, *request.known_checkpoint));
  return check_restored(*home);
}

/// A damaged backup is told whole: where, and what can still be read.
Error explain(const Error& error, const backup::Folder& folder, const RestoreRequest& request) {
  const auto check = backup::check_backup(folder, request.key, {});
  if (!check || check->damages.empty()) return error;
  return {Errc::corrupted, fmt::format("{}: the backup is damaged; nothing was restored\n{}",
                                       request.backup.string(), backup::describe_damage(*check))};
}

}  // namespace

Result<RestoreReport> restore_backup(const RestoreRequest& request, const Clock& clock) {
  TRY(check_is_free(request.home));
  const backup::Folder folder(request.backup);
  RestoreReport report{.manifest = TRY(folder.manifest(request.key))};
  const fs::path part = beside(request.home, ".part");
  std::error_code problem;
  fs::remove_all(part, problem);  // of an attempt that was broken off
  const Status made = make_part(folder, report.manifest, part, request, clock);
  if (!made) {
    fs::remove_all(part, problem);
    return explain(made.error(), folder, request);
  }
  const auto key = TRY(ledger::NoteKey::parse(report.manifest.log_key));
  report.checkpoint = TRY(ledger::open_checkpoint(report.manifest.head.checkpoint, key));
  TRY(sync_filesystem(part));
  TRY(replace_folder(request.home, part));
  return report;
}

}  // namespace kensho::wiring
