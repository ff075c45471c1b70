#include "backup/take_backup.h"

#include <set>

#include <fmt/format.h>

#include "backup/archive.h"
#include "backup/chunk.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "journal/payload.h"
#include "ledger/checkpoint.h"
#include "ledger/log_directory.h"

namespace kensho::backup {
namespace {

constexpr std::uint64_t chunks_between_saves = 64;  // about 130 MB of work lost to a power cut

/// The chunks that hold entries which were erased in [first, last), with their number in it.
struct Erasures {
  std::set<std::uint64_t> chunks;
  std::uint64_t acts = 0;
};

/// One backup on its way.
class Taking {
 public:
  Taking(const Source& source, const TakeOptions& options, FolderWriter folder)
      : source_(source), options_(options), folder_(std::move(folder)) {}

  /// Errors: those of take_backup; what it had written by then is removed, or kept to go on with.
  Result<TakeReport> run() {
    TRY(start());
    Result<TakeReport> report = take();
    if (!report) give_up();
    return report;
  }

 private:
  Result<TakeReport> take() {
    TRY(take_files());
    TRY(take_entries());
    TRY(check_against_checkpoint());
    TRY(finish());
    report_.manifest = std::move(next_);
    return std::move(report_);
  }

  Status start();
  Status begin_first();
  Status take_files();
  Status take_archive(const std::vector<HomeFile>& files);
  Status take_entries();
  Status take_until(std::uint64_t size);
  Status write_one(std::uint64_t index, std::uint64_t size);
  Result<Erasures> erasures_in(std::uint64_t first, std::uint64_t last) const;
  Status check_fits(const Manifest& base) const;
  Status check_against_checkpoint() const;
  Status finish();
  void give_up() const;
  bool is_same_as_before() const;

  const Source& source_;
  const TakeOptions& options_;
  FolderWriter folder_;
  std::optional<Manifest> before_;  // the complete backup that is there
  Manifest next_;                   // the one that is made
  TakeReport report_;
};

Status Taking::start() {
  before_ = TRY(folder_.manifest(options_.key));
  std::optional<Manifest> unfinished = folder_.unfinished(options_.key);
  const bool goes_on = unfinished && (!before_ || (unfinished->backup == before_->backup &&
                                                   unfinished->generation > before_->generation));
  if (goes_on) {
    next_ = std::move(*unfinished);
  } else if (before_) {
    next_ = *before_;
    ++next_.generation;
  } else {
    TRY(begin_first());
  }
  TRY(check_fits(next_));
  return folder_.sweep({before_ ? &*before_ : nullptr, &next_});
}

/// From the first data file on the folder says what it is: data without a manifest is never ours.
Status Taking::begin_first() {
  if (folder_.has_data()) {
    return Error{Errc::conflict,
                 fmt::format("{}: there are data files but no manifest that this key opens; use "
                             "another folder, or empty this one",
                             folder_.folder().root().string())};
  }
  next_ = {.backup = hex_encode(random_bytes(16)),
           .generation = 1,
           .log_key = source_.log_key.text(),
           .chunk_entries = options_.chunk_entries};
  return folder_.save_unfinished(next_, options_.key);
}

Status Taking::check_fits(const Manifest& base) const {
  if (base.log_key != source_.log_key.text()) {
    return Error{Errc::conflict, fmt::format("{}: this is the backup of another registry",
                                             folder_.folder().root().string())};
  }
  const std::uint64_t size = TRY(source_.store.head()).size;
  if (base.entries() <= size) return ok();
  return Error{Errc::conflict,
               fmt::format("{}: the backup holds {} entries, the journal {}: entries were lost; "
                           "restore the backup instead of replacing it",
                           folder_.folder().root().string(), base.entries(), size)};
}

/// Files and public checkpoint come before the head: they never speak of entries it lacks.
Status Taking::take_files() {
  const ledger::LogDirectory log(source_.home / "log");
  if (const auto checkpoint = log.read_checkpoint()) next_.public_checkpoint = *checkpoint;
  constexpr int tries_max = 5;
  Status taken = ok();
  for (int tries = 0; tries < tries_max; ++tries) {
    const std::vector<HomeFile> files = TRY(list_home_files(source_.home));
    if (next_.archive && files == next_.archive->files) return ok();
    taken = take_archive(files);
    if (taken || taken.error().code != Errc::unavailable) return taken;
  }
  return taken;
}

Status Taking::take_archive(const std::vector<HomeFile>& files) {
  Archive archive{.file = FolderWriter::new_file(next_.generation), .files = files};
  SealedWriter writer =
      TRY(folder_.create(archive.file, archive_name(next_, archive.file.generation)));
  archive.file.size = TRY(write_archive(source_.home, files, std::move(writer)));
  report_.bytes_written += archive.file.size.bytes;
  next_.archive = std::move(archive);
  return ok();
}

Status Taking::take_entries() {
  while (true) {
    const storage::JournalHead head = TRY(source_.store.head());
    // What was read before may have been erased since; what is not yet read need not be looked at.
    Erasures erasures;
    if (!next_.chunks.empty()) erasures = TRY(erasures_in(next_.head.size, head.size));
    for (const std::uint64_t index : erasures.chunks) {
      if (index >= next_.chunks.size()) continue;
      TRY(write_one(index, head.size));
      ++report_.chunks_rewritten;
    }
    next_.head = head;
    TRY(take_until(head.size));
    const std::uint64_t now = TRY(source_.store.head()).size;
    if (TRY(erasures_in(head.size, now)).acts == 0) return ok();
  }
}

Status Taking::take_until(std::uint64_t size) {
  std::uint64_t unsaved = 0;
  for (std::uint64_t index = 0; index < chunk_count(next_, size); ++index) {
    const SeqRange range = chunk_range(next_, index, size);
    const bool is_whole =
        index < next_.chunks.size() && next_.chunks[index].entries() == range.last - range.first;
    if (is_whole) continue;
    TRY(write_one(index, size));
    if (++unsaved % chunks_between_saves == 0) TRY(folder_.save_unfinished(next_, options_.key));
    if (options_.on_progress) options_.on_progress(range.last, size);
  }
  return ok();
}

Status Taking::write_one(std::uint64_t index, std::uint64_t size) {
  Chunk chunk = TRY(write_chunk(folder_, next_, source_.store, {index, next_.generation}, size));
  ++report_.chunks_written;
  report_.bytes_written += chunk.file.size.bytes;
  if (index == next_.chunks.size()) {
    next_.chunks.push_back(std::move(chunk));
  } else {
    next_.chunks[index] = std::move(chunk);
  }
  return ok();
}

Result<Erasures> Taking::erasures_in(std::uint64_t first, std::uint64_t last) const {
  Erasures erasures;
  const auto look = [&](const journal::Entry& entry) -> Status {
    if (entry.act.kind != journal::kind::entries_erased) return ok();
    ++erasures.acts;
    const Json payload = TRY(parse_json(entry.act.payload));
    const Erasure erasure = TRY(journal::read_erasure(payload, fmt::format("entry {}", entry.seq)));
    for (const std::uint64_t seq : erasure.entries) {
      erasures.chunks.insert(seq / next_.chunk_entries);
    }
    return ok();
  };
  TRY(source_.store.read(first, last, look));
  return erasures;
}

Status Taking::check_against_checkpoint() const {
  const ledger::TreeBuilder tree = TRY(tree_of(next_));
  if (tree.size() == 0) return ok();
  const auto signed_head = TRY(ledger::open_checkpoint(next_.head.checkpoint, source_.log_key));
  if (tree.head() == signed_head.tree && as_text(tree.serialise()) == next_.head.frontier) {
    return ok();
  }
  TRY(folder_.drop_unfinished());
  return Error{Errc::corrupted,
               "the entries of journal and backup do not lead to the root that was signed: the "
               "history was changed or is another one; the backup stays as it was (kensho fsck "
               "tells more)"};
}

bool Taking::is_same_as_before() const {
  return before_ && !options_.new_key && report_.bytes_written == 0 &&
         before_->generation + 1 == next_.generation &&
         before_->head.checkpoint == next_.head.checkpoint &&
         before_->public_checkpoint == next_.public_checkpoint;
}

Status Taking::finish() {
  if (is_same_as_before()) {
    next_ = *before_;
    return ok();
  }
  TRY(folder_.replace_manifest(next_, options_.new_key.value_or(options_.key)));
  report_.changed = true;
  return folder_.sweep({&next_});
}

/// The error that ended the backup is what counts; the next one sweeps again.
void Taking::give_up() const {
  const auto before = folder_.manifest(options_.key);
  if (!before) return;  // another key's: nothing here is ours to remove
  const std::optional<Manifest> unfinished = folder_.unfinished(options_.key);
  (void)folder_.sweep({*before ? &**before : nullptr, unfinished ? &*unfinished : nullptr});
}

}  // namespace

Result<TakeReport> take_backup(const Source& source, const std::filesystem::path& folder,
                               const TakeOptions& options) {
  FolderWriter writer = TRY(FolderWriter::open(folder));
  return Taking(source, options, std::move(writer)).run();
}

}  // namespace kensho::backup
