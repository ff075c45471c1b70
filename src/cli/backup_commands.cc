// backup-key, backup and restore: what survives the machine.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "backup/take_backup.h"
#include "base/encoding.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "wiring/restore.h"

namespace kensho::cli {
namespace {

namespace fs = std::filesystem;

bool is_inside(const fs::path& path, const fs::path& folder) {
  std::error_code problem;
  const fs::path inner = fs::weakly_canonical(path, problem);
  const fs::path outer = fs::weakly_canonical(folder, problem);
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

Status check_is_apart(const fs::path& path, const fs::path& folder, std::string_view what) {
  if (!is_inside(path, folder)) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("{}: {} must not be in {}, or both are lost together", path.string(),
                           what, folder.string())};
}

Status check_places(const BackupOptions& options) {
  TRY(check_is_apart(options.to, options.home, "the backup"));
  for (const std::string& key : {options.key_file, options.new_key_file}) {
    if (key.empty()) continue;
    TRY(check_is_apart(key, options.home, "its key"));
    TRY(check_is_apart(key, options.to, "its key"));
  }
  return ok();
}

void show_entries(std::uint64_t done, std::uint64_t all) {
  show_progress(fmt::format("{} of {} entries", done, all));
}

Json manifest_json(const backup::Manifest& manifest) {
  return Json::object()
      .set("generation", manifest.generation)
      .set("entries", manifest.entries())
      .set("erased", manifest.erased())
      .set("chunks", static_cast<std::uint64_t>(manifest.chunks.size()))
      .set("files", static_cast<std::uint64_t>(manifest.archive->files.size()))
      .set("log_key", manifest.log_key);
}

void print_taken(const backup::TakeReport& report) {
  const backup::Manifest& manifest = report.manifest;
  if (!report.changed) {
    return print(fmt::format("The backup is up to date: generation {}, {} entries.\n",
                             manifest.generation, manifest.entries()));
  }
  print(
      fmt::format("Backup generation {}: {} entries in {} chunks, {} files; {} chunks written "
                  "({} because of erasures), {} bytes.\n",
                  manifest.generation, manifest.entries(), manifest.chunks.size(),
                  manifest.archive->files.size(), report.chunks_written, report.chunks_rewritten,
                  report.bytes_written));
}

Status take(const BackupOptions& options) {
  TRY(check_places(options));
  const auto key = TRY(backup::BackupKey::read(options.key_file));
  backup::TakeOptions taking{.key = key, .on_progress = show_entries};
  if (!options.new_key_file.empty()) {
    taking.new_key = TRY(backup::BackupKey::read(options.new_key_file));
  }
  Session session = TRY(Session::open(options.home, wiring::Purpose::reading));
  const backup::Source source{session.home().store(), session.journal().key(), options.home};
  const auto report = TRY(backup::take_backup(source, options.to, taking));
  end_progress();
  if (!options.json) {
    print_taken(report);
    return ok();
  }
  print_json(manifest_json(report.manifest)
                 .set("changed", report.changed)
                 .set("chunks_written", report.chunks_written)
                 .set("chunks_rewritten", report.chunks_rewritten)
                 .set("bytes_written", report.bytes_written));
  return ok();
}

Json damages_json(const std::vector<backup::Damage>& damages) {
  Json list = Json::array();
  for (const backup::Damage& damage : damages) {
    list.push(Json::object().set("place", damage.place).set("problem", damage.problem));
  }
  return list;
}

Status check(const BackupOptions& options) {
  const auto key = TRY(backup::BackupKey::read(options.key_file));
  const auto report =
      TRY(backup::check_backup(backup::Folder(options.check_folder), key, [](std::uint64_t done) {
        show_progress(fmt::format("{} entries", done));
      }));
  end_progress();
  const backup::Manifest& manifest = report.manifest;
  if (options.json) {
    Json document = report.damages.empty() ? manifest_json(manifest) : Json::object();
    print_json(
        document.set("whole_entries", report.entries).set("damages", damages_json(report.damages)));
  }
  if (!report.damages.empty()) {
    return Error{Errc::corrupted, fmt::format("{}: the backup is damaged\n{}", options.check_folder,
                                              backup::describe_damage(report))};
  }
  if (!options.json) {
    print(fmt::format("Whole: generation {}, {} entries ({} erased) in {} chunks, {} files.\n{}",
                      manifest.generation, manifest.entries(), manifest.erased(),
                      manifest.chunks.size(), manifest.archive->files.size(),
                      manifest.head.checkpoint));
  }
  return ok();
}

void print_restored(const RestoreOptions& options, const wiring::RestoreReport& report) {
  const std::uint64_t size = report.checkpoint.tree.size;
  print(fmt::format(
      "Restored {} entries ({} erased) and {} files of {} to {}; every check of fsck passed.\n"
      "Checkpoint: size {}, root {} (backup generation {}).\n",
      report.manifest.entries(), report.manifest.erased(), report.manifest.archive->files.size(),
      report.checkpoint.origin, options.to, size, base64_encode(report.checkpoint.tree.root),
      report.manifest.generation));
  if (!options.known_checkpoint_file.empty()) return;
  remark(fmt::format(
      "Before anything is written to it: if the public log, a witness or anybody's copy of the log "
      "shows more than {0} entries,\nthe entries from {0} on were lost, and writing on would make "
      "a second history that everyone can see.\nCompare: kensho compare {1} PLACE --key '{2}'\n"
      "or restore with --known-checkpoint FILE.",
      size, options.to, report.manifest.log_key));
}

Status restore(const RestoreOptions& options) {
  const auto key = TRY(backup::BackupKey::read(options.key_file));
  wiring::RestoreRequest request{
      .backup = options.folder, .key = key, .home = options.to, .on_progress = show_entries};
  if (!options.known_checkpoint_file.empty()) {
    request.known_checkpoint = TRY(read_file(options.known_checkpoint_file, 1u << 20));
  }
  const auto report = TRY(wiring::restore_backup(request, SystemClock()));
  end_progress();
  if (!options.json) {
    print_restored(options, report);
    return ok();
  }
  print_json(manifest_json(report.manifest)
                 .set("checkpoint", Json::object()
                                        .set("origin", report.checkpoint.origin)
                                        .set("size", report.checkpoint.tree.size)
                                        .set("root", hex_encode(report.checkpoint.tree.root))));
  return ok();
}

Status make_key(const BackupKeyOptions& options) {
  const auto key = backup::BackupKey::generate();
  TRY(key.write_new(options.file));
  print(
      fmt::format("Key {} is in {}. Without it the backup cannot be read by anyone: keep a copy "
                  "where neither the registry nor the backup is.\n",
                  key.id(), options.file));
  return ok();
}

}  // namespace

int run_backup_key(const BackupKeyOptions& options) {
  return exit_code_of(make_key(options));
}
int run_backup(const BackupOptions& options) {
  return exit_code_of(options.check_folder.empty() ? take(options) : check(options));
}
int run_restore(const RestoreOptions& options) {
  return exit_code_of(restore(options));
}

}  // namespace kensho::cli
