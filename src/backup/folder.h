// The folder of a backup: `manifest`, `data/` with files of random names, and while a backup runs
// `unfinished`, what it has done so far.
#pragma once

#include <optional>

#include "backup/manifest.h"
#include "base/file_lock.h"

namespace kensho::backup {

/// Reads a backup's folder.
class Folder {
 public:
  explicit Folder(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path data(const DataFile& file) const { return root_ / "data" / file.name; }

  /// Errors: not_found: there is no backup here; those of open_manifest.
  Result<Manifest> manifest(const BackupKey& key) const;

  /// A reader of a data file. `name` is chunk_name or archive_name. Errors: those of SealedReader.
  Result<SealedReader> open(const DataFile& file, const std::string& name) const;

 private:
  std::filesystem::path root_;
};

/// Writes a backup's folder. Until `replace_manifest` the backup is the one it was.
class FolderWriter {
 public:
  /// Makes the folder where there is none, and takes its lock.
  /// Errors: conflict: something else lies there; unavailable: another backup is running.
  static Result<FolderWriter> open(const std::filesystem::path& root);

  const Folder& folder() const { return folder_; }
  /// The complete backup; empty where there is none yet. Errors: those of open_manifest.
  Result<std::optional<Manifest>> manifest(const BackupKey& key) const;
  /// What a backup that was broken off had done; empty where none was, or none that this key opens.
  std::optional<Manifest> unfinished(const BackupKey& key) const;

  /// A data file with a new name and key.
  static DataFile new_file(std::uint64_t generation);
  Result<SealedWriter> create(const DataFile& file, const std::string& name) const;

  /// Makes all data files durable and notes what is done so far.
  Status save_unfinished(const Manifest& manifest, const BackupKey& key) const;
  /// Makes all data files durable, then puts the manifest in its place in one step, then overwrites
  /// the old manifest: the keys in it are to be gone.
  Status replace_manifest(const Manifest& manifest, const BackupKey& key) const;
  /// Forgets what a backup that was broken off had done.
  Status drop_unfinished() const;
  /// Removes every data file that none of these manifests names; a null pointer names none.
  Status sweep(std::initializer_list<const Manifest*> manifests) const;
  bool has_data() const;

 private:
  FolderWriter(Folder folder, FileLock lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}

  Folder folder_;
  FileLock lock_;
};

}  // namespace kensho::backup
