// The files of a registry's folder that are neither journal nor log: keys, site, settings.
#pragma once

#include <functional>

#include "backup/folder.h"

namespace kensho::backup {

/// The files of a registry's folder that a backup holds, in order of their paths, with their
/// hashes. Left out are the journal's database and where it lies (database.toml), the public log
/// (the journal makes it again), the lock, and what an operation that was broken off left behind.
///
/// Errors  unavailable: a file cannot be read or changes all the time; invalid_argument: something
///         that is neither file nor folder.
Result<std::vector<HomeFile>> list_home_files(const std::filesystem::path& home);

/// Writes the files, one behind the other. Errors: unavailable: one of them is not as in the list
/// any more, as when a site was published meanwhile: list again.
Result<SealedSize> write_archive(const std::filesystem::path& home,
                                 const std::vector<HomeFile>& files, SealedWriter writer);

/// Gives each file of an archive to `take`, whole and as the list describes it.
/// Errors: corrupted: names the file; those of `take`.
Status read_archive(const Folder& folder, const Manifest& manifest,
                    const std::function<Status(const HomeFile&, std::string_view)>& take);

}  // namespace kensho::backup
