#include "backup/check_backup.h"

#include <fmt/format.h>

#include "backup/archive.h"
#include "backup/chunk.h"
#include "ledger/checkpoint.h"

namespace kensho::backup {
namespace {

/// Whether the chunks, each true to the manifest, are together what the log signed.
Status check_checkpoint(const Manifest& manifest) {
  const ledger::TreeBuilder tree = TRY(tree_of(manifest));
  const ledger::NoteKey key = TRY(ledger::NoteKey::parse(manifest.log_key));
  const auto checkpoint = TRY(ledger::open_checkpoint(manifest.head.checkpoint, key));
  const bool fits = tree.head() == checkpoint.tree && tree.size() == manifest.head.size &&
                    as_text(tree.serialise()) == manifest.head.frontier;
  if (fits) return ok();
  return Error{Errc::corrupted, "the entries do not lead to the root that the log signed"};
}

}  // namespace

Result<CheckReport> check_backup(const Folder& folder, const BackupKey& key,
                                 const std::function<void(std::uint64_t done)>& on_progress) {
  CheckReport report{.manifest = TRY(folder.manifest(key))};
  const Manifest& manifest = report.manifest;
  const auto note = [&report](std::string place, const Status& status) {
    if (!status) report.damages.push_back({std::move(place), status.error().message});
  };
  for (std::uint64_t index = 0; index < manifest.chunks.size(); ++index) {
    const Chunk& chunk = manifest.chunks[index];
    const SeqRange range = chunk_range(manifest, index, manifest.entries());
    const Status read =
        read_chunk(folder, manifest, index, [](const journal::Entry&) { return ok(); });
    if (read) report.entries += chunk.entries();
    note(fmt::format("entries {} to {} (data/{})", range.first, range.last - 1, chunk.file.name),
         read);
    if (on_progress) on_progress(range.last);
  }
  note("keys, site and settings",
       read_archive(folder, manifest, [](const HomeFile&, std::string_view) { return ok(); }));
  note("checkpoint", check_checkpoint(manifest));
  return report;
}

std::string describe_damage(const CheckReport& report) {
  std::string text;
  for (const Damage& damage : report.damages) {
    text += fmt::format("{}: {}\n", damage.place, damage.problem);
  }
  return text + fmt::format(
                    "{} of {} entries are whole. A data file is never changed once it is "
                    "written: put the named file from another copy of this backup "
                    "(generation {}) in its place.\n",
                    report.entries, report.manifest.entries(), report.manifest.generation);
}

}  // namespace kensho::backup
