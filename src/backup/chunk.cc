#include "backup/chunk.h"

#include <algorithm>

#include <fmt/format.h>

#include "backup/entry_record.h"
#include "journal/commitment.h"

namespace kensho::backup {

SeqRange chunk_range(const Manifest& manifest, std::uint64_t index, std::uint64_t size) {
  const std::uint64_t first = index * manifest.chunk_entries;
  return {first, std::min(size, first + manifest.chunk_entries)};
}

std::uint64_t chunk_count(const Manifest& manifest, std::uint64_t size) {
  return (size + manifest.chunk_entries - 1) / manifest.chunk_entries;
}

Result<Chunk> write_chunk(const FolderWriter& folder, const Manifest& manifest,
                          const storage::JournalStore& store, const ChunkPlace& place,
                          std::uint64_t size) {
  Chunk chunk{.file = FolderWriter::new_file(place.generation)};
  SealedWriter writer =
      TRY(folder.create(chunk.file, chunk_name(manifest, place.index, place.generation)));
  const SeqRange range = chunk_range(manifest, place.index, size);
  Bytes record;
  const auto take = [&](const journal::Entry& entry) -> Status {
    TRY(journal::check_sealed(entry));
    record.clear();
    append_record(record, entry);
    chunk.tree.append(ledger::leaf_hash(entry.leaf));
    if (entry.erased) ++chunk.erased;
    return writer.write(record);
  };
  TRY(store.read(range.first, range.last, take));
  chunk.file.size = TRY(writer.finish());
  return chunk;
}

Status read_chunk(const Folder& folder, const Manifest& manifest, std::uint64_t index,
                  const std::function<Status(const journal::Entry&)>& visit) {
  const Chunk& chunk = manifest.chunks[index];
  SealedReader reader =
      TRY(folder.open(chunk.file, chunk_name(manifest, index, chunk.file.generation)));
  ledger::TreeBuilder tree;
  std::uint64_t erased = 0;
  const std::uint64_t first = index * manifest.chunk_entries;
  for (std::uint64_t seq = first; seq < first + chunk.entries(); ++seq) {
    const journal::Entry entry = TRY(read_record(reader));
    TRY(journal::check_sealed(entry));
    if (entry.erased) ++erased;
    tree.append(ledger::leaf_hash(entry.leaf));
    TRY(visit(entry));
  }
  const bool as_written = TRY(reader.finish()) == chunk.file.size;
  if (as_written && tree.head() == chunk.tree.head() && erased == chunk.erased) return ok();
  return Error{Errc::corrupted, fmt::format("{}: another file than the manifest names",
                                            folder.data(chunk.file).string())};
}

}  // namespace kensho::backup
