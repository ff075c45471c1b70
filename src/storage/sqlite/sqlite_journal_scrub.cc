// What erased entries leave behind in the file, and how it goes.
//
// secure_delete overwrites removed rows and freed pages in place, but a row that a page split moved
// leaves a copy in the unused part of its old page, which SQLite no longer knows. So the file is
// written anew from the rows that are there, and nothing else.
#include <algorithm>

#include <fmt/format.h>

#include "storage/sqlite/checked_vfs_raw_file.h"
#include "storage/sqlite/record_bytes.h"
#include "storage/sqlite/sql_text.h"
#include "storage/sqlite/sqlite_journal.h"
#include "storage/sqlite/statement.h"

namespace kensho {

namespace {

Result<std::optional<std::uint64_t>> find_in(const RawFile& file, const BytePatterns& patterns) {
  const std::uint64_t size = TRY(file.size_bytes());
  PatternSearch search(patterns);
  std::string piece(1 << 20, '\0');
  for (std::uint64_t done = 0; done < size; done += piece.size()) {
    piece.resize(std::min<std::uint64_t>(piece.size(), size - done));
    TRY(file.read(std::as_writable_bytes(std::span(piece)), done));
    if (const auto at = search.take(piece)) return at;
  }
  return std::optional<std::uint64_t>();
}

}  // namespace

// The rows of views.cc that name a participant.
Result<std::vector<std::string>> SqliteJournal::traces_of(std::string_view institution,
                                                          std::string_view participant) const {
  std::vector<std::string> traces;
  const auto seqs = TRY(entries_of(institution, participant));
  for (const std::uint64_t seq : seqs)
    traces.push_back(
        record_bytes({storage::participant_block(seq), institution, participant, seq}));
  Statement row = TRY(Statement::prepare(database_, sql_text("read_participant")));
  row.bind(1, institution).bind(2, participant);
  if (!TRY(row.step())) return traces;
  const auto registered = static_cast<std::uint64_t>(row.column_int64(1));
  for (const std::uint64_t treated : {std::uint64_t{0}, std::uint64_t{1}}) {
    traces.push_back(
        record_bytes({institution, participant, row.column_text(0), treated, registered}));
  }
  return traces;
}

Status SqliteJournal::scrub() {
  checkpointer_.reset();  // its connection would be in the way
  Status scrubbed = write_anew();
  checkpointer_ = std::make_unique<WalCheckpointer>(database_, path_);
  return scrubbed;
}

Status SqliteJournal::write_anew() {
  // The log's space is kept, so that the new content is written over the old one.
  TRY(database_.wal_checkpoint(WalCheckpoint::restart));
  TRY(database_.vacuum());
  TRY(database_.wal_checkpoint(WalCheckpoint::truncate));
  TRY(database_.execute("DELETE FROM unscrubbed"));
  return database_.wal_checkpoint(WalCheckpoint::truncate);
}

Result<std::string> SqliteJournal::find_in_files(const BytePatterns& patterns) const {
  // Not the -shm file: it holds page numbers only, and closing it here would drop SQLite's locks.
  for (const char* suffix : {"", "-wal", "-journal"}) {
    const std::string path = path_ + suffix;
    if (!RawFile::exists(path)) continue;
    const RawFile file = TRY(RawFile::open(path));
    if (const auto at = TRY(find_in(file, patterns))) {
      return fmt::format("{} at byte {}", path, *at);
    }
  }
  return std::string();
}

Result<std::uint64_t> SqliteJournal::unscrubbed() const {
  Statement count = TRY(Statement::prepare(database_, sql_text("count_unscrubbed")));
  TRY(count.step());
  return static_cast<std::uint64_t>(count.column_int64(0));
}

}  // namespace kensho
