#include "backup/folder.h"

#include <set>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"

namespace kensho::backup {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_file = "manifest";
constexpr const char* unfinished_file = "unfinished";
constexpr const char* lock_file = "lock";
constexpr const char* data_folder = "data";

Error system_error(const fs::path& path, const std::error_code& problem) {
  return {Errc::unavailable, fmt::format("{}: {}", path.string(), problem.message())};
}

/// Whether a folder that has no manifest may become a backup: nothing of somebody else's is in it.
Status check_is_free(const fs::path& root) {
  const std::set<std::string> ours = {unfinished_file, lock_file, data_folder,
                                      std::string(manifest_file) + ".new",
                                      std::string(unfinished_file) + ".new"};
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(root, problem)) {
    if (ours.contains(entry.path().filename().string())) continue;
    return Error{Errc::conflict,
                 fmt::format("{}: this folder is no backup and is not empty; a backup needs a "
                             "folder of its own",
                             root.string())};
  }
  if (problem) return system_error(root, problem);
  return ok();
}

Status make_folders(const fs::path& root) {
  std::error_code problem;
  const bool is_new = fs::create_directories(root, problem);
  if (problem) return system_error(root, problem);
  if (is_new) fs::permissions(root, fs::perms::owner_all, problem);
  if (!fs::exists(root / manifest_file)) TRY(check_is_free(root));
  fs::create_directories(root / data_folder, problem);
  if (problem) return system_error(root, problem);
  return ok();
}

}  // namespace

Result<Manifest> Folder::manifest(const BackupKey& key) const {
  const fs::path file = root_ / manifest_file;
  std::error_code problem;
  if (!fs::exists(file, problem)) {
    return Error{Errc::not_found,
                 fmt::format("{}: there is no complete backup in this folder", root_.string())};
  }
  const std::string bytes = TRY(read_file(file));
  return open_manifest(bytes, key, file.string());
}

Result<SealedReader> Folder::open(const DataFile& file, const std::string& name) const {
  return SealedReader::open(data(file), file.key, name);
}

Result<FolderWriter> FolderWriter::open(const fs::path& root) {
  TRY(make_folders(root));
  FileLock lock = TRY(
      FileLock::take(root / lock_file,
                     fmt::format("{}: another backup into this folder is running", root.string())));
  return FolderWriter(Folder(root), std::move(lock));
}

Result<std::optional<Manifest>> FolderWriter::manifest(const BackupKey& key) const {
  auto manifest = folder_.manifest(key);
  if (!manifest && manifest.error().code == Errc::not_found) return std::optional<Manifest>();
  if (!manifest) return manifest.error();
  return std::optional(std::move(manifest).value());
}

std::optional<Manifest> FolderWriter::unfinished(const BackupKey& key) const {
  const fs::path file = folder_.root() / unfinished_file;
  const auto bytes = read_file(file);
  if (!bytes) return std::nullopt;
  auto manifest = open_manifest(*bytes, key, file.string());
  if (!manifest) return std::nullopt;
  return std::move(manifest).value();
}

DataFile FolderWriter::new_file(std::uint64_t generation) {
  return {.name = hex_encode(random_bytes(16)), .key = new_secret_key(), .generation = generation};
}

Result<SealedWriter> FolderWriter::create(const DataFile& file, const std::string& name) const {
  return SealedWriter::create(folder_.data(file), file.key, name);
}

Status FolderWriter::save_unfinished(const Manifest& manifest, const BackupKey& key) const {
  TRY(sync_filesystem(folder_.root()));
  const std::string sealed = TRY(seal_manifest(manifest, key));
  return replace_file_and_wipe(folder_.root() / unfinished_file, sealed);
}

Status FolderWriter::drop_unfinished() const {
  const fs::path file = folder_.root() / unfinished_file;
  std::error_code problem;
  if (!fs::exists(file, problem)) return ok();
  TRY(replace_file_and_wipe(file, ""));
  fs::remove(file, problem);
  if (problem) return system_error(file, problem);
  return ok();
}

bool FolderWriter::has_data() const {
  std::error_code problem;
  return !fs::is_empty(folder_.root() / data_folder, problem);
}

Status FolderWriter::replace_manifest(const Manifest& manifest, const BackupKey& key) const {
  TRY(sync_filesystem(folder_.root()));
  const std::string sealed = TRY(seal_manifest(manifest, key));
  TRY(replace_file_and_wipe(folder_.root() / manifest_file, sealed));
  return drop_unfinished();
}

Status FolderWriter::sweep(std::initializer_list<const Manifest*> manifests) const {
  std::set<std::string> named;
  for (const Manifest* manifest : manifests) {
    if (!manifest) continue;
    if (manifest->archive) named.insert(manifest->archive->file.name);
    for (const Chunk& chunk : manifest->chunks) named.insert(chunk.file.name);
  }
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder_.root() / data_folder, problem)) {
    if (named.contains(entry.path().filename().string())) continue;
    fs::remove(entry.path(), problem);
    if (problem) return system_error(entry.path(), problem);
  }
  if (problem) return system_error(folder_.root(), problem);
  return ok();
}

}  // namespace kensho::backup
