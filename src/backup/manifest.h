// The manifest of a backup: what it holds, the keys of its files, the checkpoint it is true to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backup/backup_key.h"
#include "backup/sealed_file.h"
#include "ledger/tree_builder.h"
#include "storage/journal_store.h"

namespace kensho::backup {

/// A file under `data/`. Its key stands nowhere else: without the manifest nobody can read it.
struct DataFile {
  std::string name;              // random
  SecretKey key{};               // random
  std::uint64_t generation = 0;  // of the backup that wrote it
  SealedSize size;
};

/// Entries that lie in one file: chunk `i` holds those from i * chunk_entries on.
struct Chunk {
  DataFile file;
  std::uint64_t erased = 0;  // how many of its entries were erased
  ledger::TreeBuilder tree;  // over its leaves alone

  std::uint64_t entries() const { return tree.size(); }
};

/// A file of the registry's folder that is neither journal nor log.
struct HomeFile {
  std::string path;         // in the folder
  bool owner_only = false;  // its mode: 0600 or 0644
  std::uint64_t bytes = 0;
  Hash sha256{};

  friend bool operator==(const HomeFile&, const HomeFile&) = default;
};

/// The registry's files, one behind the other in one data file.
struct Archive {
  DataFile file;
  std::vector<HomeFile> files;
};

struct Manifest {
  std::string backup;             // random, the same in every generation
  std::uint64_t generation = 0;   // counts from 1
  std::string log_key;            // text form of the key that signs the checkpoints
  storage::JournalHead head;      // of the journal that is backed up, with its checkpoint
  std::string public_checkpoint;  // as the public log showed it, with cosignatures; may be older
  std::uint64_t chunk_entries = 0;
  std::vector<Chunk> chunks;
  std::optional<Archive> archive;  // empty only in a backup that has just begun

  std::uint64_t entries() const;  // in the chunks
  std::uint64_t erased() const;
};

/// The tree over the entries of all chunks. Errors: corrupted: a chunk but the last is not full.
Result<ledger::TreeBuilder> tree_of(const Manifest& manifest);

/// What the sealed bytes of a data file are bound to: backup, place in it, generation.
std::string chunk_name(const Manifest& manifest, std::uint64_t index, std::uint64_t generation);
std::string archive_name(const Manifest& manifest, std::uint64_t generation);

/// The manifest as the bytes of its file: a line that names format and key, then sealed JSON.
Result<std::string> seal_manifest(const Manifest& manifest, const BackupKey& key);

/// Errors  permission_denied: it is sealed with another key; invalid_argument: not a manifest, or
///         of another version; corrupted: changed or cut off. `name` is what messages call it.
Result<Manifest> open_manifest(std::string_view bytes, const BackupKey& key,
                               const std::string& name);

}  // namespace kensho::backup
