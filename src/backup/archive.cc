#include "backup/archive.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/file.h"

namespace kensho::backup {
namespace {

namespace fs = std::filesystem;

/// What of a registry's folder is not taken as a file. Where a database lies, and its password, is
/// a matter of the machine: restoring chooses anew.
bool is_left_out(const fs::path& relative) {
  const std::string first = relative.begin()->string();
  if (first == "log" || first == "lock" || first == "database.toml") return true;
  if (first.starts_with("journal.sqlite")) return true;
  const std::string last = relative.extension().string();
  return std::ranges::any_of(relative,
                             [](const fs::path& part) {
                               return part.extension() == ".next" || part.extension() == ".part";
                             }) ||
         last == ".new" || last == ".old";
}

HomeFile describe(const fs::path& file, std::string path, std::string_view content) {
  std::error_code problem;
  const auto mode = fs::status(file, problem).permissions();
  return {
      .path = std::move(path),
      .owner_only = (mode & (fs::perms::group_read | fs::perms::others_read)) == fs::perms::none,
      .bytes = content.size(),
      .sha256 = sha256(as_bytes(content))};
}

Error changing(const fs::path& home) {
  return {Errc::unavailable,
          fmt::format("{}: its files change while they are read; try again", home.string())};
}

/// One look at the folder.
Result<std::vector<HomeFile>> list_once(const fs::path& home) {
  std::vector<HomeFile> files;
  std::error_code problem;
  for (fs::recursive_directory_iterator at(home, problem), end; !problem && at != end;
       at.increment(problem)) {
    const fs::path relative = at->path().lexically_relative(home);
    const bool is_folder = at->is_directory(problem) && !at->is_symlink(problem);
    if (is_left_out(relative)) {
      if (is_folder) at.disable_recursion_pending();
      continue;
    }
    if (is_folder) continue;
    if (at->is_symlink(problem) || !at->is_regular_file(problem)) {
      return Error{Errc::invalid_argument,
                   fmt::format("{}: it is neither a file nor a folder, so a backup cannot hold it; "
                               "move it out of the registry's folder",
                               at->path().string())};
    }
    const std::string content = TRY(read_file(at->path()));
    files.push_back(describe(at->path(), relative.generic_string(), content));
  }
  if (problem) return changing(home);
  std::ranges::sort(files, {}, &HomeFile::path);
  return files;
}

}  // namespace

Result<std::vector<HomeFile>> list_home_files(const fs::path& home) {
  // A site that is published meanwhile takes the place of the old one: two looks must agree.
  constexpr int looks_max = 10;
  auto before = list_once(home);
  for (int look = 1; look < looks_max; ++look) {
    auto after = list_once(home);
    if (!after && after.error().code == Errc::invalid_argument) return after;
    if (before && after && *before == *after) return after;
    before = std::move(after);
  }
  return before ? changing(home) : before;
}

Result<SealedSize> write_archive(const fs::path& home, const std::vector<HomeFile>& files,
                                 SealedWriter writer) {
  for (const HomeFile& file : files) {
    const std::string content = TRY(read_file(home / file.path));
    if (describe(home / file.path, file.path, content) != file) return changing(home);
    TRY(writer.write(as_bytes(content)));
  }
  return writer.finish();
}

Status read_archive(const Folder& folder, const Manifest& manifest,
                    const std::function<Status(const HomeFile&, std::string_view)>& take) {
  if (!manifest.archive) return Error{Errc::corrupted, "the manifest names no files"};
  const Archive& archive = *manifest.archive;
  SealedReader reader =
      TRY(folder.open(archive.file, archive_name(manifest, archive.file.generation)));
  for (const HomeFile& file : archive.files) {
    std::string content(file.bytes, '\0');
    TRY(reader.read({reinterpret_cast<std::uint8_t*>(content.data()), content.size()}));
    if (sha256(as_bytes(content)) != file.sha256) {
      return Error{Errc::corrupted, fmt::format("{}: it is not as it was backed up", file.path)};
    }
    TRY(take(file, content));
  }
  if (TRY(reader.finish()) != archive.file.size) {
    return Error{Errc::corrupted, fmt::format("{}: another file than the manifest names",
                                              folder.data(archive.file).string())};
  }
  return ok();
}

}  // namespace kensho::backup
