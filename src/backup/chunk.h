// Chunks: runs of entries, each in one sealed file.
#pragma once

#include <functional>

#include "backup/folder.h"

namespace kensho::backup {

/// Which chunk of which backup, written in which generation.
struct ChunkPlace {
  std::uint64_t index = 0;
  std::uint64_t generation = 0;
};

/// The entries of chunk `index` in a journal of `size` entries.
struct SeqRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // one past the last
};
SeqRange chunk_range(const Manifest& manifest, std::uint64_t index, std::uint64_t size);
std::uint64_t chunk_count(const Manifest& manifest, std::uint64_t size);

/// Writes a new file with the entries of a chunk as the journal holds them now; each is checked
/// against its commitment, so that damage never takes the place of a good backup.
/// Errors: corrupted: names the entry; those of store and folder.
Result<Chunk> write_chunk(const FolderWriter& folder, const Manifest& manifest,
                          const storage::JournalStore& store, const ChunkPlace& place,
                          std::uint64_t size);

/// Gives every entry of a chunk to `visit`, each checked against its commitment; at the end the
/// whole against the manifest. Errors: corrupted or not_found: names the file; those of `visit`.
Status read_chunk(const Folder& folder, const Manifest& manifest, std::uint64_t index,
                  const std::function<Status(const journal::Entry&)>& visit);

}  // namespace kensho::backup
